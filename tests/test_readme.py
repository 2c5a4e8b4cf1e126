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
from tests.e2e.warm_start import WarmStart

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


Example = tuple[str, list[str]]


def sections() -> Iterator[tuple[str, list[Example]]]:
    """Each heading with the examples below it: a `$ command` of a console block, and the lines that are shown for it."""
    heading, examples = "", list[Example]()
    for part in re.finditer(r"^#+ (?P<heading>[^\n]+)|```console\n(?P<block>.*?)```", README, re.MULTILINE | re.DOTALL):
        if part["heading"]:
            yield heading, examples
            heading, examples = part["heading"], []
        else:
            for example in re.split(r"^\$ ", part["block"], flags=re.MULTILINE)[1:]:
                command, *shown = example.splitlines()
                examples.append((command, shown))
    yield heading, examples


SECTIONS = {heading: examples for heading, examples in sections() if examples}
FIRST = next(iter(SECTIONS.values()))[0]
TELLS_OF_CHANGES = re.compile(r" --yes\b|^lscctl runs |^lscctl sim reset")
"""What changes the cluster that it meets, or tells of such changes: those that come before it in README belong to it."""
CHANGING = [
    heading
    for heading, examples in SECTIONS.items()
    if any(TELLS_OF_CHANGES.search(command) for command, _ in examples)
]
LOOKING = [heading for heading in SECTIONS if heading not in CHANGING]


def pattern_of(shown: list[str]) -> str:
    """What the output must match: `…` stands for anything, numbers may be others (times, dates, seconds)."""
    lines = "\n".join(shown)
    parts = [re.sub(r"\d+", r"\\d+", re.escape(part.strip("\n"))) for part in lines.split("…")]
    return ".*?".join(re.sub(r"(\\ )+", r"\\s+", part) for part in parts)


def after_the_first_on(folder: Path, warm: WarmStart) -> Path:
    """A computer on which lscctl was never used before README's first example; what comes after that starts warm."""
    (folder / "lscctl").write_text(f'#!/bin/sh\nexec {sys.executable} -m lscctl "$@"\n')
    (folder / "lscctl").chmod(0o755)
    try_out(FIRST, folder)
    warm.put_program(folder)
    return folder


@pytest.fixture(scope="module")
def after_the_first(tmp_path_factory: pytest.TempPathFactory, warm: WarmStart) -> Iterator[Path]:
    """A computer on which README's first example was carried out; the embedded CUCM that it made goes on running."""
    folder = after_the_first_on(tmp_path_factory.mktemp("readme"), warm)
    with embedded.join(folder / "state" / "simulator"):
        yield folder


@pytest.mark.parametrize("heading", LOOKING)
def test_the_examples_of_a_section_that_only_looks_print_what_is_shown(heading: str, after_the_first: Path) -> None:
    for example in SECTIONS[heading]:
        try_out(example, after_the_first)


def test_the_examples_that_change_something_print_what_is_shown_one_after_the_other(
    tmp_path: Path, warm: WarmStart
) -> None:
    first, *others = [example for heading in CHANGING for example in SECTIONS[heading]]
    assert first == FIRST
    folder = after_the_first_on(tmp_path, warm)
    with ExitStack() as simulator:  # it need not start anew for each command
        simulator.enter_context(embedded.join(folder / "state" / "simulator"))
        for example in others:
            if "sim reset" in example[0]:
                simulator.close()
            try_out(example, folder)


def test_no_example_of_readme_is_passed_over() -> None:
    assert sum(len(examples) for examples in SECTIONS.values()) == len(re.findall(r"^\$ ", README, re.MULTILINE))
    assert LOOKING
    assert len(CHANGING) > 1


def try_out(example: Example, folder: Path) -> None:
    """The command does what it is to do, and prints what is shown."""
    command, shown = example
    ran = run(command, folder)
    assert ran.returncode == 0, (command, ran.stdout)
    assert re.search(pattern_of(shown), ran.stdout, re.DOTALL), (command, ran.stdout)


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
