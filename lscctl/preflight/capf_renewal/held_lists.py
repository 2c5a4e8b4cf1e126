"""The trust lists that phones hold: whoever holds the one of before does not trust the CAPF of now."""

from dataclasses import replace

from lscctl.preflight.checks.of_the_plan import counted, everyone
from lscctl.preflight.checks.phones import MISMATCH, held_lists
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import result, skip
from lscctl.verdict import CheckResult, Verdict


class HeldListsCheck:
    """Every phone holds the ITL of its server."""

    name = "held-lists"
    title = "Phones' ITLs"
    looked_at = "the ITL status that phones report (CUCM 14 and later)"

    def run(self, ground: Ground) -> CheckResult:
        """Name the phones that hold another ITL, which have not followed, or none."""
        among = {phone.pkid: phone.name for phone, _ in everyone(ground)}
        silent = sum(phone.protocol.upper() != "SIP" for phone, _ in everyone(ground))
        found, told = held_lists(ground, among)
        faults = [replace(one, verdict=Verdict.FAIL) if one.code == MISMATCH else one for one in found]
        if told:
            faults = [
                skip(
                    "itl-status-unknown",
                    "this cluster does not report which ITL phones hold: CUCM does from 14 on",
                    "Reset every phone once after the TFTP servers. Of phones whose web access is on `lscctl diagnose` compares "
                    "the ITL with their server's.",
                )
            ]
        unasked = f"; {counted(silent)} with SCCP report none" if silent else ""
        return result(self, f"{counted(len(among) - silent)} with SIP, none of which reports another{unasked}", faults)
