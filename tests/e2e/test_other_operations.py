"""`delete` and `troubleshoot` from the command line to the phones, and whatever cuts them off."""

import json
import signal
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Site
from tests.e2e.rollouts import ONE_WAVE, call_when, explains, history, names_by_state, written
from tests.e2e.strings import AUTH, handed_out, held, need_strings, shows_none_of, usual_place

LSCS = "SELECT d.name, d.publickey FROM device d WHERE d.tkclass = 1 AND d.publickey IS NOT NULL"
MODEL = ("--cluster", "lab", "--model", "8845", "--format", "json")


def lscs(site: Site) -> dict[str, str]:
    """`{name: public key}` of the phones that have an LSC."""
    return {str(name): str(key) for name, key in site.sql(LSCS)}


def to_write(site: Site, *command: str) -> set[str]:
    """The phones that the plan of this command writes."""
    dry = site.lscctl(*command, "--dry-run")
    assert dry.exit_code == 0, dry
    return {step["name"] for step in json.loads(dry.out)["steps"]}


def test_lscs_are_deleted_from_these_phones_and_from_no_others(site: Site) -> None:
    before = lscs(site)
    planned = to_write(site, "delete", *MODEL)
    assert planned
    assert planned < before.keys()
    explains(site.lscctl("delete", *MODEL, "--yes"), 2, "--confirm-count")
    explains(site.lscctl("delete", *MODEL, "--confirm-count", str(len(planned) + 1)), 3, "not how many")
    dry = site.lscctl("delete", *MODEL, "--confirm-count", str(len(planned) + 1), "--dry-run")
    explains(dry, 3, "not how many")
    assert {step["name"] for step in json.loads(dry.out)["steps"]} == planned
    looked = ("--confirm-count", str(len(planned)), "--dry-run", "--detailed-exitcode")
    assert site.lscctl("delete", *MODEL, *looked).exit_code == 10
    assert not history(site)
    ran = site.lscctl("delete", *MODEL, "--confirm-count", str(len(planned)))
    assert ran.exit_code == 0, ran
    assert names_by_state(ran)["deleted"] == planned
    assert lscs(site) == {name: key for name, key in before.items() if name not in planned}
    assert sorted(written(site)) == sorted(write.phone for write in history(site, "applyPhone")) == sorted(planned)
    assert json.loads(site.lscctl("runs", "show", "--format", "json").out)["operation"] == "Delete"


def test_certificates_are_fetched_and_every_phone_keeps_its_lsc(site: Site) -> None:
    before = lscs(site)
    planned = to_write(site, "troubleshoot", *MODEL)
    ran = site.lscctl("troubleshoot", *MODEL, "--yes")
    assert ran.exit_code == 0, ran
    assert names_by_state(ran)["fetched"] == planned
    assert lscs(site) == before


@pytest.mark.parametrize("operation", ["delete", "troubleshoot"])
def test_a_run_that_was_killed_is_taken_up_and_no_phone_is_written_twice(operation: str, site: Site) -> None:
    planned = to_write(site, operation, *MODEL)
    agreed = ("--yes",) if operation == "troubleshoot" else ("--confirm-count", str(len(planned)))
    with site.running(operation, *MODEL, *agreed, *ONE_WAVE, "--concurrency", "1") as run:
        call_when(site, "updatePhone", 3, run.kill)
        assert run.wait(60) == -signal.SIGKILL
    ran = site.lscctl("runs", "resume", "--format", "json")
    assert ran.exit_code == 0, ran
    assert json.loads(ran.out)["counts"]["deleted" if operation == "delete" else "fetched"] == len(planned)
    assert sorted(written(site)) == sorted(planned)


@pytest.mark.parametrize(
    ("operation", "state", "agreed"),
    [("delete", "deleted", ("--confirm-count", "4")), ("troubleshoot", "fetched", ("--yes",))],
)
def test_phones_that_ask_for_a_string_are_handed_out_one_for_each_operation(
    make_site: Callable[..., Site], operation: str, state: str, agreed: tuple[str, ...]
) -> None:
    site = make_site(phones=120)
    names = need_strings(site, 4)
    assert site.lscctl(*AUTH, *ONE_WAVE).exit_code == 0
    first = handed_out(usual_place(site))
    before = lscs(site)
    assert set(names) <= before.keys()
    listed = [option for name in names for option in ("--name", name)]
    command = (operation, "--cluster", "lab", *listed, "--format", "json")
    refused = site.lscctl(*command, *agreed)
    explains(refused, 3, "no-authentication-string")
    plan = site.lscctl(*command[:-1], "table", "--dry-run")
    assert "--auth-mode auth-string makes one for each phone" in " ".join(plan.out.split())
    assert "install" not in plan.out.casefold()
    with_strings = (*command, "--auth-mode", "auth-string")
    assert json.loads(site.lscctl(*with_strings, "--dry-run").out)["deadline"] == "24h"
    with site.running(*with_strings, *agreed, *ONE_WAVE, "--concurrency", "1") as run:
        call_when(site, "updatePhone", 3, run.kill)
        assert run.wait(60) == -signal.SIGKILL
    ran = site.lscctl("runs", "resume", "--format", "json")
    assert ran.exit_code == 0, ran
    strings = handed_out(usual_place(site, 2))
    assert names_by_state(ran)[state] == set(names) == strings.keys()
    assert not set(first.values()) & set(strings.values())
    assert set(held(site, *names).values()) == {""}
    kept = before.keys() - set(names) if operation == "delete" else before.keys()
    assert lscs(site) == {name: before[name] for name in kept}
    shows_none_of(list(strings.values()), ran, refused)


def test_where_sql_may_write_it_deletes_too(site: Site) -> None:
    site.settings["allow_sql_writes"] = "true"
    planned = to_write(site, "delete", *MODEL)
    ran = site.lscctl("delete", *MODEL, "--confirm-count", str(len(planned)), "--write-path", "sql")
    assert ran.exit_code == 0, ran
    assert names_by_state(ran)["deleted"] == planned
    assert not planned & lscs(site).keys()


def test_lscs_that_end_soon_are_renewed_once_and_those_of_unknown_end_are_counted(site: Site) -> None:
    before = lscs(site)
    renew = ("renew", *MODEL, "--within", "90d")
    planned = to_write(site, *renew)
    assert planned
    assert planned < before.keys()
    ran = site.lscctl(*renew, "--yes")
    assert ran.exit_code == 0, ran
    assert names_by_state(ran)["installed"] == planned
    after = lscs(site)
    assert {name for name, key in after.items() if before.get(name) != key} == planned
    everybody = ("--cluster", "lab", "--name", "*", "--format", "json")
    unknown = len(json.loads(site.lscctl("status", *everybody, "--lsc", "unknown").out)["phones"])
    assert unknown
    answer = json.loads(site.lscctl("renew", *everybody, "--within", "90d", "--dry-run").out)
    assert not planned & {step["name"] for step in answer["steps"]}
    assert any(note.startswith(f"{unknown} phone") for note in answer["notes"]), answer["notes"]
    night = site.lscctl("renew", *MODEL, "--within", "0d", "--lsc", "valid", "--yes")
    assert night.exit_code == 0, night
    assert any(
        "no LSC of the phones that were looked at is to be renewed" in note for note in json.loads(night.out)["notes"]
    )


def test_two_renewals_at_once_write_each_phone_once_and_the_second_says_who_is_at_work(site: Site) -> None:
    renew = ("renew", *MODEL, "--within", "90d")
    planned = to_write(site, *renew)
    assert planned
    with site.running(*renew, "--yes") as one, site.running(*renew, "--yes") as other:
        errors = [one.communicate(timeout=90)[1], other.communicate(timeout=90)[1]]
    codes = sorted(run.wait() for run in (one, other))
    assert codes in ([0, 6], [0, 0]), errors
    if codes == [0, 6]:
        assert any("another run is at work" in told for told in errors)
    assert sorted(write.phone for write in history(site, "updatePhone")) == sorted(planned)


@pytest.mark.parametrize("pending_at", ["write", "apply"])
def test_a_delete_that_was_killed_before_its_phones_were_applied_is_taken_back_and_they_keep_their_lscs(
    make_site: Callable[..., Site], pending_at: str
) -> None:
    site = make_site(assume=(f"pending-at={pending_at}",))
    before = lscs(site)
    planned = to_write(site, "delete", *MODEL)
    with site.running("delete", *MODEL, "--confirm-count", str(len(planned)), *ONE_WAVE) as run:
        site.server.disturb("drop-before:applyPhone")
        call_when(site, "applyPhone", 1, run.kill)
        run.wait(60)
    site.server.calm()
    written = {write.phone for write in history(site, "updatePhone")}
    assert written
    assert not history(site, "applyPhone")
    ran = site.lscctl("runs", "cancel", "1", "--undo", "--yes")
    assert ran.exit_code == 0, ran
    stands = "SELECT name FROM device WHERE tkcertificateoperation <> 1 AND name IN ({})"
    assert site.sql(stands.format(", ".join(f"'{name}'" for name in written))) == []
    assert lscs(site) == before
