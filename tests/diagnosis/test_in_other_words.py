"""Ideas, not sentences: what breaks a link is known in whatever words, and what only sounds like it is not."""

from pathlib import Path

import pytest

from lscctl.diagnosis.knowledge import load
from tests.diagnosis.in_other_words import SICK_IN_OTHER_WORDS, WELL_IN_OTHER_WORDS
from tests.diagnosis.logs import case_of, log
from tests.diagnosis.test_elsewhere import first_named

OWN = """
title = "The proxy of the branch office takes TLS apart"
link = "capf-reached"
applies-to = "phones of the branch office"
means = "Its proxy wants to read along."
settle = ["Ask the branch office."]
sources = ["our own"]

[[evidence]]
weight = "strong"
in-order = true

[[evidence.all]]
in = ["console-log"]
word = "proxy"
text = 'proxy came'
example = "GUI-proxy came"

[[evidence.all]]
in = ["console-log"]
word = "gone"
text = 'all gone'
example = "GUI-all gone"

[[remedy]]
do = "Let it not."
"""


@pytest.mark.parametrize(("cause", "head", "lines"), SICK_IN_OTHER_WORDS)
def test_a_cause_is_known_in_words_that_nobody_listed(cause: str, head: str, lines: list[str], tmp_path: Path) -> None:
    assert first_named(head, lines, tmp_path) == cause


@pytest.mark.parametrize(("head", "lines"), WELL_IN_OTHER_WORDS)
def test_what_sounds_like_a_cause_and_is_none_names_none(head: str, lines: list[str], tmp_path: Path) -> None:
    assert first_named(head, lines, tmp_path) is None


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("GUI-proxy came", "GUI-all gone"), True),
        (("GUI-all gone", "GUI-proxy came"), False),
        (("GUI-proxy came", "GUI-all gone", "GUI-proxy came"), False),
        (("GUI-all gone", "GUI-proxy came", "GUI-all gone"), True),
    ],
)
def test_a_clue_may_ask_that_one_thing_was_seen_after_another(
    lines: tuple[str, ...], found: bool, tmp_path: Path
) -> None:
    (tmp_path / "branch-proxy.toml").write_text(OWN)
    knowledge = load([tmp_path])
    causes = case_of(log(*lines), knowledge=knowledge).diagnosis(knowledge).causes
    assert ("branch-proxy" in [one.cause.name for one in causes]) is found
