"""Lists of services of several nodes in one file: each is of its own node, and CAPF runs on the publisher only."""

from pathlib import Path

import pytest

from tests.diagnosis.test_bundles import LISTENS, OFF_ON_SUBSCRIBER, PAGE, STOPPED, found, only, services


def both(first: str, then: str, between: str = "") -> str:
    return f"{first}\n{between}\n{then}"


@pytest.mark.parametrize("prompt", ["admin:utils service list\n", ""])
@pytest.mark.parametrize("between", ["", "Node: 10.20.0.12", "tftp node", "-------- 10.20.0.12 -----------"])
def test_of_lists_of_several_nodes_in_one_file_the_publisher_s_says_whether_capf_runs(
    tmp_path: Path, prompt: str, between: str
) -> None:
    sub_runs = services(primary="false")
    lists = [
        text.replace("admin:utils service list\n", prompt).replace("admin:\n", prompt and "admin:\n")
        for text in (services(), OFF_ON_SUBSCRIBER, STOPPED, sub_runs)
    ]
    runs, off, stopped, runs_elsewhere = lists
    assert only(tmp_path / "1", page=PAGE, cli=both(runs, off, between)) == []
    assert only(tmp_path / "2", page=PAGE, cli=both(off, runs, between)) == []
    assert only(tmp_path / "3", page=PAGE, cli=both(stopped, runs_elsewhere, between)) == ["capf-stopped"]
    assert only(tmp_path / "4", page=PAGE, cli=both(runs_elsewhere, stopped, between)) == ["capf-stopped"]


def test_of_the_publisher_s_own_lists_in_one_file_the_last_counts(tmp_path: Path) -> None:
    for name, between in {"alone": "", "others": OFF_ON_SUBSCRIBER}.items():
        assert only(tmp_path / name / "mended", page=PAGE, cli=both(STOPPED, services(), between)) == []
        assert only(tmp_path / name / "broke", page=PAGE, cli=both(services(), STOPPED, between)) == ["capf-stopped"]


def test_what_a_node_says_behind_its_list_is_its_own_and_its_lines_are_counted_in_the_file(tmp_path: Path) -> None:
    sockets = f"admin:show open ports all\n{LISTENS}{LISTENS.replace('22', '6970')}"
    (one,) = found(tmp_path / "pub", page=PAGE, cli=both(OFF_ON_SUBSCRIBER, STOPPED))
    (evidence,) = one.causes[0].evidence
    assert both(OFF_ON_SUBSCRIBER, STOPPED).split("\n")[evidence.place.line - 1].startswith("Cisco Certificate")
    assert evidence.place.line > OFF_ON_SUBSCRIBER.count("\n")
    off = OFF_ON_SUBSCRIBER + sockets
    assert only(tmp_path / "sub", page=PAGE, cli=both(off, services())) == []
