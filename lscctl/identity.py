"""Which cluster this is, so that a run is never carried on against another one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClusterIdentity:
    """What tells one cluster from another.

    `publisher` is the pkid of the publisher's row in `processnode` (lower case, without braces), '' where none is named so: lab
    clones share it. `capf` is the SHA-256 of the CAPF certificate (64 hex digits in lower case), '' where it could not be
    found out: a clone makes its own, but so does a regenerate on the same cluster [field guide 4].
    """

    publisher: str
    capf: str = ""
