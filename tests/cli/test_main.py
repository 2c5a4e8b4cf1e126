"""The command line as a whole: help, version, errors, and what it costs to start."""

import json
import subprocess
import sys

import pytest

from lscctl import __version__
from lscctl.cli import connection
from lscctl.cli.commands import load
from lscctl.cli.main import COMMANDS
from lscctl.errors import ClusterError, JournalError
from tests.cli.conftest import Lscctl

HEAVY = ("zeep", "lxml", "cryptography", "sqlglot", "uvicorn", "starlette", "pydantic", "requests", "rich.markdown")


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys, json\n"
        "from lscctl.cli.main import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    loaded = json.loads(ran.stdout.splitlines()[-1])
    assert "lscctl.cli.bulk_install" not in loaded, "a command is loaded when it is needed"
    assert [name for name in HEAVY if name in loaded] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_each_summary_is_the_first_line_of_the_command_s_own_help(name: str) -> None:
    assert load(name, COMMANDS[name]).help.strip().splitlines()[0] == COMMANDS[name].summary


def test_a_command_loads_nothing_heavy_before_it_knows_what_is_wanted() -> None:
    program = (
        "import sys, json\n"
        "from lscctl.cli.main import app\n"
        f"for name in {list(COMMANDS)!r}:\n"
        "    try:\n        app([name, '--help'])\n    except SystemExit as end:\n        assert end.code == 0\n"
        "    print(json.dumps([name, sorted(sys.modules)]))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    told = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith('["')]
    assert [name for name, _ in told] == list(COMMANDS)
    # Typer itself looks for pydantic when it builds a command's options
    loaded = {name: [one for one in HEAVY if one in modules and one != "pydantic"] for name, modules in told}
    assert loaded == {name: [] for name in COMMANDS}


def test_the_version(lscctl: Lscctl) -> None:
    assert lscctl("--version").stdout == f"lscctl {__version__}\n"


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(connection, "connect", fail)


def test_an_error_is_told_with_its_hint_and_exit_code(lscctl: Lscctl, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, ClusterError("cucm does not answer", hint="Look at the cable.\nThen at the plug."))
    ran = lscctl("status")
    assert ran.exit_code == 5
    assert ran.stderr == "error: cucm does not answer\nhint: Look at the cable.\n      Then at the plug.\n"
    failing(monkeypatch, JournalError("locked"))
    assert lscctl("status").exit_code == 6


def test_a_fault_of_our_own_is_one_line_and_a_traceback_only_on_demand(
    lscctl: Lscctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, RuntimeError("spilt \x1b[31mmilk\nand more"))
    ran = lscctl("status")
    assert ran.exit_code == 70
    assert ran.stderr.startswith("error: lscctl itself failed: RuntimeError: spilt \\x1b[31mmilk\nhint: ")
    assert "--debug" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "Traceback" in lscctl("status", "--debug").stderr
    assert "Traceback" not in lscctl("status").stderr


def test_an_interrupt_ends_with_130(lscctl: Lscctl, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, KeyboardInterrupt())
    ran = lscctl("status")
    assert ran.exit_code == 130
    assert "interrupted" in ran.stderr
