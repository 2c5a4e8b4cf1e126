import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

import lscctl.report
from lscctl.capf import AuthenticationMode, CertificateOperation, DeviceSecurityMode, KeyOrder
from lscctl.changes import ChangeKind
from lscctl.config.layers import Source
from lscctl.errors import WORST_FIRST
from lscctl.finding import Certainty, LinkName, LinkState
from lscctl.finding import Effect as StepEffect
from lscctl.finding import Source as EvidenceSource
from lscctl.history import RunState
from lscctl.inspection import Flaw, Kind, Signer, Unseen
from lscctl.outcome import PhoneState
from lscctl.phone import LscState, Registration
from lscctl.profile_change import ProfileState
from lscctl.reasons import Reason
from lscctl.report.assumptions import State as Known
from lscctl.report.interface import Report, Value
from lscctl.report.phones import phones_report
from lscctl.report.schemas import kinds
from lscctl.rules import WaveBy, WritePath
from lscctl.third_party_ca import ThirdParty
from lscctl.trustlist.comparison import Change
from lscctl.trustlist.values import Kind as ListKind
from lscctl.trustlist.verification import Verdict as Signature
from lscctl.verdict import Verdict
from tests.report.every_report import every_report
from tests.report.phones_in_sight import PHONES, told
from tests.report.published import check, schema_of

WORDS: dict[str, list[list[Any]]] = {
    "issuer": [list(ThirdParty)],
    "auth_mode": [[mode.short for mode in AuthenticationMode]],
    "key_order": [[order.short for order in KeyOrder]],
    "security_mode": [list(DeviceSecurityMode)],
    "operation": [list(CertificateOperation)],
    "lsc": [list(LscState)],
    "beyond": [["fail-within", "fail-below"]],
    "registration": [[one for one in Registration if one is not Registration.NOT_ASKED]],
    "then_auth_mode": [[mode.short for mode in AuthenticationMode]],
    "decision": [["install", "delete", "troubleshoot", "move", "left-out"], ["change", "stay"]],
    "reason": [list(Reason)],
    "wave_by": [list(WaveBy)],
    "window_zone": [["cluster", "site"]],
    "write_path": [list(WritePath)],
    "state": [list(PhoneState), list(RunState), list(Known), list(LinkState), list(ProfileState)],
    "verdict": [list(Verdict), list(Signature)],
    "change": [list(Change), list(ChangeKind)],
    "source": [list(Source), list(EvidenceSource)],
    "link": [list(LinkName)],
    "broken": [list(LinkName)],
    "implied_by": [list(LinkName)],
    "certainty": [list(Certainty)],
    "effects": [list(StepEffect)],
    "kind": [list(ListKind)],
    "shows": [list(Kind)],
    "signer": [list(Signer)],
    "unseen": [list(Unseen)],
    "flaw": [list(Flaw)],
    "exit_code": [sorted(WORST_FIRST)],
}
"""What may stand in the enumeration under a key, whatever the kind."""


def parts(schema: Any, key: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema within the schema, with the key that it is for."""
    if isinstance(schema, dict):
        yield key, schema
        for name, value in schema.items():
            inner = value.items() if name in ("properties", "$defs") else [(key, value)]
            for below, one in inner:
                yield from parts(one, below)
    elif isinstance(schema, list):
        for one in schema:
            yield from parts(one, key)


@pytest.mark.parametrize("report", every_report(), ids=lambda report: report.kind)
def test_every_answer_is_as_published(report: Report) -> None:
    check(report)


def test_every_kind_has_a_schema_and_is_tried_here() -> None:
    folder = Path(lscctl.report.__file__).parent
    named = {kind for file in folder.glob("*.py") for kind in re.findall(r'kind="([a-z-]+)"', file.read_text())}
    assert named == set(kinds()) == {report.kind for report in every_report()}


@pytest.mark.parametrize("kind", kinds())
def test_a_schema_is_valid_closed_and_describes_every_key(kind: str) -> None:
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"].endswith("/2020-12/schema")
    assert schema["$id"] == f"urn:lscctl:{kind}:{schema['title'].rpartition('/')[2]}"
    for name, part in parts(schema):
        for key, described in part.get("properties", {}).items():
            assert described.get("description"), f"{name}.{key}"
        if "properties" in part and part is not schema["$defs"]["record"]:
            assert False in (part.get("additionalProperties"), part.get("unevaluatedProperties")), name


@pytest.mark.parametrize("kind", kinds())
def test_a_line_may_name_its_cluster_where_several_were_asked(kind: str) -> None:
    schema = schema_of(kind)["$defs"]
    if kind != "clusters":
        assert "cluster" in {**schema["record"]["properties"], **schema["line"]["properties"]}


@pytest.mark.parametrize("kind", kinds())
def test_the_words_that_a_schema_allows_are_the_codes(kind: str) -> None:
    for key, part in parts(schema_of(kind)):
        if "enum" in part:
            assert [word for word in part["enum"] if word is not None] in WORDS[key], key


@pytest.mark.parametrize("change", [{"colour": "red"}, {"name": 7}, {"lsc": "rotten"}, {"lsc_valid_until": "soon"}])
def test_a_record_that_is_not_as_published_is_found(change: dict[str, Value]) -> None:
    report = phones_report(told(*PHONES))
    record = {**next(report.rows()), **change}
    with pytest.raises((ValidationError, AssertionError)):
        check(replace(report, fields=tuple(record), records={"phones": [record]}))
