"""README tells the truth: its commands run, its excerpt is what they print, its table is the code's."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lscctl.reasons import REASONS, Effect
from lscctl.simulator import embedded

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def examples() -> Iterator[tuple[str, list[str]]]:
    """Each `$ command` of the console blocks, with the lines that are shown below it."""
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = example.splitlines()
            yield command, shown


def pattern_of(shown: list[str]) -> str:
    """What the output must match: `…` stands for anything, numbers may be others (times, dates, seconds)."""
    lines = "\n".join(shown)
    parts = [re.sub(r"\d+", r"\\d+", re.escape(part.strip("\n"))) for part in lines.split("…")]
    return ".*?".join(re.sub(r"(\\ )+", r"\\s+", part) for part in parts)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A computer on which lscctl was never used."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "lscctl").write_text(f'#!/bin/sh\nexec {sys.executable} -m lscctl "$@"\n')
    (folder / "lscctl").chmod(0o755)
    return folder


def test_each_command_runs_and_prints_what_is_shown(folder: Path) -> None:
    commands = list(examples())
    assert len(commands) >= 9
    with ExitStack() as simulator:
        for number, (command, shown) in enumerate(commands):
            if "sim reset" in command:
                simulator.close()
            ran = run(command, folder)
            assert ran.returncode == 0, (command, ran.stdout)
            assert re.search(pattern_of(shown), ran.stdout, re.DOTALL), (command, ran.stdout)
            if number == 0:  # it has made the embedded CUCM, which then need not start anew for each command
                simulator.enter_context(embedded.join(folder / "state" / "simulator"))


def run(command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """The command as a reader would give it."""
    environment = {
        **os.environ,
        "PATH": f"{folder}:{os.environ['PATH']}",
        "LSCCTL_STATE_DIR": str(folder / "state"),
        "LSCCTL_CONFIG": "",
    }
    return subprocess.run(
        ["/bin/sh", "-c", command + " 2>&1"],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_table_of_reasons_is_the_codes() -> None:
    rows = ["| reason | effect | the phone, or the cluster | what to do |", "|---|---|---|---|"]
    for reason, entry in REASONS.items():
        effect = f"out unless `{entry.flag}`" if entry.effect is Effect.OUT_UNLESS_ASKED else entry.effect.value
        rows.append(f"| `{reason}` | {effect} | {entry.meaning} | {entry.remedy} |")
    table = re.search(r"<!-- reasons: begin -->\n(.*?)<!-- reasons: end -->", README, re.DOTALL)
    assert table is not None
    assert table[1].strip().splitlines() == rows


def test_the_makefile_has_readmes_commands() -> None:
    makefile = (Path(__file__).parents[1] / "Makefile").read_text()
    for target in re.findall(r"^make ([a-z-]+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
