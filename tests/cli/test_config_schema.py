import json

import pytest

from lscctl.report.schemas import kinds
from tests.cli.conftest import Lscctl


def test_without_a_kind_each_is_listed_with_what_it_is(lscctl: Lscctl) -> None:
    ran = lscctl("config", "schema")
    assert ran.exit_code == 0, ran.output
    assert [line.split()[0] for line in ran.stdout.splitlines()] == list(kinds())
    assert "status             What `lscctl status` tells" in ran.stdout


@pytest.mark.parametrize("kind", kinds())
def test_a_kind_is_told_as_a_json_schema(lscctl: Lscctl, kind: str) -> None:
    ran = lscctl("config", "schema", kind.upper())
    assert json.loads(ran.stdout)["title"].startswith(f"lscctl.{kind}/")


def test_another_kind_gets_the_nearest(lscctl: Lscctl) -> None:
    ran = lscctl("config", "schema", "trust-lst")
    assert ran.exit_code == 2
    assert "Did you mean trust-list?" in ran.stderr
