"""Records in any layout become lines, wherever the text is cut while it is read; all else stays as it stands."""

import json
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.diagnosis.reading import documents
from lscctl.diagnosis.reading.documents import plain

RECORD = {"ts": "2026-11-28T10:00:00Z", "host": "SEP001122334455", "app": "secd", "msg": "x"}
LINE = "2026-11-28T10:00:00Z SEP001122334455 user.notice secd: x"
TEXTS = (
    json.dumps(RECORD),
    json.dumps([RECORD, RECORD]),
    json.dumps([RECORD, {"hits": [RECORD]}], indent=2),
    json.dumps(RECORD, indent="\t"),
    "[\n" + ",\n".join([json.dumps(RECORD)] * 3) + "\n]",
    json.dumps({"level": "no record", "deep": [[[1]]]}),
    json.dumps(RECORD)[:40],
    json.dumps([RECORD] * 3)[:-60],
    '> {"a": ',
    "{",
    "[",
    "[[[[[[",
    "]}",
    "ts=2026-11-28T10:00:00Z dev=SEP001122334455 app=secd msg=x",
    "Nov 28 10:00:00 SEP001122334455 secd: a phone's {own} [line] = 1",
    "0001 NOT Nov 28 10:00:00.1 (1:2) SECD: gr\u00fc\u00df \u20ac",
    "",
)


def whole(text: bytes) -> str:
    return b"".join(plain([text])).decode("utf-8", "replace")


@given(st.lists(st.sampled_from(TEXTS), max_size=6), st.lists(st.integers(0, 800), max_size=4))
def test_it_is_the_same_wherever_the_text_is_cut(texts: Sequence[str], cuts: Sequence[int]) -> None:
    text = "\n".join(texts).encode()
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    parts = [text[begin:end] for begin, end in pairwise(places)]
    assert b"".join(plain(parts)).decode() == whole(text)


@given(st.binary(max_size=300), st.lists(st.sampled_from([b"{", b"[", b"\n", b'"a":', b"a=", b"}", b","])))
def test_no_line_is_lost_whatever_the_text_is(text: bytes, more: Sequence[bytes]) -> None:
    text += b"".join(more)
    assert whole(text).count("\n") >= text.count(b"\n")


@given(st.lists(st.sampled_from([one for one in TEXTS if not one.startswith(("{", "[", "ts"))])))
def test_what_holds_no_records_stays(texts: Sequence[str]) -> None:
    text = "\n".join(texts)
    assert whole(text.encode()) == text


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\n" + json.dumps(RECORD) + "\nb", ["a", LINE, "b"]),
        (json.dumps([RECORD, RECORD]) + "\nb", [LINE, LINE, "b"]),
        (json.dumps(RECORD, indent=1) + "\nb", ["", "", "", "", LINE, "", "b"]),
        (json.dumps(RECORD) + json.dumps(RECORD), [LINE, LINE]),
        ("\ufeff" + json.dumps(RECORD), ["\ufeff" + json.dumps(RECORD)]),  # a mark is taken off before
        ("{\n" + json.dumps(RECORD) + "\n{", ["{", LINE, "{"]),
        (json.dumps(RECORD)[:30] + "\n" + json.dumps(RECORD), [json.dumps(RECORD)[:30], LINE]),
        (json.dumps({"all": [RECORD, RECORD]})[:-20], [LINE, json.dumps(RECORD)[:-18]]),
    ],
)
def test_each_record_is_a_line_and_what_follows_keeps_its_number(text: str, lines: Sequence[str]) -> None:
    assert whole(text.encode()).split("\n") == lines


def test_of_a_value_too_large_to_be_held_each_record_in_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_HELD", 2_000)
    text = json.dumps({"took": 1, "hits": {"hits": [RECORD] * 200}}).encode()
    parts = [text[at : at + 500] for at in range(0, len(text), 500)]
    assert b"".join(plain(parts)).decode().split("\n") == [LINE] * 200


@pytest.mark.parametrize(
    "unit", ["[", "[\n", '{"a":', '{"a":\n', "{\n", '[{"a":1},\n', '"', 'a="', "{}{}", '{"a":"\n', "a=1 "]
)
def test_what_never_ends_is_given_up(unit: str) -> None:
    text = unit * 20_000
    assert whole(text.encode()).count("\n") >= text.count("\n")
