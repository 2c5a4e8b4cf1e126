"""The report of kind `capf-plan`: the steps of a renewal of CAPF's certificate, or to a third-party CA, in their order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lscctl.capf_renewal import RenewalStep
from lscctl.report.interface import Case, CaseEnd, Metric, Paragraph, Report, Sample, Tone
from lscctl.report.wording import count, ends, utc_text
from lscctl.third_party_ca import ThirdParty

FIELDS = ("step", "what", "where", "note", "touches", "until")
"""The keys of one step's record, in order."""


@dataclass(frozen=True, slots=True)
class RenewalOfCluster:
    """What the report tells of: the steps on this cluster, its name, version and time (epoch seconds), the CAPF certificate in use
    and its end (epoch seconds, None where CAPF shows none), and where they lead to a third-party CA, of which kind."""

    steps: Sequence[RenewalStep]
    cluster: str
    version: str
    now: float
    certificate: str | None = None
    valid_until: int | None = None
    third_party: ThirdParty | None = None

    @property
    def title(self) -> str:
        """What the steps are for."""
        what = f"LSCs with {self.third_party.words}" if self.third_party else "Renewing the CAPF certificate"
        return f"{what}: {self.cluster} (CUCM {self.version})"


def capf_plan_report(told: RenewalOfCluster) -> Report:
    """The report of kind `capf-plan`."""
    shown = "CAPF shows no certificate"
    if told.certificate is not None and told.valid_until is not None:
        shown = f"{told.certificate}, {ends(told.valid_until, told.now)}"
    samples = [] if told.valid_until is None else [Sample({"cluster": told.cluster}, told.valid_until)]
    return Report(
        kind="capf-plan",
        heading={
            "cluster": told.cluster,
            "cucm_version": told.version,
            "certificate": told.certificate,
            "valid_until": utc_text(told.valid_until),
            "issuer": told.third_party,
        },
        fields=FIELDS,
        records={
            "steps": [
                {
                    "step": number,
                    "what": one.what,
                    "where": one.where,
                    "note": one.note,
                    "touches": one.touches,
                    "until": one.until,
                }
                for number, one in _numbered(told)
            ]
        },
        blocks=(
            Paragraph(told.title, Tone.TITLE),
            Paragraph(f"In use: {shown}", Tone.FAINT),
            *(paragraph for number, one in _numbered(told) for paragraph in _step(number, one)),
            Paragraph(f"{_steps(told)}, by hand: lscctl changes no certificate and no parameter.", Tone.FAINT),
        ),
        cases=[
            Case(told.cluster, f"{number}. {one.what}", CaseEnd.SKIPPED, "to be done by hand", one.until)
            for number, one in _numbered(told)
        ],
        metrics=(
            Metric(
                "lscctl_capf_certificate_expiry_timestamp_seconds", "When the CAPF certificate in use ends.", samples
            ),
        ),
    )


def _steps(told: RenewalOfCluster) -> str:
    return count(len(told.steps), "step")


def _step(number: int, one: RenewalStep) -> Iterator[Paragraph]:
    """One step under its number: a column for each part would leave no room for commands and menus in their own words."""
    yield Paragraph(f"{number}. {one.what}", Tone.TITLE)
    yield Paragraph(f"Where: {one.where}")
    yield Paragraph(f"How, or why: {one.note}")
    yield Paragraph(
        f"Touches: {one.touches}", Tone.WARNING if "restart" in one.touches or "reset" in one.touches else Tone.PLAIN
    )
    yield Paragraph(f"Go on when: {one.until}", Tone.GOOD)


def _numbered(told: RenewalOfCluster) -> Sequence[tuple[int, RenewalStep]]:
    return list(enumerate(told.steps, 1))
