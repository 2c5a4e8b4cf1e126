import re
import subprocess
import sys
from pathlib import Path

import pytest

from lscctl.diagnosis.facts import FACTS
from lscctl.diagnosis.knowledge import Condition, load, of_lscctl
from lscctl.errors import UsageError
from tests.diagnosis.logs import BROKE_OFF, KNOWLEDGE, START, case_of, log


def own_cause(evidence: str) -> str:
    """A cause of an admin's own, with this evidence."""
    return f"""
title = "The proxy of the branch office eats TLS"
link = "capf-reached"
applies-to = "phones of the branch office"
means = "Its proxy wants to read along."
settle = ["Ask the branch office."]
sources = ["our own"]

{evidence.strip()}

[[remedy]]
do = "Let it not."
"""


OWN = own_cause("""
[[evidence]]
weight = "proof"
in = ["console-log"]
word = "branchproxy"
text = 'branchproxy said (?P<what>\\w+)'
example = "SECUREAPP-branchproxy said no"
""")
COMPILED = """
from lscctl.diagnosis import any_case, sightings
from lscctl.diagnosis.knowledge import load
from lscctl.finding import Place, Source

before, compiled = any_case.AnyCase.compiled, []
any_case.AnyCase.compiled = lambda one: (compiled.append(one.pattern), before(one))[1]
conditions = load().conditions()
print(len(compiled))
questions = sightings.Questions(conditions)
print(len(compiled))
questions.fulfilled(sightings.Line(Place(Source.CONSOLE_LOG, "messages"), "SECUREAPP-CAPF: connection refused"))
print(len(compiled))
"""
IN_ORDER = own_cause("""
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
""")


def folder_with(tmp_path: Path, text: str, name: str = "branch-proxy.toml") -> Path:
    (tmp_path / name).write_text(text)
    return tmp_path


def test_every_cause_tells_its_sources_and_each_clue_asks_for_something_that_exists() -> None:
    assert KNOWLEDGE.causes
    for known in KNOWLEDGE.causes.values():
        assert known.cause.sources
        assert known.cause.settle


def test_what_comes_with_lscctl_holds_where_its_patterns_are_tried_as_those_of_an_admin_are() -> None:
    """On users' machines they are not: this is what tries them."""
    assert of_lscctl(patterns_tried=True) == of_lscctl()


def test_no_pattern_is_compiled_before_a_text_has_the_words_that_it_needs() -> None:
    compiled = subprocess.run([sys.executable, "-c", COMPILED], check=True, capture_output=True, text=True)
    loaded, asked, of_one_line = map(int, compiled.stdout.split())
    assert loaded == asked == 0
    assert 0 < of_one_line < len(KNOWLEDGE.conditions()) / 4


def test_a_cause_of_one_s_own_is_found_like_any_other(tmp_path: Path) -> None:
    knowledge = load([folder_with(tmp_path, OWN)])
    assert knowledge.named("branch-proxy").title.startswith("The proxy")


def test_a_file_of_the_same_name_takes_a_cause_s_place(tmp_path: Path) -> None:
    knowledge = load([folder_with(tmp_path, OWN, "late.toml")])
    assert knowledge.named("late").title.startswith("The proxy")
    assert len(knowledge.causes) == len(KNOWLEDGE.causes)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("[[remedy]]", "[[remedies]]"), "remedies"),
        (('link = "capf-reached"', 'link = "capf"'), "link"),
        (("branchproxy said (?P", "branchproxy said ((?P"), "no regular expression"),
        (('example = "SECUREAPP-branchproxy said no"', 'example = "branchproxy"'), "the example does not match"),
        (('word = "branchproxy"', 'word = "Branch"'), "small letters"),
        (('word = "branchproxy"', 'word = "missing"'), "does not hold the word 'missing'"),
        (('word = "branchproxy"', 'fact = "capf-sevice"'), "did you mean 'capf-service'?"),
        (('word = "branchproxy"', 'word = "branchproxy"\nis = "yes"'), "`is` and `value` are for facts"),
        (("title =", "title"), "no TOML"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused_with_its_place(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    with pytest.raises(UsageError) as refused:
        load([folder_with(tmp_path, OWN.replace(*change))])
    assert "branch-proxy.toml" in refused.value.message
    assert told in refused.value.message


@pytest.mark.parametrize(
    ("change", "at", "told"),
    [
        (('link = "capf-reached"', 'link = "capf"'), 'link = "capf"', ": link: "),
        (('word = "branchproxy"', 'word = "Branch"'), 'word = "Branch"', ": evidence 1, word: "),
        (("[[remedy]]", "[[remedies]]"), "[[remedies]]", ": remedies: "),
        (('weight = "proof"', 'weight = "heavy"'), 'weight = "heavy"', ": evidence 1, weight: "),
        (('weight = "proof"', ""), "[[evidence]]", ": evidence 1, weight: "),
    ],
)
def test_the_place_is_told_by_its_line_and_as_people_count(
    tmp_path: Path, change: tuple[str, str], at: str, told: str
) -> None:
    text = OWN.replace(*change)
    line = 1 + next(number for number, content in enumerate(text.splitlines()) if content.startswith(at))
    with pytest.raises(UsageError) as refused:
        load([folder_with(tmp_path, text)])
    assert f"branch-proxy.toml, line {line}{told}" in refused.value.message


NEAR = OWN.replace(
    "text = 'branchproxy said (?P<what>\\w+)'",
    "about = '\\bbranch ?proxy\\b'\nsays = '%refuse%'\nwithin = 10\nnever = '\\btested\\b'",
).replace("said no", "refused it")


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("SECUREAPP-refused by branchproxy", True),
        ("SECUREAPP-BRANCHPROXY_REFUSED", True),
        ("SECUREAPP-CAPF: branchproxy refuses", True),
        ("SECUREAPP-branchproxy, asked for a page of its own, refused", False),
        ("SECUREAPP-branchproxy refused when tested", False),
        ("SECUREAPP-branchproxy is there", False),
    ],
)
def test_a_line_is_known_by_its_subject_and_what_it_says_of_it_in_either_order(
    tmp_path: Path, line: str, known: bool
) -> None:
    (sign,) = load([folder_with(tmp_path, NEAR)]).causes["branch-proxy"].signs
    assert (sign.conditions[0].pattern.search(line) is not None) is known


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("SECUREAPP-refused by branchproxy", True),
        ("SECUREAPP-branchproxy asks", True),
        ("SECUREAPP-branchproxy asks as tested", False),
        ("SECUREAPP-branchproxy asks again", False),
    ],
)
def test_of_several_patterns_any_is_enough(tmp_path: Path, line: str, known: bool) -> None:
    several = NEAR.replace("'%refuse%'", "['%refuse%', '\\basks\\b']").replace(
        "'\\btested\\b'", "['\\btested\\b', '\\bagain\\b']"
    )
    (sign,) = load([folder_with(tmp_path, several)]).causes["branch-proxy"].signs
    assert (sign.conditions[0].pattern.search(line) is not None) is known


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("says = '%refuse%'", "says = ['(%refuse%', 'a)']"), "no regular expression"),
        (("says = '%refuse%'", "says = ['%refuse%', '']"), "found in every line"),
        (("says = '%refuse%'", "says = ['%refuse%', '(.)\\1']"), "groups are named"),
        (("says = '%refuse%'\n", ""), "`about` and `says` go together"),
        (("says = '%refuse%'", "says = '%refusal%'"), "there is no %refusal%"),
        (("about = '\\bbranch ?proxy\\b'", "text = 'branchproxy'"), "`about` and `says` go together"),
        (("within = 10", "within = 0"), "greater than or equal to 1"),
        (("refused it", "knows"), "does not match `about` and `says`"),
    ],
)
def test_a_subject_without_what_is_said_of_it_is_refused(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    assert change[0] in NEAR
    with pytest.raises(UsageError) as refused:
        load([folder_with(tmp_path, NEAR.replace(*change))])
    assert told in refused.value.message


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load([tmp_path / "missing"])


def test_an_unknown_cause_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError) as refused:
        KNOWLEDGE.named("capf-stoped")
    assert "capf-stopped" in (refused.value.hint or "")


def test_facts_are_asked_for_by_values_that_they_can_have() -> None:
    for condition in KNOWLEDGE.conditions():
        if condition.fact and FACTS[condition.fact].values:
            assert not condition.value, condition


def test_each_example_is_found_in_a_log() -> None:
    for condition in KNOWLEDGE.conditions():
        if "console-log" in condition.sources:
            assert _seen(condition), condition


def _seen(condition: Condition) -> bool:
    process = "" if condition.example.startswith(("SECUREAPP", "SECD", "JAVA", "dnsmasq")) else "SECUREAPP-"
    case = case_of(log(START, process + condition.example, BROKE_OFF))
    return any(known == condition for known, _ in case.sightings.all())


def test_the_cause_that_readme_shows_is_right(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    shown = next(block for block in re.findall(r"```toml\n(.*?)```", readme, re.DOTALL) if "[[evidence]]" in block)
    assert load([folder_with(tmp_path, shown, "branch-proxy.toml")]).named("branch-proxy").remedy


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
    (tmp_path / "branch-proxy.toml").write_text(IN_ORDER)
    knowledge = load([tmp_path])
    causes = case_of(log(*lines), knowledge=knowledge).diagnosis(knowledge).causes
    assert ("branch-proxy" in [one.cause.name for one in causes]) is found
