"""The cluster's security mode: good to know, never in the way."""

from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import result
from lscctl.verdict import CheckResult


class SecurityModeCheck:
    """Non-secure or mixed: an LSC works in both."""

    name = "security-mode"
    title = "Security mode"
    looked_at = "the enterprise parameter ClusterSecurityMode"

    def run(self, ground: Ground) -> CheckResult:
        """Say which."""
        told = {"0": "non-secure", "1": "mixed mode: phones have a CTL, too"}
        value = ground.parameters.get("clustersecuritymode", "")
        return result(self, told.get(value, f"the cluster says {value!r}" if value else "the cluster does not say"))
