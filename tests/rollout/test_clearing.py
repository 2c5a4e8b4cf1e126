"""Authentication strings of phones that have ended are cleared, whatever the cluster makes of it, and never anybody else's."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lscctl.auth_string import AuthString, StringAtCluster
from lscctl.cucm.faults import AxlFault, ConnectionLost, Throttled
from lscctl.outcome import PhoneState
from lscctl.rollout.events import Intended, PhoneChanged, Purpose, StringCleared
from lscctl.rollout.standing import Standing
from tests.rollout.fakes import NEVER, FakePhone, Killed, Notebook, Scene, at_once, lost, on, phones


def handed_out(members: list[FakePhone], *, clearing: str = "taken", **options: object) -> Scene:
    scene = Scene(members, options=at_once(**options))
    scene.cluster.clearing = clearing
    scene.cluster.strings = {each.phone.pkid: AuthString(f"97{number:06}") for number, each in enumerate(members)}
    return scene


def held(scene: Scene) -> list[str]:
    return [each.string for each in scene.members]


def clears(scene: Scene, kind: str = "clear") -> list[str]:
    return [name for called, name in scene.cluster.calls if called == kind]


def test_each_string_is_cleared_once_its_phone_has_ended_and_nothing_is_applied_for_it() -> None:
    members = phones(7)
    members[2].ends = "Upgrade Failed: Invalid Authentication String"
    scene = handed_out(members)
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 6, PhoneState.FAILED: 1}
    assert held(scene) == [""] * 7
    assert all(len(each.applies) == 1 for each in members)
    assert sorted(clears(scene)) == sorted(each.phone.name for each in members)
    assert len(scene.recorder.of(StringCleared)) == 7
    assert summary.notes == ()


def test_a_run_that_hands_nothing_out_clears_nothing() -> None:
    scene = Scene(phones(3))
    scene.members[0].string = "4711"
    assert scene.run().counts == {PhoneState.INSTALLED: 3}
    assert (clears(scene), held(scene)) == ([], ["4711", "", ""])


def test_a_phone_that_may_still_end_keeps_its_string() -> None:
    members = phones(3)
    members[1].takes = NEVER
    scene = handed_out(members)
    scene.run(wait_until=600.0)
    assert held(scene) == ["", "97000001", ""]


def test_a_string_that_somebody_else_has_set_since_is_not_cleared() -> None:
    members = phones(3, takes=60)
    scene = handed_out(members)
    scene.cluster.before.append(
        lambda cluster, kind, _: setattr(members[1], "string", "5550001") if kind == "apply" else None
    )
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 3}
    assert held(scene) == ["", "5550001", ""]
    assert members[1].phone.name not in clears(scene)


def test_a_phone_whose_string_is_another_s_when_the_write_is_read_back_is_not_applied() -> None:
    members = phones(2)
    scene = handed_out(members)
    scene.cluster.after.append(
        lambda cluster, kind, name: (
            setattr(members[0], "string", "5550001") if (kind, name) == ("write", members[0].phone.name) else None
        )
    )
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 1, PhoneState.FAILED: 1}
    (failed,) = summary.failures
    assert "does not hold the authentication string" in failed.reason
    assert not members[0].applies


@pytest.mark.parametrize("clearing", ["ignored", "refused"])
def test_where_axl_clears_none_the_phones_are_named_and_it_is_not_tried_for_all(clearing: str) -> None:
    scene = handed_out(phones(12), clearing=clearing)
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 12}
    (note,) = summary.notes
    assert "12 phones that are done" in note
    assert scene.members[0].phone.name in note
    assert all("still at the cluster" in outcome.reason for outcome in summary.outcomes)
    assert all("allow-sql-writes" in outcome.next_step for outcome in summary.outcomes)
    assert clearing == "ignored" or len(clears(scene)) == 3
    assert not any(string in note + str(summary) for string in held(scene))


@pytest.mark.parametrize("clearing", ["ignored", "refused"])
def test_where_sql_is_allowed_it_clears_what_axl_does_not(clearing: str) -> None:
    scene = handed_out(phones(450), clearing=clearing)
    summary = scene.run(sql_allowed=True)
    assert (summary.counts, summary.notes) == ({PhoneState.INSTALLED: 450}, ())
    assert set(held(scene)) == {""}
    assert clears(scene, "clear together")


def test_what_sql_does_not_clear_either_is_named() -> None:
    scene = handed_out(phones(2), clearing="ignored")
    scene.cluster.sql_clears = False
    summary = scene.run(sql_allowed=True)
    assert "2 phones that are done" in summary.notes[0]
    assert all("SQL did not clear it either" in outcome.reason for outcome in summary.outcomes)


def test_a_clearing_whose_answer_was_lost_is_looked_up_and_repeated_only_where_it_did_not_take() -> None:
    scene = handed_out(phones(3))
    scene.cluster.after.append(on("clear", lost, name=scene.members[0].phone.name))
    scene.cluster.before.append(on("clear", lost, name=scene.members[1].phone.name))
    assert scene.run().counts == {PhoneState.INSTALLED: 3}
    assert held(scene) == [""] * 3
    names = [each.phone.name for each in scene.members]
    assert [clears(scene).count(name) for name in names] == [1, 2, 1]


@pytest.mark.parametrize("error", [lambda: Throttled("busy", 1.0), lambda: ConnectionLost("gone")])
def test_a_cluster_that_takes_no_write_for_a_while_is_tried_again(error: object) -> None:
    scene = handed_out(phones(3))
    scene.cluster.before.append(on("clear", error, times=4))  # type: ignore[arg-type]
    assert scene.run().counts == {PhoneState.INSTALLED: 3}
    assert held(scene) == [""] * 3


def test_a_phone_that_was_deleted_meanwhile_takes_its_string_along() -> None:
    scene = handed_out(phones(2))
    gone = AxlFault(5003, "Item not valid: The specified phone was not found", "updatePhone")
    scene.cluster.before.append(on("clear", lambda: gone, name=scene.members[0].phone.name))
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 2}
    assert held(scene)[1] == ""


def test_it_is_told_what_is_about_to_be_cleared_before_it_is() -> None:
    scene = handed_out(phones(2))
    scene.run()
    intended = [one for one in scene.recorder.of(Intended) if one.purpose is Purpose.CLEAR_STRING]
    assert [name for one in intended for name, _ in one.phones] == clears(scene)
    assert all(standing.string is StringAtCluster.HANDED_OUT for one in intended for _, standing in one.phones)


def test_a_run_that_is_asked_to_stop_leaves_the_rest_to_the_next_part() -> None:
    scene = handed_out(phones(5))
    scene.cluster.after.append(
        lambda cluster, kind, _: scene.stop.request("a person") if kind == "clear" and not scene.stop.why else None
    )
    notebook = Notebook()
    summary = scene.run(notebook)
    assert len([string for string in held(scene) if string]) == 4
    assert "4 phones that are done" in summary.notes[0]
    assert "Resume the run" in summary.notes[0]
    following = scene.again(notebook.standings)
    assert following.run().notes == ()
    assert held(scene) == [""] * 5
    assert following.recorder.of(PhoneChanged) == []


@settings(max_examples=30)
@given(st.integers(1, 60), st.booleans(), st.sampled_from(["taken", "ignored", "refused"]))
def test_wherever_a_run_is_killed_its_next_part_clears_what_is_left_and_writes_no_phone_twice(
    at: int, forgets: bool, clearing: str
) -> None:
    members = phones(6)
    members[4].ends = "Upgrade Failed: Invalid Authentication String"
    scene = handed_out(members, clearing=clearing)
    past: dict[str, Standing] = {}
    for kill in (at, NEVER):
        notebook = Notebook(kill, forgets=forgets)
        notebook.standings.update(past)
        with suppress(Killed):
            scene.again(past).run(notebook, sql_allowed=True)
        past = dict(notebook.standings)
    # a phone of which nobody knows whether it was applied may carry its operation out yet
    doubtful = {name for name, standing in past.items() if standing.state is PhoneState.UNKNOWN}
    assert {each.phone.name for each in members if each.string} == doubtful
    assert all(len(each.applies) <= 1 for each in members)
    assert all(each.applies for each in members if each.phone.name not in doubtful)
