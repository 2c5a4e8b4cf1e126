"""A plan comes back from its file as it was, and a file that is otherwise than lscctl wrote it is refused."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl import plan_file
from lscctl.errors import UsageError
from lscctl.identity import ClusterIdentity
from lscctl.plan import CapfRequest, LeftOut, Plan, Protected, Step, build_move
from lscctl.plan_file import KeptPlan, parse_plan, read_plan
from lscctl.profile_change import ProfileChange
from lscctl.report import formats
from lscctl.report.digest import digest_of
from lscctl.report.interface import Page
from lscctl.report.phones import phones_report
from lscctl.report.plan import VERSION, PlanForCluster, plan_report
from lscctl.rules import Rules
from tests.any_plan import LEFT_OUT, PROFILE_CHANGE, REQUEST, RULES, STEP, TEXT
from tests.report.phones_in_sight import PHONE, PHONES, and_then, planned, told

EXAMPLE = replace(and_then(planned(*PHONES)), due=None)


def written(plan: PlanForCluster) -> bytes:
    return "".join(formats.by_name("json").pieces(plan_report(plan), Page())).encode()


def parsed(content: bytes) -> KeptPlan:
    return parse_plan(content, "plan.json")


def refusal(content: bytes) -> UsageError:
    with pytest.raises(UsageError) as caught:
        parsed(content)
    assert caught.value.message.startswith("plan.json ")
    assert caught.value.hint
    return caught.value


@given(
    st.lists(STEP, max_size=3),
    st.lists(LEFT_OUT, max_size=3),
    REQUEST,
    RULES,
    st.builds(ClusterIdentity, TEXT, TEXT, TEXT, TEXT),
    st.lists(TEXT, max_size=2),
    st.lists(PROFILE_CHANGE, max_size=2),
)
def test_a_plan_comes_back_from_its_file_as_it_was(  # noqa: PLR0917 - what hypothesis gives
    steps: list[Step],
    left_out: list[LeftOut],
    request: CapfRequest,
    rules: Rules,
    identity: ClusterIdentity,
    notes: list[str],
    then: list[ProfileChange],
) -> None:
    plan = Plan(request.operation, request.deadline, tuple(steps), tuple(left_out), tuple(then))
    kept = PlanForCluster(plan, identity, "15.0.1.11900(4)", request, rules, tuple(notes))
    content = written(kept)
    assert parsed(content).told == kept
    assert written(parsed(content).told) == content


def test_a_plan_of_this_format_that_was_kept_is_still_read_and_written_byte_for_byte() -> None:
    """Where this fails, what runs is written otherwise than before: let `VERSION` rise, and keep an example of the new format."""
    kept = (Path(__file__).parent / f"plan_format_{VERSION}.json").read_bytes()
    assert parsed(kept).told == EXAMPLE
    assert written(EXAMPLE) == kept


def test_a_plan_is_read_from_a_file_or_from_standard_input(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(written(EXAMPLE))
    nothing = io.BytesIO()
    assert read_plan(file, nothing).told == EXAMPLE
    piped = read_plan("-", io.BytesIO(written(EXAMPLE)))
    assert (piped.told, piped.where) == (EXAMPLE, "standard input")
    with pytest.raises(UsageError, match=r"the plan .*missing\.json cannot be read: No such file"):
        read_plan(tmp_path / "missing.json", nothing)


@pytest.mark.parametrize(
    "spelled",
    [
        lambda text: json.dumps(json.loads(text), indent=8),
        lambda text: json.dumps(json.loads(text), sort_keys=True),
        lambda text: json.dumps(json.loads(text), ensure_ascii=True, separators=(",", ":")),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
    ],
    ids=["indented", "sorted", "ascii", "crlf", "with a byte order mark"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_how_the_file_is_spelled_does_not_matter(spelled: Callable[[str], str], encoding: str) -> None:
    text = spelled(written(EXAMPLE).decode())
    if encoding == "utf-16":
        text = text.removeprefix("\ufeff")  # that encoding brings its own
    assert parsed(text.encode(encoding)).told == EXAMPLE


# changed by hand


TEXT_OF_EXAMPLE = written(replace(EXAMPLE, plan=replace(EXAMPLE.plan, left_out=EXAMPLE.plan.left_out[:1]))).decode()
LETTERS = st.sampled_from('0123456789aefnrtuES"{}[],:.-+ \\\u00fc')


@given(st.data())
def test_a_change_of_a_single_character_is_refused_unless_it_means_the_same(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(TEXT_OF_EXAMPLE) - 1))
    put = data.draw(LETTERS | st.just(""))
    over = data.draw(st.integers(0, 1))
    changed = TEXT_OF_EXAMPLE[:at] + put + TEXT_OF_EXAMPLE[at + over :]
    try:
        same = json.loads(changed) == json.loads(TEXT_OF_EXAMPLE)
    except ValueError:
        same = False
    if same:
        assert parsed(changed.encode()).told.plan.steps == EXAMPLE.plan.steps
    else:
        refusal(changed.encode())


def changed(*path: str | int, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(content: dict[str, Any]) -> None:
        place: Any = content
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = to

    return change


def without(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(content: dict[str, Any]) -> None:
        place: Any = content
        for part in path[:-1]:
            place = place[part]
        del place[path[-1]]

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            changed("steps", 0, "auth_mode", to="mic-first"),
            'steps[0].auth_mode is "mic-first", and by what is planned "null',
        ),
        (changed("steps", 0, "planned", "phone", "model", to="Cisco 7841"), "steps[0].model"),
        (changed("steps", 0, "planned", "settings", "key_size", to=512), "steps[0].key_size"),
        (changed("steps", 0, "planned", "phone", "pkid", to="f" * 36), "its digest is"),
        (without("steps", 1), "phones_matched is 5, and by what is planned 4"),
        (without("left_out", 0), "phones_matched"),
        (changed("phones_to_change", to=3), "phones_to_change is 3, and by what is planned 2"),
        (changed("cluster", to="production"), "cluster is"),
        (changed("planned", "identity", "publisher", to="f" * 36), "its digest is"),
        (changed("planned", "rules", "max_in_flight", to=9000), "rollout.max_in_flight is 200"),
        (changed("planned", "rules", "concurrency", to=64), "its digest is"),
        (changed("planned", "request", "renew", to=True), "its digest is"),
        (changed("then", 0, "planned", "phones", to=9), "then[0].phones is 3, and by what is planned 9"),
        (changed("then", 0, "planned", "settings", "mode", to="By Null String"), "then[0].then_auth_mode"),
        (changed("then", to=[]), "its digest is"),
        (changed("deadline", to="8h"), 'deadline is "8h", and by what is planned "4h"'),
        (changed("planned", "request", "deadline", "after", to="PT8H"), "its digest is"),
        (changed("digest", to="sha256:0"), "its digest is sha256:0"),
        (changed("operation", to="Delete"), "operation is"),
        (changed("comment", to="reviewed by Zoë"), "comment is none of what was planned"),
        (changed("steps", 0, "planned", "phone", "colour", to="red"), "steps[0].planned.phone.colour is none of what"),
        (without("steps", 0, "name"), "steps[0].name is missing"),
        (without("rollout"), "rollout is missing"),
        (without("planned", "rules"), "planned.rules: Field required"),
        (without("digest"), "digest: Field required"),
        (changed("planned", "rules", "canary", "percent", to="1/0"), "planned.rules.canary"),
        (changed("planned", "rules", "canary", "number", to=10**40), "not as lscctl wrote it"),
        (changed("planned", "rules", "max_in_flight", to=0), "at least one phone in flight"),
        (changed("planned", "rules", "wave_timeout", to="P99999999999D"), "planned.rules.wave_timeout"),
        (changed("steps", 0, "planned", "settings", "mode", to="By Goodwill"), "steps[0].planned.settings.mode"),
        (changed("steps", to={}), "steps"),
        (changed("notes", 0, to="found by someone"), "its digest is"),
    ],
)
def test_what_was_changed_in_the_file_is_named(change: Callable[[dict[str, Any]], None], words: str) -> None:
    content = json.loads(written(EXAMPLE))
    change(content)
    error = refusal(json.dumps(content).encode())
    assert words in error.message
    assert "anew" in str(error.hint)


def test_a_forged_digest_does_not_let_the_words_say_other_than_what_runs() -> None:
    report = plan_report(EXAMPLE)
    forged = {**report.heading, "phones_to_change": 1}
    forged["digest"] = digest_of(replace(report, heading={key: forged[key] for key in forged if key != "digest"}))
    error = refusal("".join(formats.by_name("json").pieces(replace(report, heading=forged), Page())).encode())
    assert "phones_to_change is 1, and by what is planned 2" in error.message


def test_a_key_that_stands_twice_is_refused_since_a_person_may_read_the_other_one() -> None:
    text = written(EXAMPLE).decode().replace('"phones_to_change": 2', '"phones_to_change": 1, "phones_to_change": 2')
    assert "a key stands twice" in refusal(text.encode()).message


# no plan at all


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not one JSON object"),
        (b"SEP001122334401\n", "not one JSON object"),
        (b"\xff\xfe\x00", "not one JSON object"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"schema": NaN}', "NaN is not JSON"),
        (b"[]", "no plan of lscctl"),
        (b"{}", "no plan of lscctl"),
        (b'{"schema": 2}', "no plan of lscctl"),
        (b'{"schema": "terraform"}', "no plan of lscctl"),
        (b'{"schema": "lscctl.plan"}', "no plan of lscctl"),
        (b'{"schema": "lscctl.plan/4"}', "Field required"),
        (b'{"schema": "lscctl.plan/3"}', "an older lscctl: its format is 3"),
        (b'{"schema": "lscctl.plan/2"}', "an older lscctl: its format is 2"),
        (b'{"schema": "lscctl.plan/5"}', "a newer lscctl: its format is 5"),
        (b'{"schema": "lscctl.run/1"}', "what lscctl told of the kind 'run'"),
    ],
)
def test_what_is_no_plan_is_refused_with_what_it_is(content: bytes, words: str) -> None:
    assert words in refusal(content).message


def test_other_reports_and_formats_are_not_taken_for_a_plan() -> None:
    status = phones_report(told(*PHONES))
    assert "kind 'status'" in refusal("".join(formats.by_name("json").pieces(status, Page())).encode()).message
    for name in ("ndjson", "csv", "table"):
        content = "".join(formats.by_name(name).pieces(plan_report(EXAMPLE), Page()))
        assert "not one JSON object" in refusal(content.encode()).message


def test_a_file_that_was_cut_off_is_refused_wherever_it_ends() -> None:
    whole = written(EXAMPLE)
    for end in range(0, len(whole.rstrip()), 97):
        assert "not the whole of one" in refusal(whole[:end]).message


def test_a_file_that_is_larger_than_any_plan_is_refused_and_not_read_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plan_file, "MOST", 2 * 2**20)
    endless = io.BytesIO(b" " * 2**23)
    with pytest.raises(UsageError, match=r"standard input is larger than any plan: more than 2 MB"):
        read_plan("-", endless)
    assert endless.tell() == 2 * 2**20 + 1


def test_a_plan_that_moves_phones_is_refused_with_the_command_that_does_it() -> None:
    to = replace(PHONE.profile, name="8845 MIC")
    assert to.settings is not None
    moves = replace(EXAMPLE, plan=build_move([PHONE], to, to.settings, Protected()), request=CapfRequest())
    error = refusal(written(moves))
    assert "moves phones to another security profile" in error.message
    assert "set-mode" in str(error.hint)
