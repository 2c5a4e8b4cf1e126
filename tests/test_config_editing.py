import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.config.editing import lines, with_cluster
from lscctl.errors import UsageError

EXAMPLE = (Path(__file__).parents[1] / "examples" / "config.toml").read_text()

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
SETTINGS = st.dictionaries(
    st.from_regex(r"[a-z][a-z-]{0,20}", fullmatch=True),
    st.one_of(NAMES, st.booleans(), st.integers(-(2**60), 2**60), st.lists(NAMES, max_size=3)),
    max_size=5,
)


def test_a_new_cluster_comes_at_the_end_and_all_else_stays() -> None:
    after = with_cluster(EXAMPLE, "essen", {"host": "cucm.example.com", "user": "axl"})
    assert after == EXAMPLE + '\n[clusters.essen]\nhost = "cucm.example.com"\nuser = "axl"\n'
    assert with_cluster("", "essen", {"host": "h"}) == '[clusters.essen]\nhost = "h"\n'


def test_a_setting_of_a_cluster_changes_one_line() -> None:
    after = with_cluster(EXAMPLE, "hq", {"zone": "Europe/Paris", "port": 9443})
    changed = set(after.splitlines()) ^ set(EXAMPLE.splitlines())
    assert {line.split("=")[0].strip() for line in changed} == {"zone", "port"}
    assert tomllib.loads(after)["clusters"]["hq"]["port"] == 9443


@pytest.mark.parametrize(
    "text",
    [
        "# a\n[clusters.hq]\nhost = 'h' # b\n# c\n",
        "[clusters]\nhq.host = 'h'\n",
        "clusters.hq.host = 'h'\n",
        "clusters = { hq = { host = 'h' } }\n",
        "[clusters.hq.protected]\nphones = []\n[clusters.hq]\nhost = 'h'\n",
        "[clusters.hq]\nhost = 'h'\n[defaults]\nport = 1\n[clusters.lab]\nhost = 'l'\n",
        "[clusters]\n[clusters.'hq']\n  host = '''h'''\n",
    ],
)
@pytest.mark.parametrize("name", ["hq", "lab", "other"])
def test_however_it_is_written_it_comes_out_right_or_is_left_alone(text: str, name: str) -> None:
    wanted: dict[str, Any] = tomllib.loads(text)
    wanted["clusters"].setdefault(name, {}).update({"host": "new", "zone": "UTC"})
    settings = {"host": "new", "zone": "UTC"}
    try:
        after, by_hand = with_cluster(text, name, settings), ""
    except UsageError as error:
        after, by_hand = "", error.hint or ""
    assert tomllib.loads(after) == wanted or lines(name, settings).strip() in by_hand
    assert by_hand or [line for line in text.splitlines() if line.startswith("#")] == [
        line for line in after.splitlines() if line.startswith("#")
    ]


def test_what_is_no_toml_is_not_changed() -> None:
    with pytest.raises(UsageError, match="the file cannot be changed"):
        with_cluster("[clusters", "hq", {"host": "h"})


@given(NAMES, SETTINGS, SETTINGS)
def test_any_name_and_value_comes_out_as_it_went_in(name: str, first: dict[str, Any], second: dict[str, Any]) -> None:
    once = with_cluster(EXAMPLE, name, first)
    twice = with_cluster(once, name, second)
    there = tomllib.loads(EXAMPLE)["clusters"].get(name, {})
    assert tomllib.loads(twice)["clusters"][name] == {**there, **first, **second}
    assert tomllib.loads(lines(name, first)) == {"clusters": {name: first}}
