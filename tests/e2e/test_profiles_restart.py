"""After a profile was applied its phones restart: the run waits for them, and whatever ends it there, it is taken up there."""

import signal
import time
from collections.abc import Callable

import pytest

from lscctl.simulator.authority import Issuer
from lscctl.simulator.failures import Failure
from lscctl.simulator.key_pairs import KeyName
from tests.e2e.conftest import Ran, Site
from tests.e2e.lsc_first import (
    APPLY,
    CHANGE,
    PROFILE,
    RUN,
    calls,
    give_the_profile,
    mode,
    profiles_of,
    restarted,
    users,
)

FIRST = "8845 SIP - 802.1X"
"""Comes before the other one in a plan, and has two phones."""

RIS = "selectCmDeviceExt"


@pytest.fixture
def site(site: Site) -> Site:
    """A cluster where the phones of two profiles have LSCs already, so that a run has only the profiles to change."""
    give_the_profile(site)
    with site.cluster.lock:
        for name in (*users(site), *users(site, FIRST)):
            ((pkid,),) = site.sql(f"SELECT pkid FROM device WHERE name = '{name}'")
            site.cluster.give_lsc(str(pkid), key=KeyName("rsa", 2048, 0), issuer=Issuer.LIVE, at=time.time(), days=365)
    return site


BOTH = (*RUN[:5], "--profile", FIRST, *RUN[5:])


def follow_from(site: Site, first: str, then: str, action: Callable[[], object]) -> None:
    """Do something, once, when a request of the operation `then` arrives after the first of `first`."""
    begun = done = False

    def follow(operation: str) -> None:
        nonlocal begun, done
        if begun and not done and operation == then:
            done = True
            action()
        begun = begun or operation == first

    site.server.follow(follow)


def loses(site: Site, name: str) -> None:
    """This phone will not register again after its next restart."""
    site.cluster.break_phones(Failure.parse(f"lost={name}"))


def comes_back(site: Site, name: str) -> None:
    """Somebody mends that phone and plugs it in."""
    ((pkid,),) = site.sql(f"SELECT pkid FROM device WHERE name = '{name}'")
    with site.cluster.lock:
        site.cluster.mend_phones("lost")
        site.cluster.connection.execute("UPDATE sim_phone SET powered = 't', broken = '' WHERE fkdevice = ?", (pkid,))
        site.cluster.reset(str(pkid), hard=False)


def test_both_profiles_are_changed_one_after_the_other_and_the_run_tells_who_came_back(site: Site) -> None:
    ran = site.lscctl(*BOTH)
    assert ran.exit_code == 0, ran
    told = profiles_of(ran)
    assert [(told[name]["state"], told[name]["registered"], told[name]["lost"]) for name in (FIRST, PROFILE)] == [
        ("changed", 2, 0),
        ("changed", 13, 0),
    ]
    assert f"security profile {FIRST}: 2 of 2 phones that restart are registered again" in ran.err
    assert f"security profile {PROFILE}: 13 of 13 phones that restart are registered again" in ran.err
    assert calls(site, APPLY) == 2


def test_a_phone_that_does_not_come_back_is_named_and_the_next_profile_stays_as_it_is(site: Site) -> None:
    lost = users(site, FIRST)[0]
    loses(site, lost)
    ran = site.lscctl(*BOTH, "--wave-timeout", "8s")
    told = profiles_of(ran)
    assert ran.exit_code == 1, ran
    assert (told[FIRST]["state"], told[FIRST]["lost"], told[PROFILE]["state"]) == ("phones-lost", 1, "waiting")
    assert [phone["name"] for phone in told[FIRST]["absent"]] == [lost]
    assert "1 of 2 phones in the profile" in told[PROFILE]["reason"]
    assert "go on with the run" in told[PROFILE]["next_step"]
    assert (mode(site, FIRST), mode(site)) == ("LSC", "MIC")
    assert (calls(site, CHANGE), calls(site, APPLY)) == (1, 1)
    shown = " ".join(site.lscctl("runs", "show").out.split())
    assert "gate closed" in shown.replace("gate-closed", "gate closed")
    assert lost in shown
    assert "lscctl runs resume 1" in shown

    resumed = site.lscctl("runs", "resume", "1", "--format", "json")
    assert {name: one["state"] for name, one in profiles_of(resumed).items()} == {
        FIRST: "phones-lost",
        PROFILE: "changed",
    }
    assert (mode(site), calls(site, APPLY)) == ("LSC", 2)


MOMENTS = {
    "before the write": ("executeSQLQuery", RIS, "waiting"),
    "between write and apply": (CHANGE, "executeSQLQuery", "written"),
    "while phones restart": (APPLY, RIS, "restarting"),
}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_whatever_ends_the_run_there_its_resume_changes_and_applies_the_profile_once(
    site: Site, signum: signal.Signals, moment: str
) -> None:
    lost = users(site)[0]
    loses(site, lost)
    first, then, state = MOMENTS[moment]
    with site.running(*RUN) as run:
        if moment == "before the write":  # RIS is asked for the plan, then for who is registered
            follow_from(site, RIS, then, lambda: run.send_signal(signum))
        else:
            follow_from(site, first, then, lambda: run.send_signal(signum))
        out, err = run.communicate(timeout=60)
    if signum == signal.SIGKILL:
        assert run.returncode == -signal.SIGKILL
    else:
        assert run.returncode == 130, (out, err)
        told = profiles_of(Ran(run.wait(), out, err))[PROFILE]
        assert told["state"] == state
        assert signum.name.replace("SIGINT", "ctrl-C") in told["reason"]
        assert "lscctl runs resume 1" in err
    assert calls(site, CHANGE) == (state != "waiting")
    assert calls(site, APPLY) == (state == "restarting")
    if state == "restarting":
        comes_back(site, lost)
    else:
        site.cluster.mend_phones("lost")
    done = site.lscctl("runs", "resume", "--format", "json")
    told = profiles_of(done)[PROFILE]
    assert (done.exit_code, told["state"], told["registered"]) == (0, "changed", 13), done
    assert (calls(site, CHANGE), calls(site, APPLY)) == (1, 1)
    assert restarted(site) == users(site)


def test_a_run_that_does_not_wait_leaves_phones_that_restart_to_its_resume(site: Site) -> None:
    lost = users(site)[0]
    loses(site, lost)
    ran = site.lscctl(*RUN, "--no-wait")
    assert (ran.exit_code, profiles_of(ran)[PROFILE]["state"]) == (7, "restarting"), ran
    assert "1 security profile not done yet" in " ".join(site.lscctl("runs", "list").out.split())
    comes_back(site, lost)
    done = site.lscctl("runs", "resume", "--format", "json")
    assert (done.exit_code, profiles_of(done)[PROFILE]["state"]) == (0, "changed"), done
    assert calls(site, APPLY) == 1
