"""How a cluster can fail us, and what each failure says of the request: done, not done, or nobody knows."""

from collections.abc import Sequence
from typing import ClassVar

from lscctl.errors import ClusterError, UsageError

LEAST_ROLES = ("Standard AXL API Access", "Standard CCM Admin Users")
"""The roles without which AXL answers 403 [field guide 3]."""


class SchemaUnusable(UsageError):
    """The file given as AXL schema is not one, or lacks what lscctl needs."""


class Unsendable(UsageError):
    """The message that was asked for breaks the schema or XML itself; nothing was sent."""


class WireFault(ClusterError):
    """The base of all below. `repeatable`: the cluster did nothing, so that the same call, a write too, may be made again."""

    repeatable: ClassVar[bool] = False


class Unreachable(WireFault):
    """No connection came about: name unknown, port closed, no answer in time, proxy in the way. Nothing was sent."""

    repeatable = True


class TlsNotTrusted(WireFault):
    """The server's certificate does not pass: unknown issuer, another name, expired, another fingerprint. Nothing was sent.

    `fingerprint` is the SHA-256 of the one that was shown instead of the pinned one, '' otherwise.
    """

    def __init__(self, message: str, *, hint: str | None = None, fingerprint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.fingerprint = fingerprint


class LoginRefused(WireFault):
    """HTTP 401: user name or password is wrong. Never tried again, since that can lock the account [field guide 3]."""

    def __init__(self, user: str, where: str) -> None:
        super().__init__(
            f"{where} refuses the login of {user!r}: wrong user name or password",
            hint="Check user and password. lscctl does not try again, since repeated failures can lock the account.",
        )


class RoleMissing(WireFault):
    """HTTP 403: the login is right, but the user lacks a role."""

    def __init__(self, user: str, where: str, roles: Sequence[str] = LEAST_ROLES) -> None:
        self.roles = tuple(roles)
        super().__init__(
            f"{where} knows {user!r}, but the user may not use this interface",
            hint=f"In User Management, put {user!r} into an access control group with the roles {' and '.join(roles)}.",
        )


class Throttled(WireFault):
    """HTTP 503: the cluster refuses work until its queue has drained [AXLDOC]. `retry_after` is in seconds, None if not told."""

    repeatable = True

    def __init__(self, where: str, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(
            f"{where} is busy and refuses requests for now (HTTP 503)",
            hint="Its queue of change notifications is full, or a service is restarting. Wait some minutes; "
            "if it stays so, look for other bulk jobs and at the Cisco AXL Web Service.",
        )


class VersionRefused(WireFault):
    """HTTP status 599: the cluster does not speak our schema version.

    `versions`: those that it names, perhaps none; `page`: its own words.
    """

    def __init__(self, where: str, version: str, versions: Sequence[str] = (), page: str = "") -> None:
        self.versions = tuple(versions)
        self.page = page
        spoken = f"; it speaks {', '.join(self.versions)}" if self.versions else ""
        super().__init__(
            f"{where} does not speak AXL {version}{spoken}",
            hint="Give the cluster's own schema with --wsdl: Application > Plugins > Cisco AXL Toolkit, "
            "schema/<version>/AXLAPI.wsdl with the files beside it.",
        )


class NotAnAxlServer(WireFault):
    """Something answers, but it is no CUCM: a web page, a redirect, a missing path."""


class BadAnswer(WireFault):
    """A read's answer is no AXL: HTML, cut, empty, not XML."""


class ConnectionLost(WireFault):
    """A read's connection broke before the whole answer was here; a read may simply be made again."""

    repeatable = True


class AnswerLost(WireFault):
    """A write was sent and its answer is missing or unreadable: the cluster may have acted. Read it back before all else."""

    def __init__(self, operation: str, where: str, seen: str) -> None:
        super().__init__(
            f"{operation} was sent to {where}, but its answer was lost ({seen}): it may have been done",
            hint="Read the state back from the cluster before it is written again.",
        )


class AxlFault(WireFault):
    """AXL understood the request and refused it. `code` is CUCM's axlcode, None if it sent none."""

    def __init__(self, code: int | None, text: str, operation: str, *, hint: str | None = None) -> None:
        self.code = code
        self.text = text
        self.operation = operation
        number = "" if code is None else f" ({code})"
        super().__init__(f"{operation} was refused{number}: {text}", hint=hint)

    @property
    def not_found(self) -> bool:
        """Whether the thing that the request names does not exist: 5007 on get and do, 5003 on update [field guide 3]."""
        wording = self.text.lower()
        return self.code == 5007 or "was not found" in wording or (self.code == 5003 and "not found" in wording)


class AnswerTooLarge(AxlFault):
    """A read over 8 MB [AXLDOC]. `suggested_rows`: the number of rows to ask for at a time, None if not told."""

    def __init__(self, code: int | None, text: str, operation: str, suggested_rows: int | None) -> None:
        self.suggested_rows = suggested_rows
        super().__init__(code, text, operation, hint="Ask for fewer rows at a time.")


class MemoryBusy(AxlFault):
    """All reads under way together hold 16 MB [AXLDOC]: wait until some are done."""

    repeatable = True
