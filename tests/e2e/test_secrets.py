"""Nothing that lscctl leaves behind, shows or starts holds a secret, with every feature on."""

import base64
import itertools
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lscctl.report.formats import SUFFIXES
from tests.e2e.conftest import Ran, Site
from tests.e2e.rollouts import ONE_WAVE, call_when
from tests.e2e.strings import handed_out, held, need_strings, usual_place

STRING = "7351902846"
WRONG = "Wr0ng-Secret"
PROXY = "Pr0xy-Secret"

WITNESS = """
import glob, json, os, sys
seen = {"event": sys.stdin.read(), "environment": dict(os.environ), "processes": []}
for path in glob.glob("/proc/[0-9]*/cmdline"):
    try:
        seen["processes"].append(open(path, "rb").read().decode(errors="replace"))
    except OSError:
        pass
with open("witness.json", "a") as file:
    file.write(json.dumps(seen) + "\\n")
"""
"""The program that is notified: it keeps what it is told, what it inherits, and every command line of this computer."""


def cold(site: Site) -> Site:
    """The same site, where commands start cold: each has a command line of its own for the witness to look at."""
    return replace(site, warm=None)


@pytest.fixture
def cookies(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The values of all session cookies that the cluster gives."""
    given: list[str] = []
    number = itertools.count()

    def token_hex(size: int) -> str:
        given.append(f"{next(number):04d}" + "C00C1E" * 5)
        return given[-1]

    monkeypatch.setattr("lscctl.simulator.doors.accounts.secrets.token_hex", token_hex)
    return given


def basic(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def kept(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """All that is on disk, but for the file that is there to hold the password."""
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "password":
            yield path, path.read_bytes()


def test_no_secret_is_in_anything_that_lscctl_leaves_shows_or_starts(
    make_site: Callable[..., Site], cookies: list[str]
) -> None:
    site = make_site(phones=60, fail=("invalid-mic=2",))
    site.sql(f"UPDATE device SET authenticationstring = '{STRING}' WHERE tkclass = 1")
    (site.folder / "password").write_text(site.server.password + "\n")
    (site.folder / "password").chmod(0o600)
    (site.folder / "witness.py").write_text(WITNESS)
    site.configure(password_file='"password"', audit_log='"audit.ndjson"')
    notify = f"{sys.executable} {site.folder / 'witness.py'}"
    everywhere = ("--debug", "--log-format", "json")
    reports = [word for suffix in SUFFIXES for word in ("--output", f"report{suffix}")]

    def ran(*arguments: str, stdin: str = "", **environment: str) -> Ran:
        where = cold(site) if "--notify" in arguments else site
        return where.lscctl(*arguments, stdin=stdin, timeout=90, **{"LSCCTL_PASSWORD": "", **environment})

    searched = ("--ask-auth-string", "--renew", "--model", "8845")
    phones = ("--name", "*", "--include-secure", "--include-unregistered", "--limit", "20")
    outcomes = {
        "config": ran("config", "show", "--format", "json"),
        "check": ran("config", "check", *everywhere),
        "assumptions": ran("config", "check", "--assumptions", *everywhere),
        "plan": ran("bulk-install", *phones, "--dry-run", "--output", "plan.json", *everywhere),
        "run": ran("bulk-install", *phones, "--yes", "--no-wait", "--notify", notify, *reports, *everywhere),
        "inherited": ran(
            "bulk-install", "--model", "8845", "--renew", "--limit", "2", "--yes", "--notify", notify,
            LSCCTL_PASSWORD=site.server.password,
        ),
        "searched": ran("bulk-install", *searched, "--dry-run", "--output", "searched.json", *everywhere, stdin=STRING),
        "found": ran("bulk-install", *searched, "--limit", "2", "--yes", "--notify", notify, *everywhere, stdin=STRING),
        "absent": ran("status", *searched[:1], "--name", "nobody*", *everywhere, stdin=STRING),
        "misread": ran("status", *searched[:1], *everywhere, stdin=f"{STRING}{STRING}"),
        "undo": ran("runs", "cancel", "1", "--undo", "--yes", *everywhere),
        "show": ran("runs", "show", "1", "--phones"),
        "status": ran("status", *reports, *everywhere),
        "diagnose": ran("diagnose", "--name", "*", "--format", "json", *everywhere),
        "wrong": ran("status", *everywhere, LSCCTL_PASSWORD=WRONG),
        "proxy": ran("status", *everywhere, LSCCTL_PROXY=f"http://me:{PROXY}@127.0.0.1:1"),
    }  # fmt: skip
    assert {name: one.exit_code for name, one in outcomes.items() if one.exit_code} == {
        "run": outcomes["run"].exit_code,
        "absent": 4,
        "misread": 2,
        "diagnose": 1,
        "wrong": 5,
        "proxy": 5,
    }
    assert outcomes["run"].exit_code in (1, 7), outcomes["run"].err

    left = dict(kept(site.folder))
    names = {path.name for path in left}
    assert {"journal.sqlite", "plan.json", "audit.ndjson", "witness.json", "report.html", "report.csv"} <= names
    assert any(path.parent.name == "debug" and b"executeSQLQuery" in text for path, text in left.items())
    assert STRING.encode() not in b"".join(left.values())
    secrets = {
        "password": site.server.password,
        "login": basic(site.server.user, site.server.password),
        "string": STRING,
        "wrong password": WRONG,
        "wrong login": basic(site.server.user, WRONG),
        "proxy's password": PROXY,
        "proxy's login": basic("me", PROXY),
        **{f"cookie {number}": cookie for number, cookie in enumerate(cookies)},
    }
    assert len(cookies) > 5
    shown = {f"{name} {stream}": getattr(one, stream) for name, one in outcomes.items() for stream in ("out", "err")}
    texts = {str(path): text.decode(errors="replace") for path, text in left.items()} | shown
    assert [(what, where) for what, secret in secrets.items() for where, text in texts.items() if secret in text] == []
    witnessed = [json.loads(line) for line in (site.folder / "witness.json").read_text().splitlines()]
    assert len(witnessed) >= 3
    assert any("bulk-install" in line for one in witnessed for line in one["processes"]), "it saw lscctl itself"


def test_an_authentication_string_is_nowhere_but_in_its_hand_out_and_where_it_was_given(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(phones=120, assume=("auth-strings-typed=mistyped",))
    site.configure(audit_log='"audit.ndjson"', allow_sql_writes="true")
    (site.folder / "witness.py").write_text(WITNESS)
    names = need_strings(site, 6)
    (site.folder / "given.csv").write_text(f"name,authentication_string\n{names[0]},{STRING}\n")
    everywhere = ("--debug", "--log-format", "json")
    reports = [word for suffix in SUFFIXES for word in ("--output", f"report{suffix}")]
    notify = ("--notify", f"{sys.executable} {site.folder / 'witness.py'}")
    chosen = ("--auth-mode", "auth-string", "--string-length", "10", "--strings-from", "given.csv")
    phones = ("bulk-install", "--cluster", "lab", "--model", "8845", *chosen, "--include-unregistered", *ONE_WAVE)
    plan = site.lscctl(*phones, "--dry-run", "--output", "plan.json", *everywhere)
    with cold(site).running(*phones, "--yes", *notify, *everywhere) as run:
        call_when(site, "updatePhone", 3, run.kill)
        out, err = run.communicate(timeout=60)
    held_then = held(site, *names)
    strings = handed_out(usual_place(site))
    outcomes = [
        plan,
        Ran(0, out, err),
        cold(site).lscctl("runs", "resume", "--write-path", "sql", *notify, *reports, *everywhere),
        site.lscctl("runs", "show", "1", "--phones", "--format", "json"),
        site.lscctl("runs", "show", "1", "--phone", names[0]),
        cold(site).lscctl("delete", *phones[1:9], *phones[11:], "--confirm-count", "6", *notify, *reports, *everywhere),
        site.lscctl(*phones, "--renew", "--yes", "--no-wait", "--hand-out-format", "labels", *reports, *everywhere),
        site.lscctl("runs", "cancel", "3", "--undo", "--yes", *everywhere),
        site.lscctl(*phones, "--renew", "--yes", "--hand-out", "given.csv", *everywhere),
    ]
    codes = [one.exit_code for one in outcomes]
    assert codes in ([0, 0, 0, 0, 0, 0, done, 0, 2] for done in (0, 7)), outcomes[
        2
    ].err  # phones may be quicker than --no-wait
    assert strings[names[0]] == STRING
    assert {text for text in held_then.values() if text} <= set(strings.values())
    labels = usual_place(site, 3).with_suffix(".html")
    kept_for_people = {usual_place(site), usual_place(site, 2), labels, site.folder / "given.csv"}
    assert all(path.exists() for path in kept_for_people)
    deleted = handed_out(usual_place(site, 2))
    secret = {*strings.values(), *deleted.values(), *re.findall(r'data-string="(\d{10})"', labels.read_text())}
    assert len(secret) == 6 + 6 + 5
    left = {str(path): text for path, text in kept(site.folder) if path not in kept_for_people}
    left |= {
        f"{number}: {end}": getattr(one, end).encode() for number, one in enumerate(outcomes) for end in ("out", "err")
    }
    assert {"journal.sqlite", "plan.json", "audit.ndjson", "witness.json", "report.html"} <= {
        Path(one).name for one in left
    }
    assert [(string, where) for string in secret for where, text in left.items() if string.encode() in text] == []
    audit = (site.folder / "audit.ndjson").read_text()
    assert '"authentication_string": {"old": null, "new": "***"}' in audit
    assert '"authentication_string": {"old": "***", "new": null}' in audit
