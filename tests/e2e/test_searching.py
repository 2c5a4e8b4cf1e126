"""Phones are found by their authentication string, asked for where nobody and no program can see it."""

import json
import os
import pty
import select
import sys
import time
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Ran, Site

STRING = "7351902846"
ASKING = "--ask-auth-string"


@pytest.fixture
def held(make_site: Callable[..., Site]) -> tuple[Site, list[str]]:
    """A site, and its two 8845 that hold the string."""
    site = make_site(phones=60)
    names = [
        str(name)
        for (name,) in site.sql(
            "SELECT d.name FROM device d JOIN typemodel t ON t.enum = d.tkmodel WHERE t.name = 'Cisco 8845' "
            "ORDER BY d.name LIMIT 2"
        )
    ]
    site.sql("UPDATE device SET authenticationstring = ''")
    for name in names:
        site.sql(f"UPDATE device SET authenticationstring = '{STRING}' WHERE name = '{name}'")
    return site, names


def told(ran: Ran) -> list[str]:
    assert ran.exit_code == 0, ran.err
    return [phone["name"] for phone in json.loads(ran.out)["phones"]]


def test_the_phones_that_hold_the_string_are_found_and_a_part_of_it_finds_none(held: tuple[Site, list[str]]) -> None:
    site, names = held
    assert told(site.lscctl("status", ASKING, "--format", "json", stdin=STRING + "\n")) == names
    assert told(site.lscctl("status", ASKING, "--name", names[0], "--format", "json", stdin=STRING)) == names[:1]
    assert told(site.lscctl("status", "--has-auth-string", "--format", "json")) == names
    assert len(told(site.lscctl("status", "--no-auth-string", "--format", "json"))) == 58
    none = site.lscctl("status", ASKING, stdin=STRING[:6])
    assert (none.exit_code, STRING[:6] in none.out + none.err) == (4, False)


def test_every_command_that_selects_takes_it_and_none_shows_it(held: tuple[Site, list[str]]) -> None:
    site, names = held
    commands = {
        "report capf": (0,),
        "report expiring": (0, 4),
        "preflight": (0, 1),
        "inspect": (0, 1),
        "renew --dry-run": (0, 3),
        "bulk-install --dry-run --output plan.json": (0, 3),
        "delete --dry-run": (0, 3),
        "troubleshoot --dry-run": (0, 3),
        "capf check": (0, 1),
        "profiles check": (0, 1),
    }
    for command, codes in commands.items():
        ran = site.lscctl(*command.split(), ASKING, "--debug", stdin=STRING + "\n")
        assert ran.exit_code in codes, f"{command}: {ran.err}"
        if not command.startswith(("renew", "profiles")):  # neither of the two is due, and profiles are not phones
            assert all(name in ran.out for name in names) or "2 phones" in ran.out + ran.err, command
        left = b"".join(path.read_bytes() for path in site.folder.rglob("*") if path.is_file())
        assert left.count(b"d.authenticationstring = '***'") >= 1, command
        assert STRING not in ran.out + ran.err + left.decode(errors="replace"), command
        for path in (site.folder / "state" / "debug").iterdir():
            path.unlink()


def test_several_clusters_are_asked_with_the_one_string(held: tuple[Site, list[str]]) -> None:
    site, names = held
    site.configure()
    config = site.folder / "config.toml"
    config.write_text(config.read_text() + config.read_text().replace("clusters.lab", "clusters.again"))
    ran = site.lscctl("status", "--cluster", "lab,again", ASKING, "--format", "ndjson", stdin=STRING)
    assert ran.exit_code == 0, ran.err
    assert sorted(json.loads(line)["name"] for line in ran.out.splitlines()) == sorted(names * 2)


class Terminal:
    """`lscctl ARGUMENTS` with a terminal of its own, at which somebody types."""

    def __init__(self, site: Site, *arguments: str) -> None:
        site.configure()
        self.shown = ""
        self._process, self._screen = pty.fork()
        if self._process == 0:
            os.chdir(site.folder)
            os.execvpe(sys.executable, [sys.executable, "-m", "lscctl", *arguments], site.environment())

    def wait_for(self, text: str) -> None:
        """Until it stands on the screen."""
        deadline = time.monotonic() + 60
        while text not in self.shown:
            assert time.monotonic() < deadline, self.shown
            self._hear()

    def type(self, text: str) -> None:
        os.write(self._screen, text.encode())

    def end(self) -> int:
        """Its exit code, once it has ended; all that it showed is in `shown`."""
        while self._hear():
            pass
        os.close(self._screen)
        return os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])

    def _hear(self) -> bool:
        ready, _, _ = select.select([self._screen], [], [], 60)
        assert ready, self.shown
        try:
            piece = os.read(self._screen, 65_536)
        except OSError:  # the last writer has left
            return False
        self.shown += piece.decode(errors="replace")
        return bool(piece)


def test_at_a_terminal_it_is_asked_for_and_not_shown_while_it_is_typed(held: tuple[Site, list[str]]) -> None:
    site, names = held
    terminal = Terminal(site, "status", ASKING)
    terminal.wait_for("Authentication string (not shown): ")
    terminal.type(STRING + "\n")
    assert terminal.end() == 0, terminal.shown
    assert all(name in terminal.shown for name in names)
    assert STRING not in terminal.shown


@pytest.mark.parametrize(("key", "code"), [("\x03", 130), ("\x04", 2)], ids=["ctrl-C", "ctrl-D"])
def test_whoever_breaks_off_at_the_question_has_asked_the_cluster_nothing(
    held: tuple[Site, list[str]], key: str, code: int
) -> None:
    site, _ = held
    terminal = Terminal(site, "status", ASKING)
    terminal.wait_for("not shown): ")
    terminal.type(key)
    assert terminal.end() == code, terminal.shown
    assert "Traceback" not in terminal.shown
    assert not site.server.requests
