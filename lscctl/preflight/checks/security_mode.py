"""The cluster's security mode: good to know, never in the way."""

from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import result, skip
from lscctl.verdict import CheckResult


class SecurityModeCheck:
    """Non-secure or mixed: an LSC works in both."""

    name = "security-mode"
    title = "Security mode"
    looked_at = "the enterprise parameter ClusterSecurityMode"

    def run(self, ground: Ground) -> CheckResult:
        """Say which."""
        if ground.mixed is None:
            value = ground.parameters.get("clustersecuritymode")
            said = "does not say its security mode" if value is None else f"says {value!r} of its security mode"
            remedy = "Look at Cluster Security Mode (System > Enterprise Parameters)."
            return result(self, "", [skip("security-mode-unseen", f"the cluster {said}", remedy)])
        return result(self, "mixed mode: phones have a CTL, too" if ground.mixed else "non-secure")
