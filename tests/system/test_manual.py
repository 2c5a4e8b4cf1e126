"""The man pages as mandoc and groff read them."""

import subprocess
from pathlib import Path

import pytest

from lscctl.cli.manual import pages
from tests.system.conftest import tool


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("man1")
    for name, page in pages().items():
        (folder / name).write_text(page, encoding="utf-8")
    return folder


def test_mandoc_warns_of_nothing_but_the_date_that_a_page_has_not(folder: Path) -> None:
    command = [tool("mandoc"), "-T", "lint", "-W", "warning", *map(str, folder.iterdir())]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout.splitlines()
    assert [line for line in said if 'missing date, using "": TH' not in line] == []


def test_groff_warns_of_nothing(folder: Path) -> None:
    command = [tool("groff"), "-man", "-ww", "-T", "utf8", "-k", *map(str, folder.iterdir())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    assert "lscctl status --model 8845" in done.stdout
