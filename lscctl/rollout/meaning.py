"""What an error says of the call that raised it: this decides what the engine does next."""

from enum import Enum

from lscctl.cucm.faults import (
    AxlFault,
    LoginRefused,
    NotAnAxlServer,
    RoleMissing,
    TlsNotTrusted,
    VersionRefused,
    WireFault,
)
from lscctl.errors import ClusterError, JournalError, LscctlError


class Meaning(Enum):
    """What became of a call that raised."""

    NOT_DONE = "the cluster did nothing and may serve the same call later"
    REFUSED = "the cluster, or lscctl before it was sent, refused it for this phone alone"
    LOST = "the cluster may have acted"
    CLUSTER = "the cluster did nothing, and will serve no other call either"
    FAULT = "lscctl itself is at fault"


_WHOLE_CLUSTER = (LoginRefused, RoleMissing, TlsNotTrusted, VersionRefused, NotAnAxlServer, JournalError)


def meaning_of(error: BaseException) -> Meaning:
    """Sort an error of a call; an unknown failure of the cluster counts as lost, the careful reading."""
    if isinstance(error, WireFault) and error.repeatable:
        return Meaning.NOT_DONE
    if isinstance(error, _WHOLE_CLUSTER):
        return Meaning.CLUSTER
    if isinstance(error, AxlFault):
        return Meaning.REFUSED
    if isinstance(error, ClusterError):
        return Meaning.LOST
    return Meaning.REFUSED if isinstance(error, LscctlError) else Meaning.FAULT
