"""Nodes are looked at at the same time, and their faults stand in the nodes' order."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from lscctl.cucm.faults import RoleMissing, Unreachable
from lscctl.cucm.node_doors import NodeDoors
from lscctl.cucm.side_by_side import AT_ONCE, side_by_side
from lscctl.verdict import Verdict
from tests.preflight.lab import looked_at

PATIENCE = 10


def test_all_are_under_way_before_any_is_done_and_the_answers_keep_their_order() -> None:
    together = threading.Barrier(AT_ONCE)

    def look(number: int) -> int:
        together.wait(PATIENCE)
        return -number

    assert list(side_by_side(look, range(AT_ONCE))) == [-number for number in range(AT_ONCE)]
    assert list(side_by_side(look, [])) == []


def test_the_first_one_s_error_is_raised() -> None:
    def look(number: int) -> None:
        raise ValueError(str(number))

    with pytest.raises(ValueError, match=r"^1$"):
        list(side_by_side(look, [1, 2, 3]))


@pytest.mark.parametrize(
    ("check", "door", "nodes"), [("tftp", "trust_file", 3), ("tvs", "tvs", 3), ("clocks", "clock_of", 2)]
)
def test_no_node_waits_for_another_and_the_faults_are_in_their_order(
    monkeypatch: pytest.MonkeyPatch, check: str, door: str, nodes: int
) -> None:
    together = threading.Barrier(nodes)
    original: Callable[..., Any] = getattr(NodeDoors, door)

    def slow(*arguments: Any) -> Any:
        together.wait(PATIENCE)
        return original(*arguments)

    monkeypatch.setattr(NodeDoors, door, slow)
    assert looked_at(checks=[check])[check].verdict is Verdict.PASS

    def gone(*_: Any) -> Any:
        raise Unreachable("nobody there")

    monkeypatch.setattr(NodeDoors, door, gone)
    found = looked_at(checks=[check])[check]
    assert [fault.where for fault in found.faults] == [
        "cucm-pub.example.com",
        "cucm-sub1.example.com",
        "cucm-sub2.example.com",
    ][-nodes:]


def test_a_user_without_axl_s_role_hears_it_before_any_check() -> None:
    with pytest.raises(RoleMissing) as refused:
        looked_at(checks=["axl"], roles=["admin"])
    assert "Standard AXL API Access" in str(refused.value.hint)
