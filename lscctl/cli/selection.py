"""Which phones: the options that every command on phones shares."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from lscctl.cli.asking_strings import authentication_string
from lscctl.cli.parameters import length_of_time, one_of
from lscctl.cli.standard_input import standard_input
from lscctl.errors import NoPhoneMatched, Refused, UsageError
from lscctl.report.wording import count, some

if TYPE_CHECKING:
    from lscctl.auth_string import AuthString
    from lscctl.cli.connection import Session
    from lscctl.cli.screen import Notices
    from lscctl.cucm.cluster import Cluster
    from lscctl.cucm.search import Found
    from lscctl.phone import PhoneQuery
    from lscctl.report.cluster import PhonesOfCluster

_WHICH = "Which phones"
_NOT = "Which phones not"


def _texts(option: str, help_text: str, metavar: str, panel: str = _WHICH) -> object:
    return typer.Option(option, help=help_text, metavar=metavar, rich_help_panel=panel, show_default=False)


@dataclass(frozen=True, slots=True)
class Selection:
    """The selectors. Every one that is given must hold; of one given several times, any value may."""

    model: Annotated[list[str] | None, _texts("--model", "Model: 8845, 'Cisco 8845' or a glob: '88*'.", "MODEL")] = None
    device_pool: Annotated[list[str] | None, _texts("--device-pool", "Device pool: name or glob.", "POOL")] = None
    location: Annotated[list[str] | None, _texts("--location", "Location: name or glob.", "NAME")] = None
    profile: Annotated[list[str] | None, _texts("--profile", "Security profile: name or glob.", "NAME")] = None
    protocol: Annotated[list[str] | None, _texts("--protocol", "SIP or SCCP.", "WORD")] = None
    name: Annotated[list[str] | None, _texts("--name", "Device name: exact or glob: 'SEP0011*'.", "NAME")] = None
    description: Annotated[list[str] | None, _texts("--description", "Description: glob: '*lobby*'.", "TEXT")] = None
    lsc: Annotated[
        list[str] | None, _texts("--lsc", "none, valid, expiring, expired, foreign or unknown.", "STATE")
    ] = None
    status: Annotated[list[str] | None, _texts("--status", "Certificate status: glob: 'Upgrade Failed*'.", "TEXT")] = (
        None
    )
    lsc_issuer: Annotated[
        list[str] | None, _texts("--lsc-issuer", "Who issued the LSC: common name or glob.", "NAME")
    ] = None
    ask_auth_string: Annotated[
        bool,
        typer.Option(
            "--ask-auth-string",
            help="Ask for an authentication string, or read it from standard input: the phones that hold it.",
            rich_help_panel=_WHICH,
        ),
    ] = False
    auth_string: Annotated[
        bool | None,
        typer.Option(
            "--has-auth-string/--no-auth-string",
            help="Only phones that hold an authentication string, or that hold none.",
            rich_help_panel=_WHICH,
            show_default=False,
        ),
    ] = None
    expires_within: Annotated[
        str | None, _texts("--expires-within", "The LSC ends within this time (90d), or has ended.", "TIME")
    ] = None
    registered: Annotated[
        bool | None,
        typer.Option(
            "--registered/--unregistered",
            help="Only phones that are registered now, or that are not.",
            rich_help_panel=_WHICH,
            show_default=False,
        ),
    ] = None
    list_file: Annotated[
        str | None, _texts("--from", "A list of names, or a CSV with a header; - reads standard input.", "FILE")
    ] = None
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=1,
            help="Only the first so many that match, by name; left-out ones count.",
            metavar="N",
            rich_help_panel=_WHICH,
        ),
    ] = None
    expect: Annotated[
        int | None,
        typer.Option(
            "--expect", min=0, help="Refuse (exit 3) if another number matches.", metavar="N", rich_help_panel=_WHICH
        ),
    ] = None
    exclude_model: Annotated[list[str] | None, _texts("--exclude-model", "Not this model.", "MODEL", _NOT)] = None
    exclude_device_pool: Annotated[
        list[str] | None, _texts("--exclude-device-pool", "Not this device pool.", "POOL", _NOT)
    ] = None
    exclude_location: Annotated[list[str] | None, _texts("--exclude-location", "Not this location.", "NAME", _NOT)] = (
        None
    )
    exclude_profile: Annotated[
        list[str] | None, _texts("--exclude-profile", "Not this security profile.", "NAME", _NOT)
    ] = None
    exclude_status: Annotated[
        list[str] | None, _texts("--exclude-status", "Not this certificate status.", "TEXT", _NOT)
    ] = None
    exclude_name: Annotated[list[str] | None, _texts("--exclude-name", "Not this device name.", "NAME", _NOT)] = None
    exclude_description: Annotated[
        list[str] | None, _texts("--exclude-description", "Not this description.", "TEXT", _NOT)
    ] = None

    def query(self) -> "PhoneQuery":
        """The query that the options mean; reads the list file, and asks for an authentication string where one is meant.

        To be called once a command. UsageError names the option that is wrong.
        """
        from lscctl.phone import LscState, PhoneQuery

        if self.ask_auth_string and self.list_file == "-":
            raise UsageError(
                "--from - and --ask-auth-string would both read standard input", hint="Put the list into a file."
            )
        names, strings = (None, ()) if self.list_file is None else _listed(self.list_file)
        return PhoneQuery(
            models=_given("--model", self.model),
            device_pools=_given("--device-pool", self.device_pool),
            locations=_given("--location", self.location),
            profiles=_given("--profile", self.profile),
            protocols=tuple(one_of("--protocol", text, ("SIP", "SCCP")) for text in self.protocol or ()),
            names=_given("--name", self.name),
            descriptions=_given("--description", self.description),
            statuses=_given("--status", self.status),
            lsc_states=tuple(LscState(one_of("--lsc", text, tuple(LscState))) for text in self.lsc or ()),
            lsc_issuers=_given("--lsc-issuer", self.lsc_issuer),
            authentication_string=authentication_string() if self.ask_auth_string else None,
            has_authentication_string=self.auth_string,
            expires_within=self._expires_within(),
            registered=self.registered,
            names_listed=names,
            strings_listed=strings,
            exclude_models=_given("--exclude-model", self.exclude_model),
            exclude_device_pools=_given("--exclude-device-pool", self.exclude_device_pool),
            exclude_locations=_given("--exclude-location", self.exclude_location),
            exclude_profiles=_given("--exclude-profile", self.exclude_profile),
            exclude_statuses=_given("--exclude-status", self.exclude_status),
            exclude_names=_given("--exclude-name", self.exclude_name),
            exclude_descriptions=_given("--exclude-description", self.exclude_description),
            limit=self.limit,
        )

    def narrowed(self) -> "PhoneQuery":
        """The same, for what changes phones: without any selector every phone of the cluster would be meant. Raises UsageError."""
        query = self.query()
        if not query.selects:
            raise UsageError(
                "no selector was given: that would mean every phone of the cluster",
                hint="Say which phones, such as --model 8845; for really all of them --name '*'.",
            )
        return query

    @property
    def expiring_within(self) -> float:
        """Within how many seconds an LSC counts as expiring."""
        from lscctl.cucm.selection import EXPIRING_WITHIN

        within = self._expires_within()
        return EXPIRING_WITHIN if within is None else within

    def _expires_within(self) -> float | None:
        if self.expires_within is None:
            return None
        return length_of_time("--expires-within", self.expires_within).total_seconds()


def find_phones(
    cluster: "Cluster",
    query: "PhoneQuery",
    expect: int | None,
    notices: "Notices",
    *,
    registration: bool = True,
    zones: bool = False,
    missing_ok: bool = False,
    none_ok: bool = False,
) -> "Found":
    """The phones that the query means, with their `registration` and their sites' `zones` where that is wanted.

    Raises NoPhoneMatched (with `none_ok` only where the selectors name nobody, however phones stand), UsageError for listed names
    that do not exist (unless `missing_ok`), Refused.
    """
    from lscctl.cli.completion.known import Known, remember

    found = cluster.find(query, progress=notices.say, registration=registration, zones=zones)
    remember(cluster.name, Known.of(found.phones))
    if not found.phones and not (none_ok and _names_anybody(cluster, query)):
        for note in found.notes:
            notices.say(f"note: {note}")
        unknown = f"; not known to the cluster: {some(found.unknown_names)}" if found.unknown_names else ""
        raise NoPhoneMatched(
            f"no phone of {cluster.name} matches{unknown}",
            hint="Every selector must hold for a phone; `lscctl status` with fewer of them shows what there is.",
        )
    if found.unknown_names and missing_ok:
        notices.say(f"note: the cluster does not know any more: {some(found.unknown_names)}")
    elif found.unknown_names:
        raise UsageError(
            f"no phone of {cluster.name} has {count(len(found.unknown_names), 'name')} of the list: {some(found.unknown_names)}",
            hint="Nothing was changed. Correct the list, or take these names out of it.",
        )
    check_count(len(found.phones), expect)
    return found


def _names_anybody(cluster: "Cluster", query: "PhoneQuery") -> bool:
    """Whether the selectors name a phone of the cluster, whatever its LSC: if none, a name or a pattern was mistyped.

    An empty list means nobody, and no name in it is wrong: what a retry has where only a profile is left.
    """
    named = query.lasting
    return (
        not named.selects
        or named.names_listed == ()
        or bool(cluster.find(replace(named, limit=1), registration=False).phones)
    )


def look_up(
    session: "Session",
    query: "PhoneQuery",
    selection: Selection,
    notices: "Notices",
    *,
    registration: bool = False,
) -> "PhonesOfCluster":
    """The phones that the query means, with all that a report needs to tell of them; raises as `find_phones` does."""
    from lscctl.report.cluster import PhonesOfCluster

    cluster = session.cluster
    found = find_phones(cluster, query, selection.expect, notices, registration=registration)
    return PhonesOfCluster(
        found.phones,
        cluster.facts(),
        cluster.name,
        cluster.version,
        cluster.clock,
        selection.expiring_within,
        (*cluster.notes, *found.notes),
    )


def check_count(found: int, expect: int | None) -> None:
    """Refuse (exit 3) if --expect says another number of phones than was found."""
    if expect is not None and found != expect:
        raise Refused(
            f"{found:,} phones match, --expect says {expect:,}",
            hint="Nothing was changed. See which with `lscctl status` and the same selectors.",
        )


def _given(option: str, texts: list[str] | None) -> tuple[str, ...]:
    for text in texts or ():
        if not text.strip():
            raise UsageError(
                f"{option} is empty", hint="Give a name or a glob, or leave the option away. Is a shell variable unset?"
            )
    return tuple(texts or ())


def _listed(path: str) -> "tuple[tuple[str, ...], tuple[tuple[str, AuthString], ...]]":
    """The names of a list, and the authentication strings that it gives."""
    import sys

    from lscctl.phone_list import parse_phone_list, parse_strings, read_list

    content, where = read_list(path, standard_input("--from -") if path == "-" else sys.stdin.buffer)
    return parse_phone_list(content, where), tuple(parse_strings(content, where).items())
