"""Reading the notation: what a line means, and which versions it belongs to."""

from __future__ import annotations

import json
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.simulator.grammar import VERSIONS
from lscctl.simulator.grammar.definitions import (
    Attribute,
    Definitions,
    Element,
    Group,
    Occurs,
    Operation,
    Structure,
    Text,
    Wildcard,
)
from lscctl.simulator.grammar.notation import NotationError, number, read


def reading(text: str, version: str = "12.5") -> Definitions:
    return read({"sample.axl": textwrap.dedent(text)}, version)


def test_an_operation_names_the_types_of_its_two_messages() -> None:
    found = reading("operation applyPhone NameAndGUIDRequest -> StandardResponse")

    assert found.operations == {"applyPhone": Operation("applyPhone", "NameAndGUIDRequest", "StandardResponse")}


def test_a_structure_has_children_groups_and_attributes() -> None:
    found = reading("""
        # A comment is skipped.
        type Line extends Base
            index XInteger
            label? String50 nil = "a \\"quoted\\" text"
            dirn*:
                pattern+ xsd:string
            (choice)?
                (any)*
                member{2..3} xsd:string
            return as xsd:string longest 3
            @ctiid xsd:integer = "1"
    """)

    assert found.structures["Line"] == Structure(
        "Line",
        members=(
            Element("index", Occurs(), "XInteger"),
            Element("label", Occurs(0, 1), "String50", nillable=True, default='a "quoted" text'),
            Element("dirn", Occurs(0, None), Structure("", (Element("pattern", Occurs(1, None), "xsd:string"),))),
            Group(
                "choice",
                Occurs(0, 1),
                (Wildcard(Occurs(0, None)), Element("member", Occurs(2, 3), "xsd:string")),
            ),
            Element("return", Occurs(), Text("", "xsd:string", longest=3)),
        ),
        attributes=(Attribute("ctiid", "xsd:integer", "1"),),
        extends="Base",
    )


def test_a_structure_may_be_abstract_or_hold_text() -> None:
    found = reading("""
        abstract type APIRequest
            @sequence xsd:unsignedLong
        type XFkType holds xsd:string
    """)

    assert found.structures["APIRequest"].abstract
    assert found.structures["XFkType"] == Structure("XFkType", holds="xsd:string")


def test_texts_are_narrowed_and_enumerations_open_or_closed() -> None:
    found = reading("""
        text XUUID xsd:string pattern "\\\\{.+\\\\}"
        text Source xsd:integer range 0..51 or "null" ""
        enum Size open
            "512"
            "1024"
        enum Closed
            "only"
    """)

    assert found.texts == {
        "XUUID": Text("XUUID", pattern=r"\{.+\}"),
        "Source": Text("Source", "xsd:integer", span=(0, 51), also=("null", "")),
        "Size": Text("Size", values=("512", "1024"), open=True),
        "Closed": Text("Closed", values=("only",)),
    }


def test_what_is_below_a_line_of_another_version_is_left_out_with_it() -> None:
    text = """
        type Phone
            confidentialAccess?: [10.0..]
                mode xsd:string
            name xsd:string
    """

    assert [member.name for member in reading(text, "9.1").structures["Phone"].members] == ["name"]  # type: ignore[union-attr]
    assert len(reading(text, "10.0").structures["Phone"].members) == 2


@given(st.sets(st.sampled_from(VERSIONS), min_size=1))
def test_a_mark_stands_for_just_the_versions_it_names(marked: set[str]) -> None:
    runs: list[list[str]] = []
    for version in VERSIONS:
        if version in marked:
            if runs and VERSIONS.index(version) == VERSIONS.index(runs[-1][-1]) + 1:
                runs[-1].append(version)
            else:
                runs.append([version])
    mark = " ".join(run[0] if len(run) == 1 else f"{run[0]}..{run[-1]}" for run in runs)

    assert {version for version in VERSIONS if reading(f"type Marked [{mark}]", version).structures} == marked


@pytest.mark.parametrize(("mark", "first", "last"), [("[..9.1]", "8.0", "9.1"), ("[10.0..]", "10.0", "15.0")])
def test_a_mark_may_be_open_at_one_end(mark: str, first: str, last: str) -> None:
    inside = [version for version in VERSIONS if reading(f"type Marked {mark}", version).structures]

    assert inside[0] == first
    assert inside[-1] == last
    assert inside == list(VERSIONS[VERSIONS.index(first) : VERSIONS.index(last) + 1])


def test_versions_are_compared_as_numbers() -> None:
    assert sorted(["10.0", "9.1", "8.5", "12.5"], key=number) == ["8.5", "9.1", "10.0", "12.5"]


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_any_text_can_be_a_value(values: list[str]) -> None:
    lines = "".join(f"    {json.dumps(value, ensure_ascii=False)}\n" for value in values)

    assert read({"values.axl": f"enum Any\n{lines}"}, "12.5").texts["Any"].values == tuple(values)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sort Phone", "line 1: 'sort' is no kind of definition"),
        ("operation a B C", "line 1: -> is missing"),
        ("type A\n   name B", "line 2: indentation is not a multiple of 4"),
        ("type A\n        name B", "line 2: indented too far"),
        ("type A\n    name", "line 2: the line ends too early"),
        ("type A\n    name B C", "line 2: 'C' is not understood"),
        ("type A\n    name B = c", "line 2: a quoted text is missing before c"),
        ("type A\n    na-me B", "line 2: 'na-me' is neither an element nor a group"),
        ("type A\n    (all)", "line 2: (all) is no kind of group"),
        ("type A\n    name B\n        inner C", "line 2: nothing may stand below this line"),
        ("abstract enum A", "line 1: 'enum' cannot be abstract"),
        ("text A xsd:string longest ever", "line 1: 'ever' is no whole number"),
        ("text A xsd:integer range 3", "line 1: '' is no whole number"),
        ("type A [soon..]", "line 1: [soon..] names no versions"),
        ("type A\ntext A xsd:string", "line 2: A is defined twice in 12.5"),
        ("operation a B -> C\noperation a B -> C", "line 2: a is defined twice in 12.5"),
    ],
)
def test_a_line_that_makes_no_sense_is_named_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(NotationError) as caught:
        reading(text)

    assert str(caught.value).startswith(f"sample.axl, {reason}")
