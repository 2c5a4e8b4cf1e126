"""Only some lines of a log are looked at: it must be as if all had been."""

import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lscctl.diagnosis.reading import attempts, chatter, lines
from lscctl.diagnosis.reading.attempts import Attempts
from lscctl.diagnosis.reading.console_log import ConsoleLog, ConsoleLogReader
from lscctl.diagnosis.reading.lines import Stretch, stretches
from lscctl.diagnosis.reading.records import records
from lscctl.diagnosis.reading.words import Words
from lscctl.diagnosis.sightings import Line, Questions, Sightings
from lscctl.finding import Attempt, Place, Source
from tests.diagnosis.logs import BROKE_OFF, CONNECTED, DONE, HANDSHAKE, KNOWLEDGE, START, log

PLACE = Place(Source.CONSOLE_LOG, "messages")
QUESTIONS = Questions(KNOWLEDGE.conditions())
EXAMPLES = [one.example for one in QUESTIONS.conditions if Source.CONSOLE_LOG in one.sources]
WORDS = ["trust list", "no ", " record", "dns ", "2445", "register 200", "capf", "ipv6"]
MESSAGES = [
    START,
    CONNECTED,
    HANDSHAKE,
    BROKE_OFF,
    DONE,
    "SECUREAPP-connection closed by the peer",
    "SECUREAPP-read timed out",
    "SECUREAPP-trying to connect to TVS, port 2445",
    "SECUREAPP-connecting to 10.20.0.10 port: 8443",
    "SECD: clpSetupSsl: handshake failed",
    "SECD: TLS alert, unknown CA",
    "SECD: attempting to connect, port 3804",
    "JAVA-NetUtil: no response",
    "JAVA-directory: attempting connect, port 2445",
    "JAVA-SIPCC-SIP_TRANS: Sip msg sent",
]


def hits(words: list[str], text: bytes) -> list[int]:
    """The numbers of lines, from 0, that are told."""
    return [one + each.first - 1 for each in stretches(io.BytesIO(text)) for one in Words(words).hits(each.all)]


def read(text: str) -> tuple[ConsoleLog, Sightings]:
    """The log, read in one go."""
    (found,) = ConsoleLogReader(QUESTIONS, "clock", 1).read(io.BytesIO(text.encode()), PLACE)
    return found, found.sightings


def as_if_shown(text: str) -> tuple[tuple[Attempt, ...], set[tuple[str, int]]]:
    """What is found if every line is shown that has a word, a number of its head too, and all while an attempt is under way."""
    words = {*QUESTIONS.words(Source.CONSOLE_LOG), *attempts.WORDS, str(attempts.CAPF_PORT)}
    followed, sightings = Attempts(), Sightings(QUESTIONS)
    split = text.encode().splitlines()
    for index in range(len(split)):
        (record,) = records(split, index, 1)
        if followed.under_way or any(word in split[index].decode().lower() for word in words):
            place = Place(Source.CONSOLE_LOG, "messages", record.line)
            during, _ = followed.follow(record, place, record.line)
            sightings.line(Line(place, record.text, during=during))
    return followed.all(), seen(sightings)


def seen(sightings: Sightings) -> set[tuple[str, int]]:
    return {(condition.text, evidence.place.line) for condition, evidence in sightings.all() if condition.text}


@given(
    st.lists(st.sampled_from([*WORDS, "Trust", "LIST", "no", "record", "x", "0482", " "]), max_size=30), st.booleans()
)
def test_a_line_that_holds_a_word_is_told(parts: list[str], blank: bool) -> None:
    texts = [(" " if blank else "").join(parts[at : at + 3]) for at in range(0, len(parts), 3)]
    told = hits(WORDS, "\n".join(texts).encode())
    assert {at for at, text in enumerate(texts) if any(word in text.lower() for word in WORDS)} <= set(told)


@pytest.mark.parametrize("between", ["\n", "\n    ", " \n"])
@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_told_where_a_line_ends_at_any_of_its_letters(word: str, between: str) -> None:
    for at in range(1, len(word)):
        broken = f"0481 NOT Mar 12 15:07:53.6 JAVA-a {word[:at].rstrip()}{between}{word[at:].lstrip()} b".upper()
        assert hits([word], broken.encode())[:1] == [0], (broken, at)


def test_a_line_without_any_word_is_not_told() -> None:
    text = log("JAVA-notes", "JAVA-recorded", "JAVA-trustworthy listing", "JAVA-24454", "JAVA-xx").encode()
    assert hits(["record ", "trust list", "2445"], text) == [3]


def test_what_is_known_of_lines_is_forgotten_before_it_takes_much_memory() -> None:
    words = Words(["capf"])
    for start in range(30):
        texts = [b"%b no %b" % (bytes([97 + start % 26]) * 1_000, bytes([97 + n % 26]) * (n + 1)) for n in range(100)]
        assert words.hits(Stretch([*texts, b"capf"], 1, 0, 101).all) == [100]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*MESSAGES, *EXAMPLES]) | st.sampled_from(MESSAGES), max_size=40))
def test_it_is_as_if_every_record_of_an_attempt_were_shown(messages: list[str]) -> None:
    text = log(*messages)
    found, sightings = read(text)
    assert (found.attempts, seen(sightings)) == as_if_shown(text)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*MESSAGES, *EXAMPLES]) | st.sampled_from(MESSAGES), max_size=20), st.randoms())
def test_it_is_so_of_what_comes_again_and_again_with_other_digits(messages: list[str], rng: random.Random) -> None:
    again = [
        "".join(rng.choice("01234567") if letter.isdigit() and rng.random() < 0.3 else letter for letter in one)
        for one in messages * 4
    ]
    text = log(*again)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(chatter, "OFTEN", 2)
        found, sightings = read(text)
    assert (found.attempts, seen(sightings)) == as_if_shown(text)


def test_chatter_is_found_out_once_and_forgotten_before_it_takes_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chatter, "MOST_REMEMBERED", 50)
    asked: list[bytes] = []

    def nothing(line: bytes) -> bool:
        asked.append(line)
        return True

    heard = chatter.Chatter(nothing, ["3804"])
    line = b"0481 NOT Mar 12 15:07:53.697091 JAVA-line %d registered, try %d"
    told = [heard.holds(line % (at % 9, at)) for at in range(100, 200)]
    assert told == [False] * (chatter.OFTEN - 1) + [True] * (101 - chatter.OFTEN)
    assert len(asked) == 1
    assert [heard.holds(line % (1, at)) for at in range(4_000, 4_100)][-1]
    assert not heard.holds(line % (1, 3804))
    again = [line % (at % 9, at) for at in (999, 3804, 13_804, 4_000)]
    assert heard.left(Stretch([b"0481 NOT Mar 12 15:07:53.697091 JAVA-new", *again], 1, 0, 5)) == [0, 2, 3]
    for at in range(500):
        heard.holds(b"0481 NOT Mar 12 15:07:53.697091 JAVA-" + b"x" * (at % 97))
    assert not heard.holds(line % (1, 101))


@pytest.mark.parametrize(("silent", "in_time"), [(4_990, True), (5_010, False)])
def test_an_attempt_is_over_after_long_silence_however_the_log_is_cut_into_stretches(
    silent: int, in_time: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = log(START, *["JAVA-SIPCC hello"] * silent, BROKE_OFF)
    ends = []
    for chunk in (lines.CHUNK, 4_096):
        monkeypatch.setattr(lines, "CHUNK", chunk)
        (attempt,) = read(text)[0].attempts
        ends.append(attempt.end)
    assert ends[0] == ends[1]
    assert (ends[0] is not None) is in_time
    assert attempts.MOST_SILENT == 5_000


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*EXAMPLES, *WORDS]) | st.text(max_size=4), min_size=1, max_size=4),
    st.sampled_from([" ", "\n", "", "é "]),
)
def test_of_a_message_as_many_conditions_are_fulfilled_as_if_each_were_asked(parts: list[str], between: str) -> None:
    text = between.join(parts)
    flat, unbroken = text.replace("\n", " "), text.replace("\n", "")
    line = Line(PLACE, text, during=("attempt", "capf", "tvs"))
    found = {number for number, pattern, held in QUESTIONS.of_line(line, flat, unbroken) if pattern.search(held)}
    assert found == {
        number
        for number, one in enumerate(QUESTIONS.conditions)
        if Source.CONSOLE_LOG in one.sources
        for word in [word for word in one.words if word in f"{flat}\n{unbroken}".lower()][:1]
        if one.pattern.search(flat if word in flat.lower() else unbroken)
    }
