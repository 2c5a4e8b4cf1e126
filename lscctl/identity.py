"""Which cluster this is, so that a run is never carried on against another one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClusterIdentity:
    """What tells one cluster from another; `name` and `host`, the configuration's own words for it, do not.

    `publisher` is the pkid of the publisher's row in `processnode` (lower case, without braces), '' where the cluster names
    none: lab clones share it. `capf` is the SHA-256 of the CAPF certificate (64 hex digits in lower case), '' where it could
    not be found out: a clone makes its own, but so does a regenerate on the same cluster [field guide 4].
    """

    name: str
    host: str
    publisher: str
    capf: str = ""

    def is_other_than(self, planned: "ClusterIdentity") -> bool:
        """Whether these are two clusters, as far as is known of both."""
        renewed = bool(self.capf and planned.capf) and self.capf != planned.capf
        return self.publisher != planned.publisher or renewed
