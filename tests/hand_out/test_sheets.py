"""What is handed out comes back from its file as it was, whatever phones are called, and shows strings to its reader only."""

import contextlib
import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lscctl.auth_string import AuthString
from lscctl.hand_out import labels, table
from lscctl.hand_out.sheet import HandOut, Label, SheetFormat, new_seal

NAMES = st.from_regex(r"(SEP|ATA|CSF)[0-9A-F]{4,12}", fullmatch=True)
STRINGS = st.text("0123456789", min_size=4, max_size=10)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
LABEL = st.builds(Label, NAMES, WORDS, WORDS, WORDS, WORDS, STRINGS.map(AuthString))
HAND_OUT = st.builds(
    HandOut,
    WORDS,
    st.integers(1, 10**6),
    WORDS,
    st.lists(LABEL, min_size=1, max_size=6, unique_by=(lambda one: one.name, lambda one: one.string)).map(tuple),
)


@given(HAND_OUT)
def test_each_phone_s_string_comes_back_from_a_csv_and_from_labels(hand_out: HandOut) -> None:
    for written, read in ((table.written, table.read), (labels.written, labels.read)):
        assert read(written(hand_out)) == hand_out.strings


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.html", "labels"), ("A.HTM", "labels"), ("a.csv", "csv"), ("strings", "csv"), ("a.html.txt", "csv")],
)
def test_what_a_file_holds_is_what_its_ending_lets_one_expect(name: str, form: str) -> None:
    assert SheetFormat.by_suffix(Path(name)) == form


@given(HAND_OUT)
def test_no_cell_of_a_csv_is_taken_for_a_formula(hand_out: HandOut) -> None:
    rows = list(csv.reader(io.StringIO(table.written(hand_out), newline="")))
    cells = [cell for row in rows for position, cell in enumerate(row) if table.COLUMNS[position] != "complete_by"]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]


@given(HAND_OUT)
def test_what_a_phone_is_called_is_text_on_its_label_and_nothing_is_fetched(hand_out: HandOut) -> None:
    page = labels.written(hand_out)
    assert page.count("<li ") == len(hand_out.labels)
    assert "<script" not in page
    assert "default-src &#x27;none&#x27;" in page


def test_whoever_prints_a_hand_out_by_accident_sees_neither_strings_nor_seal() -> None:
    hand_out = HandOut("lab", 1, "now", (Label("SEP001122334455", "", "", "", "", AuthString("73519028")),))
    assert "73519028" not in repr(hand_out)
    assert hand_out.seal not in repr(hand_out)


def test_two_files_with_the_same_strings_are_never_the_same() -> None:
    label = Label("SEP001122334455", "", "", "", "", AuthString("4711"))
    one, other = (table.written(HandOut("lab", 1, "now", (label,))) for _ in range(2))
    assert one != other
    assert len({new_seal() for _ in range(100)}) == 100
    assert len(new_seal()) == 64


@pytest.mark.parametrize("text", ["", "name,string\nSEP1,4711\n", "%PDF", table.COLUMNS[0]])
def test_what_lscctl_did_not_write_is_no_hand_out(text: str) -> None:
    with pytest.raises(ValueError, match="than lscctl writes"):
        table.read(text)
    with pytest.raises(ValueError, match="no labels"):
        labels.read(text)


def test_labels_that_were_put_together_and_contradict_each_other_are_refused() -> None:
    def page(*phones: tuple[str, str]) -> str:
        return labels.written(
            HandOut("lab", 1, "now", tuple(Label(n, "", "", "", "", AuthString(s)) for n, s in phones))
        )

    first = page(("SEP001122334455", "4711"))
    assert labels.read(first + page(("SEP001122334466", "4712"), ("SEP001122334455", "4711")))
    with pytest.raises(ValueError, match="sep001122334455 has a second authentication string"):
        labels.read(first + page(("sep001122334455", "4712")))
    with pytest.raises(ValueError, match="SEP001122334455 and SEP001122334466 have the same"):
        labels.read(first + page(("SEP001122334466", "4711")))


@given(st.text("<!>[]-/dohctypelisp= \"'&#x?", max_size=60))
@example("<![foo[x]]>")
def test_a_page_that_somebody_spoiled_is_refused_and_no_fault(noise: str) -> None:
    with contextlib.suppress(ValueError):
        labels.read(f"<!DOCTYPE html>{noise}")


def test_a_file_s_name_ends_as_its_content_is() -> None:
    assert [form.suffix for form in SheetFormat] == [".csv", ".html"]
