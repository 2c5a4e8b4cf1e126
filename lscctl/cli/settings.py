"""How LSCs are to be installed: the options that `bulk-install` and `install` share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from lscctl.capf import EC_KEY_SIZES, RSA_KEY_SIZES, AuthenticationMode, CapfSettings, KeyOrder
from lscctl.cli.parameters import one_of
from lscctl.errors import UsageError

if TYPE_CHECKING:
    from lscctl.plan import InstallRequest

_SETTINGS = "Settings of the LSC"
_INCLUDE = "Phones that are left out unless asked for"
_RUN = "The run"

_Word = TypeVar("_Word", AuthenticationMode, KeyOrder)


def _flag(option: str, help_text: str, panel: str) -> object:
    return typer.Option(option, help=help_text, rich_help_panel=panel, show_default=False)


def _value(option: str, help_text: str, metavar: str, panel: str) -> object:
    return typer.Option(option, help=help_text, metavar=metavar, rich_help_panel=panel, show_default=False)


@dataclass(frozen=True, slots=True)
class RenewalSettings:
    """With which settings, by when, and which phones that caution leaves out come along all the same."""

    auth_mode: Annotated[
        str | None,
        _value(
            "--auth-mode",
            "null-string, auth-string, lsc-first, mic-first or Cisco's wording. Default: each phone's profile's own.",
            "MODE",
            _SETTINGS,
        ),
    ] = None
    key_order: Annotated[
        str | None,
        _value("--key-order", "rsa-only, ec-only or ec-preferred. Default: the profile's.", "ORDER", _SETTINGS),
    ] = None
    key_size: Annotated[int | None, _value("--key-size", "RSA bits. Default: the profile's.", "BITS", _SETTINGS)] = None
    ec_key_size: Annotated[
        int | None, _value("--ec-key-size", "EC bits. Default: the profile's.", "BITS", _SETTINGS)
    ] = None
    complete_by: Annotated[
        str | None,
        _value(
            "--complete-by",
            "The deadline by the cluster's clock: 4h (the default), 'tomorrow 04:00', 2030-01-31T04:00. "
            "Rounded up to a full hour, at least one hour ahead.",
            "TIME",
            _SETTINGS,
        ),
    ] = None
    include_unregistered: Annotated[
        bool, _flag("--include-unregistered", "Phones that are not registered.", _INCLUDE)
    ] = False
    include_mic_only: Annotated[
        bool, _flag("--include-mic-only", "Phones without an LSC whose mode is lsc-first.", _INCLUDE)
    ] = False
    include_secure: Annotated[
        bool,
        _flag("--include-secure", "Authenticated or Encrypted profiles: off until CAPF is done.", _INCLUDE),
    ] = False

    def request_for(self, *, renew: bool) -> "InstallRequest":
        """The request that the options mean; UsageError names the option that is wrong and the nearest choice."""
        from lscctl.deadline import DEFAULT_DEADLINE, DeadlineRule
        from lscctl.plan import InstallRequest

        return InstallRequest(
            mode=_word("--auth-mode", self.auth_mode, AuthenticationMode.parse, AuthenticationMode),
            key_order=_word("--key-order", self.key_order, KeyOrder.parse, KeyOrder),
            key_size=_size("--key-size", self.key_size, RSA_KEY_SIZES),
            ec_key_size=_size("--ec-key-size", self.ec_key_size, EC_KEY_SIZES),
            deadline=DEFAULT_DEADLINE if self.complete_by is None else DeadlineRule.parse(self.complete_by),
            renew=renew,
            include_unregistered=self.include_unregistered,
            include_mic_only=self.include_mic_only,
            include_secure=self.include_secure,
        )


@dataclass(frozen=True, slots=True)
class Settings(RenewalSettings):
    """The same, and whether phones come along that have a valid LSC."""

    renew: Annotated[bool, _flag("--renew", "Phones with a valid LSC, too.", _INCLUDE)] = False

    def request(self) -> "InstallRequest":
        """The request that the options mean; UsageError names the option that is wrong and the nearest choice."""
        return self.request_for(renew=self.renew)


@dataclass(frozen=True, slots=True)
class ProfileSettings:
    """The keys of a profile that is changed."""

    key_order: Annotated[
        str | None, _value("--key-order", "rsa-only, ec-only or ec-preferred. Default: as it is.", "ORDER", _SETTINGS)
    ] = None
    key_size: Annotated[int | None, _value("--key-size", "RSA bits. Default: as it is.", "BITS", _SETTINGS)] = None
    ec_key_size: Annotated[int | None, _value("--ec-key-size", "EC bits. Default: as it is.", "BITS", _SETTINGS)] = None

    def over(self, mode: str) -> Callable[[CapfSettings], CapfSettings]:
        """How settings read with this mode, and these keys where they are given; UsageError names the option that is wrong."""
        given = {
            "mode": _word("MODE", mode, AuthenticationMode.parse, AuthenticationMode),
            "key_order": _word("--key-order", self.key_order, KeyOrder.parse, KeyOrder),
            "key_size": _size("--key-size", self.key_size, RSA_KEY_SIZES),
            "ec_key_size": _size("--ec-key-size", self.ec_key_size, EC_KEY_SIZES),
        }
        changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        return lambda settings: replace(settings, **changes)


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether the plan is carried out at all."""

    dry_run: Annotated[bool, _flag("--dry-run", "Show the plan and end.", _RUN)] = False
    detailed_exitcode: Annotated[
        bool, _flag("--detailed-exitcode", "With --dry-run: exit 10 if anything would change.", _RUN)
    ] = False
    yes: Annotated[bool, _flag("--yes", "Do not ask.", _RUN)] = False

    def check(self) -> None:
        """UsageError if options contradict each other."""
        if self.detailed_exitcode and not self.dry_run:
            raise UsageError("--detailed-exitcode is about a dry run", hint="Add --dry-run, or leave it away.")


def _word(option: str, text: str | None, parse: Callable[[str], _Word], choices: Iterable[_Word]) -> _Word | None:
    """The enumeration's member that a short word or Cisco's wording means; UsageError with the nearest short word."""
    if text is None:
        return None
    try:
        return parse(text)
    except ValueError:
        return parse(one_of(option, text, [choice.short for choice in choices]))


def _size(option: str, bits: int | None, sizes: tuple[int, ...]) -> int | None:
    return None if bits is None else int(one_of(option, str(bits), [str(size) for size in sizes]))
