"""The simulator's grammar and Cisco's own schemas give the same verdicts, version by version."""

from __future__ import annotations

import copy
import os
import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from lscctl.simulator.grammar import VERSIONS, Field, Grammar, GrammarError
from lscctl.simulator.grammar.compile import schema_document
from tests.simulator.grammar import official
from tests.simulator.grammar.messages import XSD, Maker, Spoiler

each_official_version = pytest.mark.parametrize("version", official.VERSIONS)
densities = st.sampled_from((0.0, 0.05, 0.3, 0.9, 1.0))
seeds = st.integers(0, 2**63)
# A long message takes its time, so there is no deadline for one; LSCCTL_EXAMPLES asks for more of them.
quickly = settings(deadline=None, max_examples=int(os.environ.get("LSCCTL_EXAMPLES", "80")))


def accepts(grammar: Grammar, message: etree._Element) -> bool:
    check = grammar.check_response if str(message.tag).endswith("Response") else grammar.check
    try:
        check(message)
    except GrammarError:
        return False
    return True


def shown(message: etree._Element) -> str:
    return etree.tostring(message, encoding="unicode")


@each_official_version
def test_every_operation_exists_in_exactly_the_versions_that_cisco_has_it_in(version: str) -> None:
    assert set(Grammar.for_version(version).operations) == official.operations(version)


def test_old_versions_lack_apply_reset_and_restart() -> None:
    missing = set(official.OPERATIONS) - official.operations("9.1")

    assert missing == {
        "applyPhone",
        "resetPhone",
        "restartPhone",
        "applyPhoneSecurityProfile",
        "resetPhoneSecurityProfile",
    }


@each_official_version
def test_every_enumeration_has_ciscos_values_in_ciscos_order(version: str) -> None:
    grammar = Grammar.for_version(version)
    ciscos = official.enumerations(version)
    open_ones = {name for name in ciscos if name not in ("XInteger", "XMOHAudioSourceId")}

    assert len(open_ones) > 30
    assert {name: grammar.values(name) for name in open_ones} == {name: ciscos[name] for name in open_ones}


@each_official_version
def test_the_grammar_defines_just_the_types_that_the_messages_need(version: str) -> None:
    definitions = Grammar.for_version(version)._definitions

    assert {*definitions.structures, *definitions.texts} == set(official.types(version))


@each_official_version
def test_the_fields_of_every_structure_are_ciscos_in_ciscos_order(version: str) -> None:
    grammar = Grammar.for_version(version)
    compared = 0
    for name, node in official.types(version).items():
        if node.tag == f"{XSD}complexType":
            assert [outline(field) for field in grammar.fields(name)] == ciscos_outline(version, node), name
            compared += 1

    assert compared > 40


def outline(field: Field) -> tuple[object, ...]:
    nested = [outline(inner) for inner in field.fields] if not field.type else []
    return field.name, field.type, field.repeated, field.nillable, field.default, nested


def ciscos_outline(version: str, node: etree._Element) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    base = node.find(f"{XSD}complexContent/{XSD}extension")
    if base is not None:
        found += ciscos_outline(version, official.types(version)[base.get("base", "").rpartition(":")[2]])
    for element in node.iter(f"{XSD}element"):
        if next(outer for outer in element.iterancestors(f"{XSD}complexType", f"{XSD}schema")) is not node:
            continue
        inner = element.find(f"{XSD}complexType")
        found.append(
            (
                element.get("name"),
                element.get("type", "").removeprefix("axlapi:"),
                element.get("maxOccurs", "1") != "1",
                element.get("nillable") == "true",
                element.get("default"),
                [] if inner is None else ciscos_outline(version, inner),
            )
        )
    return found


def messages(grammar: Grammar) -> st.SearchStrategy[str]:
    """Names of requests and answers, those with much inside more often."""
    requests = (*grammar.operations, *["updatePhone", "addPhoneSecurityProfile", "updatePhoneSecurityProfile"] * 3)
    return st.sampled_from((*requests, *(f"{name}Response" for name in grammar.operations), "getPhoneResponse"))


@each_official_version
def test_what_ciscos_schema_produces_is_accepted(version: str) -> None:
    grammar = Grammar.for_version(version)

    @quickly
    @given(messages(grammar), densities, seeds)
    def accepted(name: str, density: float, number: int) -> None:
        message = Maker(official.document(version), random.Random(number), density).message(name)

        assert official.schema(version).validate(message), shown(message)
        assert accepts(grammar, message), shown(message)

    accepted()


@each_official_version
def test_what_the_grammar_produces_is_accepted_by_ciscos_schema(version: str) -> None:
    grammar = Grammar.for_version(version)
    ours = schema_document(grammar._definitions, grammar.namespace)

    @quickly
    @given(messages(grammar), densities, seeds)
    def accepted(name: str, density: float, number: int) -> None:
        message = Maker(ours, random.Random(number), density).message(name)

        assert official.schema(version).validate(message), shown(message)
        assert accepts(grammar, message), shown(message)

    accepted()


@each_official_version
@pytest.mark.parametrize("name", ["updatePhone", "addPhoneSecurityProfile", "doDeviceReset", "getPhoneResponse"])
def test_each_part_may_be_missing_doubled_or_empty_exactly_where_cisco_says_so(version: str, name: str) -> None:
    grammar, ciscos = Grammar.for_version(version), official.schema(version)
    verdicts = []
    message = Maker(official.document(version), random.Random(version), density=1.0).message(name)
    for change in one_change_at_a_time(message):
        verdict = bool(ciscos.validate(message))
        verdicts.append(verdict)
        assert accepts(grammar, message) == verdict, (change, shown(message))

    assert set(verdicts) == {True, False}


def one_change_at_a_time(message: etree._Element) -> Iterator[str]:
    """Change the message in place, and back again after each step."""
    for element in list(message.iterdescendants(etree.Element)):
        parent = element.getparent()
        assert parent is not None
        place = parent.index(element)
        parent.remove(element)
        yield f"without {element.tag}"
        parent.insert(place, element)
        parent.insert(place, copy.deepcopy(element))
        yield f"{element.tag} twice"
        parent.remove(parent[place])
        parent.replace(element, etree.Element(element.tag))
        yield f"{element.tag} empty"
        parent.replace(parent[place], element)


@each_official_version
def test_a_spoiled_message_gets_the_verdict_that_ciscos_schema_gives(version: str) -> None:
    grammar = Grammar.for_version(version)
    type_names = [f"axl:{name}" for name in official.types(version)]
    verdicts: list[bool] = []

    @quickly
    @given(messages(grammar), densities, st.integers(1, 3), seeds)
    def same(name: str, density: float, times: int, number: int) -> None:
        rng = random.Random(number)
        message = Maker(official.document(version), rng, density).message(name)
        spoiler = Spoiler(rng, type_names)
        changes = [spoiler.spoil(message) for _ in range(times)]
        verdict = bool(official.schema(version).validate(message))
        verdicts.append(verdict)

        assert accepts(grammar, message) == verdict, (changes, shown(message))

    same()

    assert set(verdicts) == {True, False}


@pytest.mark.parametrize(
    ("version", "like"), [("8.0", "8.5"), ("8.6", "8.5"), ("9.0", "9.1"), ("14.0", "12.5"), ("15.0", "12.5")]
)
def test_a_version_without_a_published_schema_here_is_like_its_neighbour(version: str, like: str) -> None:
    assert Grammar.for_version(version)._definitions == Grammar.for_version(like)._definitions
    assert Grammar.for_version(version).namespace == f"http://www.cisco.com/AXL/API/{version}"


def test_every_known_version_is_compared_with_a_schema_of_cisco_or_is_like_one_that_is() -> None:
    assert set(VERSIONS) == {*official.VERSIONS, "8.0", "8.6", "9.0", "14.0", "15.0"}
