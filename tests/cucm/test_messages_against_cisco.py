"""Whatever lscctl can send is valid by Cisco's own schema of that version, and the same with Cisco's WSDL as with ours.

The messages are made by calling the methods of Axl, so nothing that they can send is left out.
"""

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from lscctl.cucm.axl import Axl
from lscctl.cucm.faults import WireFault
from lscctl.cucm.schema import Schema
from lscctl.cucm.transport import Endpoint, Request, Transport
from tests.cucm import cisco

PKID = "6a0ac8cf-10e4-4f1c-8e2b-0123456789ab"
EDGES = (
    "",
    " ",
    'O\'Brien "Lobby" <2> & co; -- 100 %',
    "]]>",
    "tab\tline\nreturn\r",
    "e\u0301\u0302\u0323 combined",
    "مرحبا שלום",
    "会议室 Конференция",
    "\U0001f4de\U0001f3f3\ufe0f\u200d\U0001f308",
    "\ufffd\U0010ffff",
    "x" * 128,
    "\U0001f4de" * 128,
)
legible = st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff") | st.sampled_from(
    "\t\n\r"
)


def texts(longest: int) -> st.SearchStrategy[str]:
    fitting = [edge for edge in EDGES if len(edge) <= longest]
    return st.sampled_from(fitting) | st.text(legible, max_size=longest)


keys = texts(100).filter(bool) | st.sampled_from((PKID, PKID.upper(), f"{{{PKID}}}"))
flags = st.sampled_from(("true", "false", "t", "f", "0", "1"))
ports = st.integers(0, 65535).map(str) | st.just("")


def _words(text: str) -> list[str]:
    return text.split()


TAGS = _words(
    "name description product model class protocol devicePoolName commonPhoneConfigName locationName loadInformation "
    "securityProfileName ownerUserName certificateOperation authenticationMode keySize keyOrder ecKeySize "
    "certificateStatus upgradeFinishTime isActive"
)
PROFILE_TAGS = _words(
    "phoneType protocol name description deviceSecurityMode authenticationMode keySize keyOrder ecKeySize "
    "tftpEncryptedConfig EnableOAuthAuthentication nonceValidityTime transportType sipPhonePort "
    "enableDigestAuthentication excludeDigestCredentials"
)
OPEN = {
    "newName": texts(100),
    "description": texts(128),
    "devicePoolName": texts(100),
    "commonPhoneConfigName": texts(100),
    "locationName": texts(100),
    "securityProfileName": texts(100),
    "authenticationString": texts(128),
    "upgradeFinishTime": texts(40) | st.just("2026:11:23:19:00"),
    "isActive": flags,
    "tftpEncryptedConfig": flags,
    "EnableOAuthAuthentication": flags,
    "enableDigestAuthentication": flags,
    "excludeDigestCredentials": flags,
    "nonceValidityTime": ports,
    "sipPhonePort": ports,
    "name": texts(100),
    "phoneType": st.sampled_from(("Cisco 7965", "Cisco 7945")),
    "protocol": st.sampled_from(("SIP", "SCCP")),
}


class Overheard(WireFault):
    """Thrown instead of sending: the request as it would have left."""

    def __init__(self, request: Request) -> None:
        super().__init__("nothing is sent in these tests")
        self.request = request


class Ear(Transport):
    """A transport that sends nothing."""

    def call(self, request: Request) -> etree._Element:
        raise Overheard(request)


EAR = Ear(Endpoint("cucm.invalid", "admin", "s3cret"))


def said(made: Schema, call: Callable[[Axl], object]) -> Request:
    with pytest.raises(Overheard) as caught:
        call(Axl(made, EAR))
    return caught.value.request


@cache
def ours(version: str) -> Schema:
    return Schema.bundled(version)


@cache
def theirs(version: str) -> Schema:
    return Schema.from_file(cisco.wsdl(version))


def choice(made: Schema, operation: str, field: str) -> st.SearchStrategy[str]:
    values = made.enumeration(field, operation)
    return st.sampled_from(values) if values else OPEN[field]


def changes(made: Schema, operation: str) -> st.SearchStrategy[dict[str, str]]:
    fields = [field for field in made.fields(operation) if field not in ("name", "uuid", "sequence")]
    return st.fixed_dictionaries({}, optional={field: choice(made, operation, field) for field in fields})


def new_profiles(made: Schema) -> st.SearchStrategy[dict[str, str]]:
    change = "updatePhoneSecurityProfile"
    optional = [field for field in made.fields(change) if field not in ("name", "uuid", "newName", "sequence")]
    return st.fixed_dictionaries(
        {field: OPEN[field] for field in ("phoneType", "protocol", "name")},
        optional={field: choice(made, change, field) for field in optional},
    )


def searches(*fields: str) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(fields, texts(128)))


def pages() -> st.SearchStrategy[dict[str, int]]:
    return st.fixed_dictionaries({}, optional={"skip": st.integers(0, 10**6), "first": st.integers(0, 10**6)})


def known(made: Schema, operation: str, tags: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(
        st.sampled_from([tag for tag in tags if tag in made.fields(operation, "returnedTags")]), unique=True
    )


def calls(made: Schema) -> Iterator[st.SearchStrategy[Callable[[Axl], object]]]:
    """Every method of Axl that sends something, with all that it may be given."""
    yield st.just(lambda axl: axl.cluster_version())
    yield texts(128).map(lambda sql: lambda axl: axl.query(sql))
    yield texts(128).map(lambda sql: lambda axl: axl.update_sql(sql))
    yield st.builds(
        lambda search, tags, page: lambda axl: axl.list_phones(search, tags, **page),
        searches("name", "description", "protocol", "callingSearchSpaceName", "devicePoolName", "securityProfileName"),
        known(made, "listPhone", TAGS),
        pages(),
    )
    yield st.builds(lambda key, tags: lambda axl: axl.get_phone(key, tags), keys, known(made, "getPhone", TAGS))
    yield st.builds(lambda key, new: lambda axl: axl.update_phone(key, new), keys, changes(made, "updatePhone"))
    yield keys.map(lambda key: lambda axl: axl.apply_phone(key))
    yield keys.map(lambda key: lambda axl: axl.reset_phone(key))
    yield st.builds(
        lambda search, tags, page: lambda axl: axl.list_phone_security_profiles(search, tags, **page),
        searches("name", "description"),
        known(made, "listPhoneSecurityProfile", PROFILE_TAGS),
        pages(),
    )
    yield st.builds(
        lambda key, tags: lambda axl: axl.get_phone_security_profile(key, tags),
        keys,
        known(made, "getPhoneSecurityProfile", PROFILE_TAGS),
    )
    yield new_profiles(made).map(lambda new: lambda axl: axl.add_phone_security_profile(new))
    yield st.builds(
        lambda key, new: lambda axl: axl.update_phone_security_profile(key, new),
        keys,
        changes(made, "updatePhoneSecurityProfile"),
    )
    if made.supports("applyPhoneSecurityProfile"):
        yield keys.map(lambda key: lambda axl: axl.apply_phone_security_profile(key))


@cache
def any_call(version: str) -> st.SearchStrategy[Callable[[Axl], object]]:
    return st.one_of(*calls(ours(version)))


def canonical(message: bytes) -> bytes:
    return etree.tostring(etree.fromstring(message), method="c14n")


@pytest.mark.parametrize("version", cisco.VERSIONS + cisco.NEWER)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(values=st.data())
def test_every_message_is_valid_by_cisco_s_schema(version: str, values: st.DataObject) -> None:
    request = said(ours(version), values.draw(any_call(version)))
    assert cisco.complaints(version, request.body) == []


@pytest.mark.parametrize("version", cisco.VERSIONS + cisco.NEWER)
def test_every_value_of_every_enumeration_is_one_of_cisco_s(version: str) -> None:
    made = ours(version)
    sent = 0
    for operation, change in (
        ("updatePhone", Axl.update_phone),
        ("updatePhoneSecurityProfile", Axl.update_phone_security_profile),
    ):
        for field in made.fields(operation):
            for value in made.enumeration(field, operation):
                request = said(made, lambda axl, change=change, new={field: value}: change(axl, "key", new))  # type: ignore[misc]
                assert cisco.complaints(version, request.body) == []
                sent += 1
    assert sent >= 22


@pytest.mark.parametrize("version", ["8.5", "12.5"])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(values=st.data())
def test_cisco_s_own_wsdl_makes_the_same_messages(version: str, values: st.DataObject) -> None:
    call = values.draw(any_call(version))
    own, cisco_s = said(ours(version), call), said(theirs(version), call)
    assert canonical(own.body) == canonical(cisco_s.body)
    assert own.action == cisco_s.action


@settings(max_examples=50, deadline=None)
@given(text=texts(128))
def test_what_was_put_into_a_message_is_what_the_cluster_reads(text: str) -> None:
    request = said(ours("15.0"), lambda axl: axl.update_phone("SEP001122334455", {"description": text}))
    assert (etree.fromstring(request.body).findtext(".//description") or "") == text
