"""Security profiles after the phones: changed at most once, only when all of their phones allow it, whatever happens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lscctl.capf import AuthenticationMode, CertificateOperation
from lscctl.cucm.faults import AxlFault, LoginRefused, Unreachable
from lscctl.outcome import RunSummary
from lscctl.phone import Lsc, LscState, Sighting
from lscctl.plan import Plan, Protected
from lscctl.profile_change import ProfileCall, ProfileChange, ProfileStanding, ProfileState
from lscctl.rollout.events import (
    Event,
    GateClosed,
    Paused,
    ProfileAwaited,
    ProfileIntended,
    Resumed,
    WindowClosed,
    WindowOpened,
)
from lscctl.rollout.standing import Standing
from lscctl.rules import Limit
from lscctl.window import Windows
from tests.rollout.fakes import (
    NEVER,
    PROFILE,
    SETTINGS,
    START,
    FakeCluster,
    FakePhone,
    Killed,
    Notebook,
    Scene,
    at_once,
    fake_phone,
    lost,
    on,
    phones,
    plan_of,
)

LSC_FIRST = replace(SETTINGS, mode=AuthenticationMode.LSC_FIRST)
VALID = Lsc(int(START) + 86_400 * 365, "CN=CAPF-1", public_key="valid")
EXPIRED = Lsc(int(START) - 5, "CN=CAPF-1", public_key="expired")
ELSEWHERE = "e" * 36


def change_for(number: int, **more: str) -> ProfileChange:
    return ProfileChange(PROFILE, LSC_FIRST, number, **more)  # type: ignore[arg-type]


def then(members: list[FakePhone], number: int | None = None, **more: str) -> Plan:
    """An install of these phones, and then lsc-first; `number` phones were agreed to."""
    change = change_for(len(members) if number is None else number, **more)
    return replace(plan_of(members), then=(change,))


def scene(members: list[FakePhone], *others: FakePhone, **options: object) -> Scene:
    plan = then(members, len(members) + len(others))
    return Scene(members, options=at_once(**options), plan=plan, not_planned=list(others))


def state(summary: RunSummary) -> ProfileState:
    (outcome,) = summary.profiles
    return outcome.standing.state


def reason(summary: RunSummary) -> str:
    (outcome,) = summary.profiles
    return outcome.standing.reason


def with_lsc(number: int, lsc: Lsc = VALID) -> FakePhone:
    return fake_phone(number, lsc=lsc)


def test_it_is_changed_and_applied_once_all_phones_have_an_lsc() -> None:
    one = scene(phones(20), with_lsc(50))
    summary = one.run()
    assert state(summary) is ProfileState.CHANGED
    assert [settings for _, _, settings in one.cluster.profiles.writes] == [LSC_FIRST]
    assert len(one.cluster.profiles.applies) == 1
    assert all(each.ended_at and each.ended_at <= one.cluster.profiles.writes[0][0] for each in one.members)
    intended = one.recorder.of(ProfileIntended)
    assert [(event.purpose.value, event.standing.write, event.standing.apply) for event in intended] == [
        ("write", ProfileCall.UNDER_WAY, ProfileCall.NOT_MADE),
        ("apply", ProfileCall.DONE, ProfileCall.UNDER_WAY),
    ]


@pytest.mark.parametrize("lsc", [Lsc(), EXPIRED, Lsc(None, None, public_key="old")])
def test_a_phone_without_a_valid_one_keeps_it_as_it_is_and_is_named(lsc: Lsc) -> None:
    stray = with_lsc(50, lsc)
    one = scene(phones(3), stray)
    summary = one.run()
    assert state(summary) is ProfileState.STAYS
    (outcome,) = summary.profiles
    assert [phone.name for phone in outcome.standing.lacking] == [stray.phone.name]
    assert (outcome.standing.without, outcome.standing.phones) == (1, 4)
    assert summary.unfinished
    assert not one.cluster.profiles.writes
    stray.lsc = VALID
    again = one.again(standings(one), profiles_of(one))
    assert state(again.run()) is ProfileState.CHANGED


def standings(one: Scene) -> dict[str, Standing]:
    book = Notebook()
    for event in one.recorder.events:
        book.on_event(event)
    return book.standings


def profiles_of(one: Scene) -> dict[str, ProfileStanding]:
    book = Notebook()
    for event in one.recorder.events:
        book.on_event(event)
    return book.profiles


def test_a_phone_that_fails_keeps_it_as_it_is() -> None:
    members = phones(3)
    members[1].ends = "Upgrade Failed: Invalid MIC"
    one = scene(members)
    assert state(one.run()) is ProfileState.STAYS
    assert not one.cluster.profiles.writes


def test_a_phone_that_came_meanwhile_is_one_more_than_was_agreed_to() -> None:
    late = with_lsc(50)
    late.profile_pkid = ELSEWHERE
    one = scene(phones(3))
    one.cluster.phones[late.phone.pkid] = late

    def join(cluster: FakeCluster, kind: str, _: str) -> None:
        if kind == "apply":
            late.profile_pkid = PROFILE.pkid

    one.cluster.after.append(join)
    summary = one.run()
    assert state(summary) is ProfileState.STAYS
    assert "4 phones use it now, and only 3 were agreed to" in reason(summary)
    assert not one.cluster.profiles.writes


def test_a_phone_with_an_operation_under_way_keeps_it_as_it_is() -> None:
    busy = with_lsc(50)
    busy.operation, busy.status = CertificateOperation.TROUBLESHOOT, "Operation Pending"
    one = scene(phones(3), busy)
    summary = one.run()
    assert state(summary) is ProfileState.STAYS
    assert "under way" in reason(summary)


def test_protected_phones_keep_it_as_it_is() -> None:
    one = scene(phones(3), with_lsc(50), protected=Protected(phones=(fake_phone(50).phone.name,)))
    assert state(one.run()) is ProfileState.STAYS
    assert not one.cluster.profiles.writes


def test_what_is_known_to_be_against_it_is_told_and_nothing_is_looked_at() -> None:
    members = phones(2)
    one = Scene(members, plan=then(members, against="it is predefined", next_step="Copy it."))
    summary = one.run()
    assert (state(summary), reason(summary)) == (ProfileState.STAYS, "it is predefined")
    assert not summary.unfinished
    assert not [kind for kind, _ in one.cluster.calls if "profile" in kind]


@pytest.mark.parametrize("acted", [True, False])
def test_a_write_whose_answer_was_lost_is_read_back(acted: bool) -> None:
    one = scene(phones(3))
    (one.cluster.after if acted else one.cluster.before).append(on("change profile", lost))
    assert state(one.run()) is ProfileState.CHANGED
    assert len(one.cluster.profiles.writes) == 1
    assert len(one.cluster.profiles.applies) == 1


@pytest.mark.parametrize("acted", [True, False])
def test_an_apply_whose_answer_was_lost_is_not_sent_again(acted: bool) -> None:
    members = phones(3, lsc=VALID)
    one = Scene([], options=at_once(), plan=replace(then(members), steps=()), not_planned=members)
    (one.cluster.after if acted else one.cluster.before).append(on("apply profile", lost))
    summary = one.run()
    assert state(summary) is ProfileState.UNKNOWN
    assert not summary.unfinished
    assert [kind for kind, _ in one.cluster.calls].count("apply profile") == 1
    assert one.recorder.of(ProfileAwaited)[-1].back == 3  # they may have restarted


def test_a_refusal_changes_nothing_and_a_resumed_run_tries_again() -> None:
    one = scene(phones(3))
    one.cluster.before.append(on("change profile", lambda: AxlFault(-1, "no", "updatePhoneSecurityProfile")))
    summary = one.run()
    assert state(summary) is ProfileState.FAILED
    assert summary.unfinished
    again = one.again(standings(one), profiles_of(one))
    assert state(again.run()) is ProfileState.CHANGED


def test_a_failing_cluster_ends_the_run_and_leaves_it_for_a_resume() -> None:
    one = scene(phones(3))
    one.cluster.before.append(on("see profile", lambda: LoginRefused("admin", "cucm")))
    summary = one.run()
    assert state(summary) is ProfileState.WAITING
    assert isinstance(summary.failure, LoginRefused)
    assert summary.unfinished


@pytest.mark.parametrize("kind", ["see profile", "change profile", "apply profile"])
def test_a_cluster_that_is_away_for_a_while_is_waited_for(kind: str) -> None:
    one = scene(phones(3))
    one.cluster.before.append(on(kind, lambda: Unreachable("no connection"), times=5))
    assert state(one.run()) is ProfileState.CHANGED
    assert len(one.cluster.profiles.writes) == len(one.cluster.profiles.applies) == 1
    assert len(one.recorder.of(Paused)) == 5
    assert len(one.recorder.of(Resumed)) == 1


def test_a_cluster_that_stays_away_ends_the_run_when_patience_has_run_out() -> None:
    one = scene(phones(3))
    one.cluster.before.append(on("change profile", lambda: Unreachable("no connection"), times=NEVER))
    summary = one.run()
    assert state(summary) is ProfileState.WAITING
    assert isinstance(summary.failure, Unreachable)
    assert not one.cluster.profiles.writes


@pytest.mark.parametrize(("kind", "ends"), [("change profile", "stays"), ("apply profile", "written")])
def test_a_phone_that_comes_while_the_cluster_is_away_counts_as_any_other(kind: str, ends: str) -> None:
    late = with_lsc(50)
    late.profile_pkid = ELSEWHERE
    one = scene(phones(3))
    one.cluster.phones[late.phone.pkid] = late

    def away(_: FakeCluster, called: str, __: str) -> None:
        if called == kind and late.profile_pkid == ELSEWHERE:
            late.profile_pkid = PROFILE.pkid
            raise Unreachable("no connection")

    one.cluster.before.append(away)
    summary = one.run()
    assert state(summary) == ends
    assert "4 phones use it now, and only 3 were agreed to" in reason(summary)
    assert len(one.cluster.profiles.writes) == (kind == "apply profile")
    assert not one.cluster.profiles.applies


def test_a_phone_whose_lsc_goes_while_the_cluster_is_away_keeps_it_as_it_is() -> None:
    members = phones(3)
    one = scene(members)

    def away(_: FakeCluster, called: str, __: str) -> None:
        if called == "change profile" and members[1].lsc != EXPIRED:
            members[1].lsc = EXPIRED
            raise Unreachable("no connection")

    one.cluster.before.append(away)
    summary = one.run()
    assert state(summary) is ProfileState.STAYS
    assert "1 of 3" in reason(summary) or "1 phone of 3" in reason(summary)
    assert not one.cluster.profiles.writes


@pytest.mark.parametrize("kind", ["change profile", "apply profile"])
def test_a_window_that_closes_while_the_cluster_is_away_is_waited_for_again(kind: str) -> None:
    members = phones(3, lsc=VALID)
    plan = replace(then(members), steps=())
    now = Scene(members).cluster.clock.local()
    windows = Windows.parse([f"{now:%H:%M}-{now + timedelta(minutes=1):%H:%M}"])
    one = Scene([], options=at_once(windows=windows), plan=plan, not_planned=members)
    one.cluster.before.append(on(kind, lambda: Unreachable("no connection"), times=7))
    assert state(one.run()) is ProfileState.CHANGED
    assert len(one.recorder.of(WindowClosed)) == len(one.recorder.of(WindowOpened)) == 1
    assert one.cluster.profiles.applies[0][0] - START > 86_400 - 3600


def test_somebody_else_may_have_given_it_the_mode_already() -> None:
    one = scene(phones(3))
    one.cluster.after.append(
        lambda cluster, kind, _: cluster.profiles.give(PROFILE.pkid, LSC_FIRST) if kind == "apply" else None
    )
    assert state(one.run()) is ProfileState.ALREADY
    assert not one.cluster.profiles.writes
    assert not one.cluster.profiles.applies


def test_it_waits_for_the_window() -> None:
    opens = datetime.fromtimestamp(START, UTC).astimezone() + timedelta(hours=3)
    members = phones(3, lsc=VALID)
    plan = replace(then(members), steps=())
    berlin = Scene(members).cluster.clock.local() + timedelta(hours=3)
    windows = Windows.parse([f"{berlin:%H:%M}-{berlin + timedelta(hours=1):%H:%M}"])
    one = Scene([], options=at_once(windows=windows), plan=plan, not_planned=members)
    assert state(one.run()) is ProfileState.CHANGED
    assert opens.timestamp() - 60 <= one.cluster.profiles.writes[0][0] <= opens.timestamp() + 60
    assert len(one.recorder.of(WindowClosed)) == len(one.recorder.of(WindowOpened)) == 1
    impatient = Scene([], options=at_once(windows=windows, wait=False), plan=plan, not_planned=phones(3, lsc=VALID))
    summary = impatient.run()
    assert state(summary) is ProfileState.WAITING
    assert summary.left
    assert not impatient.cluster.profiles.writes


# the phones that restart

OTHER = replace(PROFILE, pkid="o" * 36, name="Other 8845")


def two_profiles(first: list[FakePhone], second: list[FakePhone], **options: object) -> Scene:
    """Phones that all have an LSC, of two profiles that are to be changed one after the other."""
    for each in second:
        each.profile_pkid = OTHER.pkid
        each.phone = replace(each.phone, profile=OTHER)
    changes = (change_for(len(first)), replace(change_for(len(second)), profile=OTHER))
    one = Scene([], options=at_once(**options), plan=replace(plan_of([]), then=changes), not_planned=[*first, *second])
    one.cluster.profiles.all[OTHER.pkid] = OTHER
    return one


def states_of(summary: RunSummary) -> list[str]:
    return [outcome.standing.state.value for outcome in summary.profiles]


def numbered(first: int, count: int) -> list[FakePhone]:
    return [with_lsc(number) for number in range(first, first + count)]


def test_the_next_profile_is_touched_only_once_the_phones_of_the_one_before_are_registered_again() -> None:
    first, second = numbered(0, 4), numbered(10, 4)
    for number, each in enumerate(first):
        each.back_after = 20.0 * number
    one = two_profiles(first, second)
    summary = one.run()
    assert states_of(summary) == ["changed", "changed"]
    (applied, _), (_, _) = one.cluster.profiles.applies
    assert one.cluster.profiles.writes[1][0] >= applied + 60
    told = [(event.back, event.phones) for event in one.recorder.of(ProfileAwaited) if event.profile == PROFILE.name]
    assert (told[0], told[-1]) == ((0, 4), (4, 4))
    assert told == sorted(told)
    assert [outcome.standing.registered for outcome in summary.profiles] == [4, 4]
    assert not any(outcome.standing.restarting for outcome in summary.profiles)


def test_a_phone_that_does_not_come_back_is_named_and_keeps_the_next_profile_as_it_is() -> None:
    first, second = numbered(0, 4), numbered(10, 4)
    first[2].back_after = NEVER
    one = two_profiles(first, second, max_lost=Limit.parse("10%"))
    summary = one.run()
    assert states_of(summary) == ["phones-lost", "waiting"]
    lost, held = (outcome.standing for outcome in summary.profiles)
    assert [(phone.name, phone.why) for phone in lost.absent] == [(first[2].phone.name, "RIS says UnRegistered")]
    assert "1 of 4 phones that were registered are not so again" in lost.reason
    assert "802.1X" in lost.next_step
    assert f"1 of 4 phones in the profile '{PROFILE.name}' did not re-register" in held.reason
    assert "then go on with the run" in held.next_step
    assert len(one.cluster.profiles.writes) == len(one.cluster.profiles.applies) == 1
    (closed,) = one.recorder.of(GateClosed)
    assert closed.gate == "--max-lost"
    assert summary.gate == f"--max-lost: {closed.why}"

    assert states_of(one.again({}, profiles_of(one)).run()) == ["phones-lost", "waiting"]  # nobody has looked at it
    by_a_person = one.again({}, profiles_of(one)).run(past_is_known=True)
    assert states_of(by_a_person) == ["phones-lost", "changed"]
    assert len(one.cluster.profiles.applies) == 2


def test_as_many_as_the_gate_allows_may_be_lost() -> None:
    first, second = numbered(0, 4), numbered(10, 4)
    first[2].back_after = NEVER
    one = two_profiles(first, second, max_lost=Limit.parse("25%"))
    assert states_of(one.run()) == ["phones-lost", "changed"]
    assert not one.recorder.of(GateClosed)


def test_the_last_profile_holds_nothing_back() -> None:
    members = numbered(0, 3)
    members[0].back_after = NEVER
    one = Scene(
        [], options=at_once(max_lost=Limit.parse("0")), plan=replace(then(members), steps=()), not_planned=members
    )
    summary = one.run()
    assert state(summary) is ProfileState.PHONES_LOST
    assert (summary.gate, summary.unfinished) == (None, False)


def test_phones_that_were_not_registered_before_are_not_waited_for() -> None:
    members = numbered(0, 3)
    members[1].unplugged = True
    one = Scene([], options=at_once(), plan=replace(then(members), steps=()), not_planned=members)
    summary = one.run()
    assert state(summary) is ProfileState.CHANGED
    assert summary.profiles[0].standing.registered == 2
    assert one.clock.at - START < 60


def test_phones_that_do_not_restart_are_back_once_they_have_had_time_to() -> None:
    members = numbered(0, 3)
    one = Scene([], options=at_once(settle=30.0), plan=replace(then(members), steps=()), not_planned=members)
    one.cluster.profiles.applying_restarts = False
    assert state(one.run()) is ProfileState.CHANGED
    assert 30 <= one.clock.at - START < 60


def nobody_tells(cluster: FakeCluster, kind: str, _: str) -> None:
    if kind == "sightings":
        raise AxlFault(None, "RIS is not to be had", "selectCmDeviceExt")


def test_where_nobody_can_tell_who_is_registered_nobody_is_waited_for_and_that_is_said() -> None:
    one = two_profiles(numbered(0, 3), numbered(10, 3))
    one.cluster.before.append(nobody_tells)
    summary = one.run()
    assert states_of(summary) == ["changed", "changed"]
    assert [note for note in summary.notes if "RIS cannot be asked" in note]
    assert len(summary.notes) == 1
    assert one.clock.at - START < 60


def test_where_nobody_can_tell_any_more_it_is_given_up_in_the_end() -> None:
    members = numbered(0, 3)
    one = Scene([], options=at_once(reregister=100.0), plan=replace(then(members), steps=()), not_planned=members)
    one.cluster.before.append(
        lambda cluster, kind, name: nobody_tells(cluster, kind, name) if cluster.profiles.applies else None
    )
    summary = one.run()
    assert state(summary) is ProfileState.CHANGED
    assert "of 3 phones nobody can say whether they registered again" in reason(summary)
    assert 100 <= one.clock.at - START < 200


def test_a_cluster_that_is_away_at_the_roll_call_is_asked_once_more() -> None:
    members = numbered(0, 3)
    one = Scene([], options=at_once(), plan=replace(then(members), steps=()), not_planned=members)
    one.cluster.before.append(on("sightings", lambda: Unreachable("no connection")))
    summary = one.run()
    assert (state(summary), summary.profiles[0].standing.registered) == (ProfileState.CHANGED, 3)
    assert not summary.notes


def test_a_run_that_does_not_wait_leaves_the_phones_that_restart_to_its_resume() -> None:
    one = two_profiles(numbered(0, 3), numbered(10, 3))
    summary = one.run(wait=False)
    assert states_of(summary) == ["restarting", "waiting"]
    assert summary.left
    assert summary.unfinished
    again = one.again({}, profiles_of(one))
    assert states_of(again.run()) == ["changed", "changed"]
    assert len(one.cluster.profiles.applies) == 2


def test_a_wish_to_stop_ends_the_wait_which_a_resumed_run_goes_on_with() -> None:
    one = two_profiles(numbered(0, 3), numbered(10, 3))
    one.cluster.after.append(
        lambda cluster, kind, _: (
            one.stop.request("ctrl-C") if kind == "sightings" and cluster.profiles.applies else None
        )
    )
    summary = one.run()
    assert states_of(summary) == ["restarting", "waiting"]
    assert "ctrl-C" in summary.profiles[0].standing.reason
    assert summary.stopped == "ctrl-C"
    one.cluster.after.clear()
    assert states_of(one.again({}, profiles_of(one)).run()) == ["changed", "changed"]
    assert [pkid for _, pkid in one.cluster.profiles.applies] == [PROFILE.pkid, OTHER.pkid]


def test_profiles_that_must_not_be_touched_now_do_not_keep_phones_that_restart_from_being_seen_back() -> None:
    one = two_profiles(numbered(0, 3), numbered(10, 3))
    one.run(wait=False)
    again = one.again({}, profiles_of(one))
    failing = fake_phone(50)
    failing.ends = "Upgrade Failed: Invalid MIC"
    one.cluster.phones[failing.phone.pkid] = failing
    failing.profile_pkid = ELSEWHERE
    failing.phone = replace(failing.phone, profile=replace(PROFILE, pkid=ELSEWHERE))
    again.plan = replace(again.plan or plan_of([]), steps=plan_of([failing]).steps)
    summary = again.run(rules=replace(again.options.rules, max_failures=Limit.parse("0")))
    assert states_of(summary) == ["changed", "waiting"]


def test_more_than_a_thousand_phones_are_asked_for_in_requests_that_ris_bears() -> None:
    members = numbered(0, 2500)
    one = Scene([], options=at_once(), plan=replace(then(members), steps=()), not_planned=members)
    asked: list[int] = []
    sightings = one.cluster.sightings

    def counted(names: Sequence[str]) -> dict[str, Sighting]:
        asked.append(len(names))
        return sightings(names)

    one.cluster.sightings = counted  # type: ignore[method-assign]
    assert state(one.run()) is ProfileState.CHANGED
    assert max(asked) == 1000
    assert asked[:3] == [1000, 1000, 500]


# whatever happens


@dataclass(frozen=True)
class Mishap:
    """At the `call`-th call that concerns the profile this happens; `acted`: the cluster acted first."""

    call: int
    what: str
    acted: bool


MISHAPS = st.builds(
    Mishap,
    st.integers(1, 20),
    st.sampled_from(
        [
            "lost",
            "refused",
            "unreachable",
            "login",
            "joins",
            "joins bare",
            "busy",
            "loses its lsc",
            "goes",
            "given",
            "kill",
            "stop",
        ]
    ),
    st.booleans(),
)


@dataclass
class Watcher:
    """Sees to it that each call is allowed, with the truth of the cluster, and lets mishaps happen."""

    agreed: int
    mishaps: Sequence[Mishap]
    stranger: FakePhone
    stop: Callable[[], None] = lambda: None
    calls: int = 0
    intended: list[str] = field(default_factory=list)
    effective: int = 0
    applies: int = 0
    broken: list[str] = field(default_factory=list)

    def on_event(self, event: Event) -> None:
        if isinstance(event, ProfileIntended):
            self.intended.append(event.purpose.value)

    def before(self, cluster: FakeCluster, kind: str, _: str) -> None:
        if "profile" not in kind and kind != "sightings":
            return
        self.calls += 1
        self._happen(cluster, acted=False, kind=kind)
        users = cluster.profiles.users(PROFILE.pkid)
        if kind == "change profile":
            now = cluster.true.at
            states = [user.lsc.state(now=now, expiring_within=0, own_issuers=frozenset()) for user in users]
            allowed = all(one is LscState.VALID for one in states)
            self._require(allowed, "changed though a phone has no valid LSC")
        if kind in ("change profile", "apply profile"):
            purpose = "write" if kind == "change profile" else "apply"
            self._require(bool(self.intended) and self.intended[-1] == purpose, f"{kind} was not intended")
            self._require(len(users) <= self.agreed, f"{kind}: more phones than were agreed to")
            self._require(not any(user.pending for user in users), f"{kind}: a phone is busy")
        if kind == "change profile" and cluster.profiles.all[PROFILE.pkid].settings == SETTINGS:
            self.effective += 1
        if kind == "apply profile":
            self.applies += 1
            self._require(cluster.profiles.all[PROFILE.pkid].settings == LSC_FIRST, "applied without the mode")

    def after(self, cluster: FakeCluster, kind: str, _: str) -> None:
        if "profile" in kind or kind == "sightings":
            self._happen(cluster, acted=True, kind=kind)

    def _require(self, kept: bool, otherwise: str) -> None:
        if not kept:
            self.broken.append(otherwise)

    def _happen(self, cluster: FakeCluster, *, acted: bool, kind: str) -> None:
        for mishap in self.mishaps:
            if mishap.call == self.calls and mishap.acted is acted:
                self._one(cluster, mishap.what, acted=acted, writes=kind in ("change profile", "apply profile"))

    def _one(self, cluster: FakeCluster, what: str, *, acted: bool, writes: bool) -> None:
        match what:
            case "kill":
                raise Killed
            case "stop":
                self.stop()
            case "lost" if writes:
                raise lost()
            case "refused" if not acted and writes:
                raise AxlFault(-1, "no", "updatePhoneSecurityProfile")
            case "unreachable" if not acted:
                raise Unreachable("no connection")
            case "login" if not acted:
                raise LoginRefused("admin", "cucm")
            case _ if not acted and writes:
                pass  # nobody can see what changes in the instant of the call
            case _:
                self._to_the_cluster(cluster, what)

    def _to_the_cluster(self, cluster: FakeCluster, what: str) -> None:
        """What somebody else does, or happens, to phones and the profile."""
        first = next(iter(cluster.phones.values()))
        match what:
            case "joins" | "joins bare":
                self.stranger.profile_pkid = PROFILE.pkid
                self.stranger.lsc = VALID if what == "joins" else Lsc()
            case "busy":
                self.stranger.operation, self.stranger.status = CertificateOperation.INSTALL, "Operation Pending"
            case "goes":
                first.unplugged = True
            case "loses its lsc":
                first.lsc = Lsc()
            case "given":
                cluster.profiles.give(PROFILE.pkid, LSC_FIRST)
            case _:
                pass


@settings(max_examples=300)
@given(st.lists(MISHAPS, max_size=5), st.booleans(), st.booleans(), st.integers(1, 3))
def test_whatever_happens_a_profile_is_changed_at_most_once_and_only_when_allowed(
    mishaps: list[Mishap], stranger_counts: bool, forgets: bool, parts: int
) -> None:
    members = phones(2, takes=1.0)
    stranger = with_lsc(50)
    if not stranger_counts:
        stranger.profile_pkid = ELSEWHERE
    agreed = 2 + stranger_counts
    one = Scene(members, options=at_once(), plan=then(members, agreed), not_planned=[stranger])
    watcher = Watcher(agreed, mishaps, stranger)
    one.cluster.before.append(watcher.before)
    one.cluster.after.append(watcher.after)
    book = Notebook(forgets=forgets)
    summary = None
    for _ in range(parts):
        watcher.stop = lambda scene=one: scene.stop.request("ctrl-C")  # type: ignore[misc]
        try:
            summary = one.run(book, watcher)
        except Killed:
            summary = None
        assert not watcher.broken, watcher.broken
        one = one.again(book.standings, book.profiles)
    assert watcher.effective <= 1
    assert watcher.applies <= 1
    if summary is not None:
        holds(summary, one.cluster, watcher)


def holds(summary: RunSummary, cluster: FakeCluster, watcher: Watcher) -> None:
    """What is told of the profile is so."""
    (outcome,) = summary.profiles
    has_it = cluster.profiles.all[PROFILE.pkid].settings == LSC_FIRST
    match outcome.standing.state:
        case ProfileState.CHANGED:
            assert has_it
            assert len(cluster.profiles.applies) == 1
        case ProfileState.PHONES_LOST:
            assert has_it
            assert len(cluster.profiles.applies) == 1
            away = {each.phone.name for each in cluster.phones.values() if each.unplugged}
            assert {phone.name for phone in outcome.standing.absent} == away
        case ProfileState.RESTARTING:
            assert outcome.standing.apply is ProfileCall.LOST or len(cluster.profiles.applies) == 1
        case ProfileState.ALREADY:
            assert has_it
            assert not watcher.effective
        case ProfileState.WRITTEN:
            assert has_it
            assert bool(cluster.profiles.applies) is (outcome.standing.apply is ProfileCall.DONE)
        case ProfileState.UNKNOWN:
            assert "apply" in watcher.intended
        case _:
            assert not cluster.profiles.applies
    assert outcome.standing.reason or outcome.standing.state is ProfileState.CHANGED


@pytest.mark.parametrize("at", range(1, 25))
def test_a_run_killed_at_any_of_its_events_is_taken_up_to_the_same_end(at: int) -> None:
    members = phones(2, lsc=VALID)
    one = Scene([], plan=replace(then(members), steps=()), not_planned=members)
    book = Notebook(at)
    try:
        summary = one.run(book)
    except Killed:
        summary = one.again(book.standings, book.profiles).run()
    assert state(summary) in (ProfileState.CHANGED, ProfileState.UNKNOWN)
    assert len(one.cluster.profiles.writes) == 1
    assert len(one.cluster.profiles.applies) == (state(summary) is ProfileState.CHANGED)
