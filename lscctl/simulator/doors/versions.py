"""Which schema version a request speaks, and how one that this cluster does not speak is refused [field guide 3]."""

import re
from itertools import groupby

from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.doors.exchange import Reply, page

_ACTION = re.compile(r'\s*"?\s*CUCM:DB\s+ver=(?P<version>[\d.]+)(?:\s+(?P<operation>\w+))?\s*"?\s*')
_NAMESPACE = re.compile(r"http://www\.cisco\.com/AXL/(?:API/)?(?P<version>\d+(?:\.\d+)?)")


class UnknownVersionError(Exception):
    """The request speaks a version that the cluster does not."""


def action_version(soap_action: str) -> str | None:
    """The version in a SOAPAction, with or without quotes; None where it names none."""
    match = _ACTION.fullmatch(soap_action)
    return match["version"] if match else None


def action_operation(soap_action: str) -> str | None:
    """The operation in a SOAPAction; None where it names none."""
    match = _ACTION.fullmatch(soap_action)
    return match["operation"] if match else None


class Versions:
    """The schema versions that this cluster speaks, oldest first."""

    def __init__(self, schemas: tuple[str, ...], assumptions: Assumptions) -> None:
        unknown = {"8.0"} if assumptions.schema_8_0 == "unknown" else set()
        self.spoken = tuple(version for version in schemas if version not in unknown)
        self._assumptions = assumptions

    def of(self, namespace: str, soap_action: str, *, sql: bool) -> str:
        """The version in which a request is understood; raises `UnknownVersionError`.

        The namespace says it. A version in the SOAPAction must be one that is spoken, too (*assumed*). SQL is understood
        in any namespace version.
        """
        named = action_version(soap_action)
        if named is not None and named not in self.spoken:
            raise UnknownVersionError(named)
        match = _NAMESPACE.fullmatch(namespace)
        version = match["version"] if match else ""
        if sql and match and self._assumptions.sql_in_any_namespace == "allowed":
            return version if version in self.spoken else named or self.spoken[-1]
        if sql and named is not None and version != named:
            raise UnknownVersionError(version)
        if version not in self.spoken:
            raise UnknownVersionError(version)
        return version

    def action_mismatch(self, soap_action: str, operation: str, version: str, *, sql: bool) -> str | None:
        """Say how a SOAPAction differs from the request that it came with, where that is refused (*assumed*, wording too).

        Scripts leave out the operation, or the whole header, so neither counts as a difference by itself.
        """
        named, action = action_version(soap_action), action_operation(soap_action)
        if named is None:
            differs = self._assumptions.soap_action_missing == "refused"
        elif self._assumptions.soap_action_mismatch == "refused":
            differs = action not in (None, operation) or (named != version and not sql)
        else:
            differs = False
        shown = soap_action.strip().strip('"')
        return f"SOAPAction '{shown}' does not match request {operation} ver={version}" if differs else None

    def refusal(self) -> Reply:
        """The page with HTTP status 599 that tells which versions there are."""
        if self._assumptions.version_refusal == "supported":
            text = f"Incorrect axl version. Supported axl versions are {self._majors()}"
        else:
            available = ", ".join(self.spoken)
            text = f"The specified version is not available. Available versions are {available}"
        return page(599, text, text, outcome="599 unknown version")

    def _majors(self) -> str:
        groups = [list(group) for _, group in groupby(self.spoken, lambda version: version.split(".")[0])]
        named = [group[0] if len(group) == 1 else f"{group[0].split('.')[0]}.x" for group in groups]
        return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
