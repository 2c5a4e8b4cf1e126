import json
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft7Validator, ValidationError

from lscctl.report.schemas import kinds
from tests.cli.conftest import Lscctl
from tests.test_examples import EXAMPLES


def test_without_a_kind_each_is_listed_with_what_it_is(lscctl: Lscctl) -> None:
    ran = lscctl("config", "schema")
    assert ran.exit_code == 0, ran.output
    assert [line.split()[0] for line in ran.stdout.splitlines()] == [*kinds(), "file"]
    assert "status             What `lscctl status` tells" in ran.stdout


@pytest.mark.parametrize("kind", kinds())
def test_a_kind_is_told_as_a_json_schema(lscctl: Lscctl, kind: str) -> None:
    ran = lscctl("config", "schema", kind.upper())
    assert json.loads(ran.stdout)["title"].startswith(f"lscctl.{kind}/")


def test_the_file_s_schema_knows_what_lscctl_knows(lscctl: Lscctl, tmp_path: Path) -> None:
    schema = json.loads(lscctl("config", "schema", "file").stdout)
    Draft7Validator.check_schema(schema)
    valid = Draft7Validator(schema)
    valid.validate(tomllib.loads((EXAMPLES / "config.toml").read_text()))
    for wrong in ("colour = 1", "[clusters.hq]\nuser = 'u'", "[defaults]\nhost = 'h'", "[clusters.hq]\nhost = 1"):
        with pytest.raises(ValidationError):
            valid.validate(tomllib.loads(wrong))
        (tmp_path / "config.toml").write_text(wrong)
        assert lscctl("config", "show").exit_code == 2


def test_the_file_s_schema_describes_every_key_and_its_default(lscctl: Lscctl) -> None:
    schema = json.loads(lscctl("config", "schema", "file").stdout)
    tables = [schema, *(one for one in schema["$defs"].values() if "properties" in one)]
    assert len(tables) == 4
    for table in tables:
        for key, described in table["properties"].items():
            assert described["description"], key
            assert "null" not in json.dumps(described), "TOML has no null"
    assert schema["properties"]["protected"]["description"] == "What is never written in any cluster."
    assert (
        schema["$defs"]["ClusterTable"]["properties"]["protected"]["description"]
        == "What is never written in this cluster."
    )
    assert schema["$defs"]["ClusterTable"]["properties"]["waves"]["default"] == "10,100,500"


def test_another_kind_gets_the_nearest(lscctl: Lscctl) -> None:
    ran = lscctl("config", "schema", "trust-lst")
    assert ran.exit_code == 2
    assert "Did you mean trust-list?" in ran.stderr
