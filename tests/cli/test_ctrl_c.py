"""Ctrl-C at any moment of a start: an exit code and words, never a traceback of Python's."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

STARTS = [sys.executable, "-m", "lscctl"]


@pytest.mark.parametrize("module", ["typer", "lscctl.cli.commands"])
def test_ctrl_c_during_an_import_ends_with_130_and_without_a_traceback(module: str, tmp_path: Path) -> None:
    """The module is one that interrupts itself while it is imported, and swallows whatever comes of that."""
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.abc, os, signal, sys\n"
        "class Interrupting(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {module!r}:\n"
        "            try:\n"
        "                os.kill(os.getpid(), signal.SIGINT)\n"
        "                for _ in range(100): pass\n"
        "            except BaseException as error:\n"
        "                print('swallowed', repr(error))\n"
        "sys.meta_path.insert(0, Interrupting())\n"
    )
    path = os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH"))))
    ran = subprocess.run(
        [*STARTS, "--version"],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "error: interrupted\n")


def test_who_ignores_ctrl_c_goes_on_ignoring_it() -> None:
    program = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "import lscctl.__main__\n"
        "sys.argv = ['lscctl', '--version']\n"
        "try:\n    lscctl.__main__.main()\nexcept SystemExit:\n    pass\n"
        "print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.splitlines()[-1] == "True"


def test_the_command_has_the_same_way_in() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["scripts"] == {"lscctl": "lscctl.__main__:main"}
