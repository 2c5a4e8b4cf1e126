import io
import re
from pathlib import Path

import pytest

from lscctl.errors import UsageError
from lscctl.given_file import read_given


def test_a_file_is_read_and_called_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "given").write_bytes(b"\xff\x00 as it is")
    assert read_given("the plan", tmp_path / "given", io.BytesIO()) == (b"\xff\x00 as it is", str(tmp_path / "given"))


def test_a_dash_means_standard_input() -> None:
    assert read_given("the plan", "-", io.BytesIO(b"piped")) == (b"piped", "standard input")


@pytest.mark.parametrize("name", ["-", "given"])
def test_no_more_is_read_than_is_wanted(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("given").write_bytes(b"12345")
    assert read_given("the plan", name, io.BytesIO(b"12345"), 3)[0] == b"123"


@pytest.mark.parametrize(("name", "why"), [("none", "No such file"), (".", "Is a directory")])
def test_what_cannot_be_read_is_named_with_the_reason(name: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"^the report {re.escape(str(tmp_path / name))} cannot be read: {why}"):
        read_given("the report", tmp_path / name, io.BytesIO())
