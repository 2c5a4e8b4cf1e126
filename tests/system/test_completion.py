"""Completion in the shells themselves, at a terminal: what stands on the line after the Tab key."""

import shlex
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lscctl.cli.completion.known import Known, remember
from tests.system.conftest import tool

HOSTILE = "x$(touch stolen)`touch stolen`;touch stolen"
MET = Known(
    device_pools=frozenset({"Berlin-HQ", "München, Werk 2", HOSTILE}),
    profiles=frozenset({"8845 SIP - O'Hare 100% EC", '7841 "T3"'}),
)
CONFIG = '[clusters.headquarters]\nhost = "cucm.invalid"\n'


@dataclass
class Terminal:
    """A terminal with a shell in it."""

    name: str

    def tmux(self, *command: str) -> str:
        return subprocess.run(
            [tool("tmux"), "-L", self.name, *command], capture_output=True, text=True, check=True, timeout=20
        ).stdout

    def line(self) -> str:
        """The last line on the screen, without what the shell suggests behind the cursor."""
        return next((line for line in reversed(self.tmux("capture-pane", "-p").splitlines()) if line.strip()), "")

    def shows(self, text: str) -> None:
        """Wait until the line ends with the text."""
        deadline = time.monotonic() + 60
        while not self.line().rstrip().endswith(text):
            assert time.monotonic() < deadline, f"{text!r} is not at the end of:\n{self.tmux('capture-pane', '-p')}"
            time.sleep(0.05)

    def completes(self, line: str) -> None:
        """Type the line and press Tab."""
        self.tmux("send-keys", "-l", "--", line)
        self.shows(line.rstrip())
        self.tmux("send-keys", "Tab")

    def empty(self) -> None:
        """Take back what stands on the line."""
        self.tmux("send-keys", "C-u")
        self.shows(">")


STARTS = {
    "bash": ("rc", "PS1='>'\nsource <(lscctl completion bash)\n", "bash --noprofile --rcfile rc -i"),
    "zsh": (".zshrc", "PS1='>'\nautoload -Uz compinit\ncompinit -u -D\nsource <(lscctl completion zsh)\n", "zsh -d -i"),
    "fish": (
        "fish/config.fish",
        "set fish_greeting\nfunction fish_prompt; printf '>'; end\nset fish_autosuggestion_enabled 0\n",
        "fish -i",
    ),
}


@pytest.fixture(params=STARTS)
def terminal(
    request: pytest.FixtureRequest, tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Terminal]:
    """A shell that completes lscctl, with what commands have met before."""
    file, start, command = STARTS[request.param]
    tool(request.param)
    (tmp_path / "fish").mkdir()
    (tmp_path / file).write_text(start)
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "phones.csv").touch()
    environment |= {"LSCCTL_CONFIG": str(tmp_path / "config.toml"), "LSCCTL_CLUSTER": "headquarters"}
    monkeypatch.setenv("LSCCTL_STATE_DIR", environment["LSCCTL_STATE_DIR"])
    remember("headquarters", MET)
    settings = {name: environment[name] for name in ("LSCCTL_STATE_DIR", "LSCCTL_CONFIG", "LSCCTL_CLUSTER")}
    settings |= {
        "HOME": str(tmp_path),
        "ZDOTDIR": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "PATH": f"{Path(sys.executable).parent}:{environment['PATH']}",
        "LC_ALL": "C.UTF-8",
    }
    if request.param == "fish":
        subprocess.run(
            "mkdir -p fish/completions && lscctl completion fish > fish/completions/lscctl.fish",
            shell=True, check=True, cwd=tmp_path, env={**environment, **settings}, timeout=30,
        )  # fmt: skip
    terminal = Terminal(f"lscctl-{uuid.uuid4().hex}")
    variables = " ".join(f"{name}={shlex.quote(value)}" for name, value in settings.items())
    terminal.tmux(
        "-f", "/dev/null", "new-session", "-d", "-x", "150", "-y", "40",
        f"cd {shlex.quote(str(tmp_path))}; exec env {variables} {command}",
    )  # fmt: skip
    try:
        terminal.shows(">")
        yield terminal
    finally:
        subprocess.run([tool("tmux"), "-L", terminal.name, "kill-server"], check=False, timeout=20)


def test_a_shell_completes_commands_options_and_their_values(terminal: Terminal, tmp_path: Path) -> None:
    for line, completed in [
        ("lscctl bulk-in", "lscctl bulk-install"),
        ("lscctl runs resu", "lscctl runs resume"),
        ("lscctl status --expires", "lscctl status --expires-within"),
        ("lscctl status --lsc expire", "lscctl status --lsc expired"),
        ("lscctl status --format=nd", "lscctl status --format=ndjson"),
        ("lscctl status --cluster head", "lscctl status --cluster headquarters"),
        ("lscctl status --cluster=sim:itl-old", "lscctl status --cluster=sim:itl-old-capf"),
        ("lscctl status --cluster headquarters,si", "lscctl status --cluster headquarters,sim"),
        ("lscctl status --device-pool Ber", "lscctl status --device-pool Berlin-HQ"),
        ("lscctl status --profile '7841", "lscctl status --profile '7841 \"T3\"'"),
        ("lscctl status --from pho", "lscctl status --from phones.csv"),
    ]:
        terminal.completes(line)
        terminal.shows(completed)
        terminal.empty()


def test_a_completed_name_means_itself_whatever_letters_are_in_it(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "print").mkdir()
    for option, start, name in [
        ("--device-pool", "Mün", "München, Werk 2"),
        ("--profile", "8845", "8845 SIP - O'Hare 100% EC"),
        ("--profile", '"8845', "8845 SIP - O'Hare 100% EC"),
        ("--profile", "'8845", "8845 SIP - O'Hare 100% EC"),
        ("--device-pool", "x", HOSTILE),
    ]:
        terminal.completes(f"lscctl status {option} {start}")
        _wait_for_more(terminal, start)
        terminal.tmux("send-keys", "C-a")
        terminal.tmux("send-keys", "-l", "printf '%s\\n' ")
        terminal.tmux("send-keys", "Enter")
        _wait_for_line(terminal, name)
        terminal.shows(">")
        terminal.tmux("send-keys", "-l", "clear")
        terminal.tmux("send-keys", "Enter")
        terminal.shows(">")
    assert not (tmp_path / "stolen").exists()


def _wait_for_more(terminal: Terminal, start: str) -> None:
    """Wait until Tab has put something behind what was typed."""
    deadline = time.monotonic() + 60
    while terminal.line().rstrip().endswith(start):
        assert time.monotonic() < deadline, f"nothing was completed behind {start!r}"
        time.sleep(0.05)


def _wait_for_line(terminal: Terminal, text: str) -> None:
    deadline = time.monotonic() + 60
    while text not in (screen := terminal.tmux("capture-pane", "-p")).splitlines():
        assert time.monotonic() < deadline, f"{text!r} is no line of:\n{screen}"
        time.sleep(0.05)
