"""`--auth-mode auth-string --then-lsc-first`: strings are handed out, typed and cleared, and only then the profile is changed."""

import signal
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Site, wait_until
from tests.e2e.lsc_first import APPLY, CHANGE, calls, mode, profiles_of, restarted
from tests.e2e.rollouts import ONE_WAVE, call_when
from tests.e2e.strings import TITLE, handed_out, held, need_strings, shows_none_of, usual_place

OFFICES = f"8845 SIP - {TITLE}"
WITH_STRINGS = (
    "bulk-install",
    "--cluster",
    "lab",
    "--profile",
    OFFICES,
    "--auth-mode",
    "auth-string",
    "--then-lsc-first",
)


def test_strings_are_handed_out_typed_and_cleared_before_the_profile_is_changed(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=120)
    names = need_strings(site, 5)
    at_the_change: list[dict[str, str]] = []
    call_when(site, CHANGE, 1, lambda: at_the_change.append(held(site, *names)))
    ran = site.lscctl(*WITH_STRINGS, *ONE_WAVE, "--yes", "--format", "json")
    assert ran.exit_code == 0, ran
    told = profiles_of(ran)[OFFICES]
    assert (told["state"], told["phones"], told["auth_mode"]) == ("changed", 5, "auth-string")
    strings = handed_out(usual_place(site))
    assert sorted(strings) == names
    assert at_the_change == [dict.fromkeys(names, "")], "the strings were gone by then"
    assert mode(site, OFFICES) == "LSC"
    assert restarted(site) == names
    assert (calls(site, CHANGE), calls(site, APPLY)) == (1, 1)
    shows_none_of(list(strings.values()), ran, site.lscctl("runs", "show", "--phones", "--format", "json"))


def test_as_long_as_a_string_is_not_typed_the_profile_keeps_its_mode_and_a_resume_goes_on_from_there(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(phones=120, assume=("auth-strings-typed=never",))
    names = need_strings(site, 3)
    ran = site.lscctl(
        *WITH_STRINGS, *ONE_WAVE, "--yes", "--format", "json", "--wave-timeout", "3s", "--max-failures", "100%"
    )
    told = profiles_of(ran)[OFFICES]
    assert (ran.exit_code, told["state"]) == (1, "stays"), ran
    assert "under way" in told["reason"]
    assert not calls(site, CHANGE)
    strings = handed_out(usual_place(site))
    assert held(site, *names) == strings

    for name, string in strings.items():  # somebody walks from phone to phone
        ((pkid,),) = site.sql(f"SELECT pkid FROM device WHERE name = '{name}'")
        with site.cluster.lock:
            site.cluster.type_string(str(pkid), string)
    wait_until(
        lambda: site.sql(f"SELECT count(*) FROM device WHERE name IN {tuple(names)} AND lscvaliduntil > 0") == [(3,)]
    )
    done = site.lscctl("runs", "resume", "1", "--format", "json")
    assert (done.exit_code, profiles_of(done)[OFFICES]["state"]) == (0, "changed"), done
    assert held(site, *names) == dict.fromkeys(names, "")
    assert restarted(site) == names
    shows_none_of(list(strings.values()), ran, done)


@pytest.mark.parametrize("operation", ["updatePhone", CHANGE])
def test_a_run_with_strings_that_was_killed_goes_on_with_the_same_ones_up_to_the_profile(
    make_site: Callable[..., Site], operation: str
) -> None:
    site = make_site(phones=120)
    names = need_strings(site, 4)
    with site.running(*WITH_STRINGS, *ONE_WAVE, "--yes", "--concurrency", "1") as run:
        call_when(site, operation, 2 if operation == "updatePhone" else 1, run.kill)
        assert run.wait(60) == -signal.SIGKILL
    strings = handed_out(usual_place(site))
    done = site.lscctl("runs", "resume", "--format", "json")
    assert (done.exit_code, profiles_of(done)[OFFICES]["state"]) == (0, "changed"), done
    assert handed_out(usual_place(site)) == strings
    assert held(site, *names) == dict.fromkeys(names, "")
    assert (restarted(site), calls(site, APPLY)) == (names, 1)
