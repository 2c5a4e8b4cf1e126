"""Diagnoses for reports: a phone whose CAPF is stopped, and one of which nothing is known."""

from lscctl.finding import (
    Attempt,
    Cause,
    Certainty,
    Diagnosis,
    Effect,
    Evidence,
    Link,
    LinkName,
    LinkState,
    NamedCause,
    Place,
    Source,
    Step,
)

_LINE = Place(Source.CONSOLE_LOG, "messages", 12)
_SEEN = Evidence(_LINE, "SECUREAPP-connection refused", at="Mar 12 15:07:53", times=3)
_FACT = Evidence(Place(Source.CLUSTER, "cucm-pub"), "started", fact="capf-service")

CAUSE = Cause(
    name="capf-stopped",
    title="CAPF is stopped",
    link=LinkName.CAPF_REACHED,
    applies_to="all phones",
    means="Nobody listens.",
    settle=("Look.",),
    remedy=(
        Step("Start it."),
        Step("Restart TFTP.", (Effect.CLUSTER_WIDE,)),
        Step("Reset the phone.", (Effect.RESTARTS_PHONES,)),
    ),
    cisco=("LSC: Connection failed",),
    bugs=("CSCue55353",),
    sources=("the field",),
)


def _link(name: LinkName) -> Link:
    if name is CAUSE.link:
        return Link(name, "CAPF reached", LinkState.BROKEN, (_SEEN,))
    if name is LinkName.NAME_RESOLUTION:
        return Link(name, "Name resolution", LinkState.GOOD, implied=CAUSE.link)
    return Link(name, name.value, LinkState.UNKNOWN)


SICK = Diagnosis(
    phone="SEP001122334455",
    model="8845",
    links=tuple(map(_link, LinkName)),
    causes=(NamedCause(CAUSE, Certainty.LIKELY, "it fits", (_SEEN,), (_FACT,)),),
    looked_at=(_LINE, Place(Source.CLUSTER)),
    missing=("the phone's web page: web access is off",),
    attempts=(
        Attempt(_LINE, "Mar 12 15:07:50", "null-string", 7, "broke off", _LINE, "Mar 12 15:07:53"),
        Attempt(_LINE, ""),
    ),
    attempts_in_all=9,
)

WELL = Diagnosis("", tuple(Link(name, name.value, LinkState.UNKNOWN) for name in LinkName), ())
