"""What CAPF is to do and how: the options of `bulk-install` and `install`, and of the other operations."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from lscctl.auth_string import LONGEST, SHORTEST, USUAL_LENGTH
from lscctl.capf import EC_KEY_SIZES, RSA_KEY_SIZES, AuthenticationMode, CapfSettings, CertificateOperation, KeyOrder
from lscctl.cli.parameters import one_of
from lscctl.errors import UsageError

if TYPE_CHECKING:
    from lscctl.deadline import DeadlineRule
    from lscctl.plan import CapfRequest

_SETTINGS = "Settings of the LSC"
_INCLUDE = "Phones that are left out unless asked for"
_RUN = "The run"

_Word = TypeVar("_Word", AuthenticationMode, KeyOrder)


def _flag(option: str, help_text: str, panel: str) -> object:
    return typer.Option(option, help=help_text, rich_help_panel=panel, show_default=False)


def _value(option: str, help_text: str, metavar: str, panel: str) -> object:
    return typer.Option(option, help=help_text, metavar=metavar, rich_help_panel=panel, show_default=False)


_CompleteBy = Annotated[
    str | None,
    _value(
        "--complete-by",
        "The deadline by the cluster's clock: 4h (the default; where strings are handed out 24h), 'tomorrow 04:00', "
        "2030-01-31T04:00. Rounded up to a full hour, at least one hour ahead.",
        "TIME",
        _SETTINGS,
    ),
]
_IncludeUnregistered = Annotated[bool, _flag("--include-unregistered", "Phones that are not registered.", _INCLUDE)]
_IncludeMicOnly = Annotated[
    bool, _flag("--include-mic-only", "Phones without an LSC whose mode is lsc-first.", _INCLUDE)
]
_IncludeSecure = Annotated[
    bool, _flag("--include-secure", "Authenticated or Encrypted profiles: off until CAPF is done.", _INCLUDE)
]


_AuthMode = Annotated[
    str | None,
    _value(
        "--auth-mode",
        "null-string, auth-string, lsc-first, mic-first or Cisco's wording. Default: each phone's profile's own.",
        "MODE",
        _SETTINGS,
    ),
]
_KeyOrder = Annotated[
    str | None, _value("--key-order", "rsa-only, ec-only or ec-preferred. Default: the profile's.", "ORDER", _SETTINGS)
]
_KeySize = Annotated[int | None, _value("--key-size", "RSA bits. Default: the profile's.", "BITS", _SETTINGS)]
_EcKeySize = Annotated[int | None, _value("--ec-key-size", "EC bits. Default: the profile's.", "BITS", _SETTINGS)]
_Renew = Annotated[bool, _flag("--renew", "Phones with a valid LSC, too.", _INCLUDE)]


@dataclass(frozen=True, slots=True)
class ProofSettings:
    """How phones prove themselves to CAPF, and the authentication strings that are handed out for it."""

    auth_mode: _AuthMode = None
    string_length: Annotated[
        int | None,
        typer.Option(
            "--string-length",
            min=SHORTEST,
            max=LONGEST,
            help=f"Digits of the authentication strings that are made ({USUAL_LENGTH}).",
            metavar="DIGITS",
            rich_help_panel=_SETTINGS,
            show_default=False,
        ),
    ] = None
    keep_auth_strings: Annotated[
        bool,
        _flag(
            "--keep-auth-strings", "Hand out the strings that the cluster holds, and make the missing ones.", _SETTINGS
        ),
    ] = False

    def proving(self, request: "CapfRequest", complete_by: str | None) -> "CapfRequest":
        """The request with this mode, its strings, and a deadline that suits both; UsageError names the option that is wrong."""
        mode = _mode(self.auth_mode)
        if mode is not AuthenticationMode.AUTH_STRING:
            self._require_no_strings()
        return replace(
            request,
            mode=mode,
            deadline=_deadline(complete_by, mode),
            string_length=USUAL_LENGTH if self.string_length is None else self.string_length,
            keep_strings=self.keep_auth_strings,
        )

    def _require_no_strings(self) -> None:
        given = {"--string-length": self.string_length is not None, "--keep-auth-strings": self.keep_auth_strings}
        for option in (name for name, is_given in given.items() if is_given):
            raise UsageError(
                f"{option} is about authentication strings that are handed out", hint="Add --auth-mode auth-string."
            )


@dataclass(frozen=True, slots=True)
class RenewalSettings(ProofSettings):
    """With which settings, by when, and which phones that caution leaves out come along all the same."""

    key_order: _KeyOrder = None
    key_size: _KeySize = None
    ec_key_size: _EcKeySize = None
    complete_by: _CompleteBy = None
    include_unregistered: _IncludeUnregistered = False
    include_mic_only: _IncludeMicOnly = False
    include_secure: _IncludeSecure = False

    def request_for(self, *, renew: bool) -> "CapfRequest":
        """The request that the options mean; UsageError names the option that is wrong and the nearest choice."""
        from lscctl.plan import CapfRequest

        request = CapfRequest(
            renew=renew,
            include_unregistered=self.include_unregistered,
            include_mic_only=self.include_mic_only,
            include_secure=self.include_secure,
        )
        request = _with_keys(request, self.key_order, self.key_size, self.ec_key_size)
        return self.proving(request, self.complete_by)


@dataclass(frozen=True, slots=True)
class Settings(RenewalSettings):
    """The same, whether phones come along that have a valid LSC, and whether their profiles get lsc-first in the end."""

    renew: _Renew = False
    then_lsc_first: Annotated[
        bool,
        _flag(
            "--then-lsc-first",
            "Afterwards give the phones' security profiles lsc-first, each once all phones that use it have a valid LSC: they all "
            "restart.",
            _SETTINGS,
        ),
    ] = False

    def request(self) -> "CapfRequest":
        """The request that the options mean; UsageError names the option that is wrong and the nearest choice."""
        return replace(self.request_for(renew=self.renew), then_lsc_first=self.then_lsc_first)


@dataclass(frozen=True, slots=True)
class AskedSettings:
    """What an install asks of security profiles."""

    auth_mode: _AuthMode = None
    key_order: _KeyOrder = None
    key_size: _KeySize = None
    ec_key_size: _EcKeySize = None

    def request(self) -> "CapfRequest":
        """The request that the options mean; UsageError names the option that is wrong and the nearest choice."""
        from lscctl.plan import CapfRequest

        request = CapfRequest(mode=_mode(self.auth_mode))
        return _with_keys(request, self.key_order, self.key_size, self.ec_key_size)


@dataclass(frozen=True, slots=True)
class CheckedSettings(AskedSettings):
    """The same, and which phones that caution leaves out an install is to take along."""

    include_unregistered: _IncludeUnregistered = False
    include_mic_only: _IncludeMicOnly = False
    include_secure: _IncludeSecure = False
    renew: _Renew = False

    def request(self) -> "CapfRequest":
        """As without them, with these phones."""
        return replace(
            AskedSettings.request(self),
            renew=self.renew,
            include_unregistered=self.include_unregistered,
            include_mic_only=self.include_mic_only,
            include_secure=self.include_secure,
        )


@dataclass(frozen=True, slots=True)
class DeleteSettings(ProofSettings):
    """With which proof and by when, and which phones that caution leaves out lose their LSC all the same."""

    complete_by: _CompleteBy = None
    include_unregistered: _IncludeUnregistered = False
    include_lsc_first: Annotated[
        bool, _flag("--include-lsc-first", "Phones whose mode is lsc-first: they may get no other LSC.", _INCLUDE)
    ] = False
    include_secure: _IncludeSecure = False

    def request(self) -> "CapfRequest":
        """The request that the options mean. Raises UsageError."""
        from lscctl.plan import CapfRequest

        request = CapfRequest(
            CertificateOperation.DELETE,
            include_unregistered=self.include_unregistered,
            include_lsc_first=self.include_lsc_first,
            include_secure=self.include_secure,
        )
        return self.proving(request, self.complete_by)


@dataclass(frozen=True, slots=True)
class TroubleshootSettings(ProofSettings):
    """With which proof and by when, and which phones that caution leaves out show their certificates all the same."""

    complete_by: _CompleteBy = None
    include_unregistered: _IncludeUnregistered = False
    include_mic_only: _IncludeMicOnly = False
    include_secure: _IncludeSecure = False

    def request(self) -> "CapfRequest":
        """The request that the options mean. Raises UsageError."""
        from lscctl.plan import CapfRequest

        request = CapfRequest(
            CertificateOperation.TROUBLESHOOT,
            include_unregistered=self.include_unregistered,
            include_mic_only=self.include_mic_only,
            include_secure=self.include_secure,
        )
        return self.proving(request, self.complete_by)


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

    @property
    def number(self) -> int | None:
        """How many phones somebody said are to be written; None where nobody did."""
        return None

    def settles(self, operation: CertificateOperation) -> bool:
        """Whether nobody needs to be asked any more: LSCs are deleted only by somebody who knows how many."""
        return self.number is not None if operation is CertificateOperation.DELETE else self.yes

    def check(self) -> None:
        """UsageError if options contradict each other."""
        if self.detailed_exitcode and not self.dry_run:
            raise UsageError("--detailed-exitcode is about a dry run", hint="Add --dry-run, or leave it away.")


@dataclass(frozen=True, slots=True)
class CountedConsent(Consent):
    """The same, and how many phones are to be written, which for a delete --yes does not replace."""

    confirm_count: Annotated[
        int | None,
        typer.Option(
            "--confirm-count",
            min=0,
            help="Refuse (exit 3) unless so many phones are to be written; needed to delete LSCs without a question.",
            metavar="N",
            rich_help_panel=_RUN,
            show_default=False,
        ),
    ] = None

    @property
    def number(self) -> int | None:
        """As the option says."""
        return self.confirm_count


def _word(option: str, text: str | None, parse: Callable[[str], _Word], choices: Iterable[_Word]) -> _Word | None:
    """The enumeration's member that a short word or Cisco's wording means; UsageError with the nearest short word."""
    if text is None:
        return None
    try:
        return parse(text)
    except ValueError:
        return parse(one_of(option, text, [choice.short for choice in choices]))


def _mode(text: str | None) -> AuthenticationMode | None:
    return _word("--auth-mode", text, AuthenticationMode.parse, AuthenticationMode)


def _with_keys(
    request: "CapfRequest", key_order: str | None, key_size: int | None, ec_key_size: int | None
) -> "CapfRequest":
    return replace(
        request,
        key_order=_word("--key-order", key_order, KeyOrder.parse, KeyOrder),
        key_size=_size("--key-size", key_size, RSA_KEY_SIZES),
        ec_key_size=_size("--ec-key-size", ec_key_size, EC_KEY_SIZES),
    )


def _deadline(complete_by: str | None, mode: AuthenticationMode | None) -> "DeadlineRule":
    from lscctl.deadline import DEADLINE_FOR_PEOPLE, DEFAULT_DEADLINE, DeadlineRule

    if complete_by is not None:
        return DeadlineRule.parse(complete_by)
    return DEADLINE_FOR_PEOPLE if mode is AuthenticationMode.AUTH_STRING else DEFAULT_DEADLINE


def _size(option: str, bits: int | None, sizes: tuple[int, ...]) -> int | None:
    return None if bits is None else int(one_of(option, str(bits), [str(size) for size in sizes]))
