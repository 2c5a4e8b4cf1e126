"""What stops working on phones that lose their LSC, as the plan of a delete tells it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from lscctl.capf import AuthenticationMode
from lscctl.plan import Step
from lscctl.report.interface import Cell, Column, Grid, Paragraph, Tone
from lscctl.report.wording import count

_COLUMNS = (Column("Without an LSC"), Column("Phones", number=True), Column("What stops working"))


def losses_blocks(steps: Sequence[Step]) -> Iterator[Paragraph | Grid]:
    """What these phones lose: in general, then by secure profile, and by mode where that needs the LSC."""
    phones = f"{count(len(steps), 'phone')} {'loses its LSC' if len(steps) == 1 else 'lose their LSCs'}"
    yield Paragraph(
        f"{phones}. 802.1X (EAP-TLS) and the phone VPN stop working wherever they trust LSCs only: the network "
        "may shut such a phone out for good, and then nothing can be installed on it from here. lscctl cannot see which do.",
        Tone.WARNING,
    )
    if rows := [*_secure(steps), *_lsc_first(steps)]:
        yield Grid("", _COLUMNS, rows, len(rows))


def _secure(steps: Sequence[Step]) -> Iterator[tuple[Cell | str, ...]]:
    profiles = Counter(step.phone.profile for step in steps if step.phone.profile.secure)
    for profile, phones in sorted(profiles.items(), key=lambda item: (item[0].name, item[0].pkid)):
        yield (
            Cell(f"{profile.name} ({profile.security_mode})", Tone.WARNING),
            f"{phones:,}",
            "TLS to CUCM: the phone registers only if its MIC is trusted there.",
        )


def _lsc_first(steps: Sequence[Step]) -> Iterator[tuple[Cell | str, ...]]:
    concerned = sum(step.settings.mode is AuthenticationMode.LSC_FIRST for step in steps)
    if concerned:
        yield (
            Cell("mode lsc-first", Tone.WARNING),
            f"{concerned:,}",
            "The proof to CAPF: a new LSC comes only if CAPF takes the MIC instead, or with another mode.",
        )
