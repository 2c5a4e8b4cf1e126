"""The man pages say what the help says."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from lscctl.cli.manual import pages
from tests.cli.test_help import LEAVES, TREE

ROOT = Path(__file__).parents[2]
PAGES = pages()


def test_each_command_has_a_page() -> None:
    assert PAGES.keys() == {f"{'-'.join(('lscctl', *path))}.1" for path in TREE}


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_a_page_tells_every_option_and_example_of_its_command(path: tuple[str, ...]) -> None:
    page = PAGES[f"lscctl-{'-'.join(path)}.1"].replace("\\-", "-")
    for parameter in LEAVES[path].params:
        if parameter.param_type_name == "option":
            assert (parameter.opts[0] in page) != parameter.hidden
    assert ".SH EXAMPLES" in page
    assert f"lscctl {' '.join(path)}" in page
    assert page.count(".SH NAME") == 1


def test_pages_are_the_same_whenever_they_are_made() -> None:
    program = "from lscctl.cli.manual import pages; print(pages())"
    made = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "COLUMNS": columns},
            capture_output=True, text=True, timeout=60, check=True,
        ).stdout
        for seed, columns in (("1", "40"), ("2", "200"))
    }  # fmt: skip
    assert made == {f"{PAGES}\n"}


def test_no_letter_of_a_help_steers_the_formatter() -> None:
    for page in PAGES.values():
        for line in page.splitlines():
            assert not re.match(r"['.](?!(TH|SH|SS|TP|PP|B|BR|in|nf|fi)\b)", line), line


def test_pages_need_only_what_a_build_installs() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())
    there = {re.split("[<>=]", one)[0] for one in build["build-system"]["requires"]} | {"rich"}  # typer's own
    missing = {re.split("[<>=]", one)[0] for one in build["project"]["dependencies"]} - there
    program = (
        "import sys\n"
        f"sys.modules.update(dict.fromkeys({sorted(missing)!r}))\n"
        "from lscctl.cli.manual import pages\n"
        "print(len(pages()))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) == len(PAGES)
