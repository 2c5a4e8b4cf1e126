"""How a plan will be carried out, as it is told before anything is written: waves, gates, windows, the way of writing."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby

from lscctl.report.interface import Block, Paragraph, Record, Tone
from lscctl.report.wording import count, duration
from lscctl.rules import CANARY, Limit, Rules, WaveBy, WritePath

_SHOWN = 6
"""So many waves are told one by one; the text of more of them ends with the last."""


Waves = Sequence[tuple[str, int]]
"""How many phones each wave of the plan has: `(name, phones)` in their order."""


def rollout_record(rules: Rules, waves: Waves) -> Record:
    """The rollout for programs: the rules as their options are written, spans in seconds."""
    return {
        "waves": [{"name": name, "phones": phones} for name, phones in waves],
        "wave_by": rules.wave_by.value,
        "wave_timeout": None if rules.wave_timeout is None else rules.wave_timeout.total_seconds(),
        "pause_between": rules.pause_between.total_seconds(),
        "window": [window.text for window in rules.windows.windows],
        "window_zone": "site" if rules.windows.per_site else "cluster",
        "max_failures": str(rules.max_failures),
        "max_lost": str(rules.max_lost),
        "max_in_flight": rules.max_in_flight,
        "max_rate": rules.max_rate,
        "write_path": rules.write_path.value,
    }


def rollout_blocks(rules: Rules, waves: Waves) -> Iterator[Block]:
    """The rollout for people, a line for each thing that they may want otherwise."""
    yield Paragraph(
        f"{_waves(rules, waves)}; at most {count(rules.max_in_flight, 'phone')} pending at once{_rate(rules)}."
    )
    gates = f"{_gate(rules.max_failures, 'failed')}, or {_gate(rules.max_lost, 'did not register again')}"
    yield Paragraph(f"No further phone is written once, in a wave or in all, {gates}.")
    if not rules.windows.always:
        whose = "each site's own clock" if rules.windows.per_site else "the cluster's clock"
        yield Paragraph(f"Phones are written only {rules.windows} by {whose}.")
    if rules.write_path is WritePath.SQL:
        yield Paragraph(
            "--write-path sql: operation, status and deadline go straight into the database, up to 200 phones a statement. "
            "AXL checks none of it, Cisco advises against it, and one refused statement fails all its phones.",
            Tone.WARNING,
        )


def _waves(rules: Rules, waves: Waves) -> str:
    """`4 waves: a canary of 5 phones, then 10, 2 times 100`, and what lies between them."""
    canary = [count(size, "phone") for name, size in waves[:1] if name == CANARY]
    told = [_alike(list(sizes)) for _, sizes in groupby(size for _, size in waves[len(canary) :])]
    if len(told) > _SHOWN:
        told = [*told[: _SHOWN - 2], f"... {told[-1]}"]
    number = count(len(waves), "wave")
    if not canary:
        text = f"{number} of {', '.join(told)} phones"
    else:
        text = f"{number}: a canary of {canary[0]}" + (f", then {', '.join(told)}" if told else "")
    sites = ", site by site" if rules.wave_by is WaveBy.DEVICE_POOL else ""
    pause = f", {duration(rules.pause_between.total_seconds())} apart" if rules.pause_between > timedelta(0) else ""
    return f"{text}{sites}{pause}"


def _alike(sizes: Sequence[int]) -> str:
    return f"{len(sizes):,} times {sizes[0]:,}" if len(sizes) > 1 else f"{sizes[0]:,}"


def _rate(rules: Rules) -> str:
    return "" if rules.max_rate is None else f", at most {rules.max_rate:g} writes a second"


def _gate(limit: Limit, what: str) -> str:
    amount = f"{limit.amount} of the phones" if limit.amount.number is None else f"{limit.amount}"
    at_least = f" (and more than {limit.at_least})" if limit.at_least else ""
    return f"more than {amount}{at_least} {what}"
