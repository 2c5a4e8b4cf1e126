"""What the tests of authentication strings share: phones that need one, what the cluster was given, and what was handed out."""

import csv
import io
from pathlib import Path

from tests.e2e.conftest import Ran, Site
from tests.e2e.rollouts import BULK

TITLE = "Zeichenfolge für Büros"
AUTH = (*BULK, "--auth-mode", "auth-string", "--include-unregistered")


def long_strings(site: Site) -> set[str]:
    """The authentication strings that phones hold, those that are too long to stand anywhere by chance; never none."""
    held = {str(text) for (text,) in site.sql("SELECT authenticationstring FROM device")}
    found = {text for text in held if len(text) > 5}
    assert found
    return found


def need_strings(site: Site, phones: int) -> list[str]:
    """Give so many registered 8845 without an LSC a profile whose mode is auth-string, all others none; their names in order."""
    chosen = [
        str(row[0])
        for row in site.sql(
            "SELECT d.pkid FROM device d JOIN sim_phone p ON p.fkdevice = d.pkid JOIN typemodel t ON t.enum = d.tkmodel"
            " JOIN typedeviceprotocol r ON r.enum = d.tkdeviceprotocol"
            " WHERE t.name = 'Cisco 8845' AND r.name = 'SIP' AND p.powered = 't' AND p.expressway = 'f'"
            f" AND d.tkcertificateoperation = 1 ORDER BY d.name LIMIT {phones}"
        )
    ]
    assert len(chosen) == phones
    inside = ", ".join(f"'{pkid}'" for pkid in chosen)
    site.sql(f"DELETE FROM sim_lsc WHERE fkdevice IN ({inside})")
    site.sql(
        "UPDATE device SET publickey = NULL, lscvaliduntil = 0, lscissuername = NULL, authenticationstring = '',"
        " fksecurityprofile = (SELECT s.pkid FROM securityprofile s WHERE s.tkmodel = device.tkmodel AND"
        f" s.tkdeviceprotocol = device.tkdeviceprotocol AND s.name LIKE '% - {TITLE}') WHERE pkid IN ({inside})"
    )
    site.sql(
        "UPDATE device SET fksecurityprofile = (SELECT s.pkid FROM securityprofile s WHERE s.tkmodel = device.tkmodel AND"
        " s.tkdeviceprotocol = device.tkdeviceprotocol AND s.name LIKE '% - Standard%') WHERE tkclass = 1 AND pkid NOT IN"
        f" ({inside}) AND fksecurityprofile IN (SELECT pkid FROM securityprofile WHERE name LIKE '% - {TITLE}')"
    )
    return sorted(str(row[0]) for row in site.sql(f"SELECT name FROM device WHERE pkid IN ({inside})"))


def held(site: Site, *names: str) -> dict[str, str]:
    """`{name: string}` that the cluster holds, of these phones or of all that have one."""
    inside = ", ".join(f"'{name}'" for name in names)
    condition = f"name IN ({inside})" if names else "authenticationstring <> ''"
    rows = site.sql(f"SELECT name, authenticationstring FROM device WHERE tkclass = 1 AND {condition}")
    return {str(name): str(text) for name, text in rows}


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a hand-out; nobody but its owner can read it."""
    assert path.stat().st_mode & 0o777 == 0o600
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def handed_out(path: Path) -> dict[str, str]:
    """`{name: string}` of a hand-out."""
    return {row["name"]: row["authentication_string"] for row in rows_of(path)}


def usual_place(site: Site, run: int = 1) -> Path:
    """Where a hand-out is unless another file is named."""
    return site.folder / "state" / "hand-out" / f"journal-run-{run}.csv"


def shows_none_of(strings: list[str], *shown: Ran) -> None:
    """None of these outputs tells any of the strings."""
    assert [string for one in shown for string in strings if string in one.out + one.err] == []
