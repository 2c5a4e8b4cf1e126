"""Folders and archives in what was mailed are called after nodes and phones: that says whose output is in them, and of when."""

import io
import tarfile
from pathlib import Path

import pytest

from lscctl.diagnosis.mailed import Given, gather
from tests.diagnosis.logs import KNOWLEDGE, log, named
from tests.diagnosis.test_bundles import OFF_ON_SUBSCRIBER, OTHER, PAGE, PHONE, STOPPED, found, only, services

CAPF_OFF = OFF_ON_SUBSCRIBER.replace("Primary Node =false\n", "")
TVS_OFF = services(tvs="STOPPED").replace("Primary Node =true\n", "")
OTHERS_PAGE = PAGE.replace(PHONE, OTHER)
NO_NODE = services().replace("Primary Node =true\n", "")


def laid(folder: Path, files: dict[str, str]) -> list[str]:
    """The causes for the one phone of these files."""
    return only(folder, **{name.replace("/", "__").replace(".", "_dot_"): text for name, text in files.items()})


@pytest.mark.parametrize("node", ["cucm-sub1", "nodes/sub-2", "subscriber", "10.20.0.11_sub", "SUB3.example.com/cli"])
def test_capf_that_is_off_in_a_subscriber_s_folder_is_no_trouble(tmp_path: Path, node: str) -> None:
    assert laid(tmp_path, {"page.html": PAGE, f"{node}/services.txt": CAPF_OFF}) == []


@pytest.mark.parametrize("node", ["publisher", "nodes/cucm-pub", "cli/pub.example.com/today"])
def test_capf_that_is_off_in_the_publisher_s_folder_is(tmp_path: Path, node: str) -> None:
    files = {"page.html": PAGE, f"{node}/services.txt": CAPF_OFF, "sub1/services.txt": NO_NODE}
    assert laid(tmp_path, files) == ["capf-stopped"]


def test_the_nearest_name_says_whose_output_it_is(tmp_path: Path) -> None:
    files = {"page.html": PAGE, "publisher/from_sub1.txt": CAPF_OFF, "sub1/from_publisher.txt": NO_NODE}
    assert laid(tmp_path, files) == []


def test_folders_of_nodes_are_different_nodes_whatever_their_files_are_called(tmp_path: Path) -> None:
    files = {"page.html": PAGE, "nodes/cucm2/services.txt": TVS_OFF, "nodes/cucm10/services.txt": NO_NODE}
    assert laid(tmp_path / "one runs", files) == []
    files["nodes/cucm10/services.txt"] = TVS_OFF
    assert laid(tmp_path / "none runs", files) == ["tvs-stopped"]


@pytest.mark.parametrize(("earlier", "later"), [("before", "after"), ("old", "x"), ("2026-11-01", "2026-11-28")])
def test_of_a_node_s_outputs_the_later_folder_s_counts(tmp_path: Path, earlier: str, later: str) -> None:
    healed = {"page.html": PAGE, f"{earlier}/pub/services.txt": STOPPED, f"{later}/pub/services.txt": services()}
    assert laid(tmp_path / "healed", healed) == []
    broke = {"page.html": PAGE, f"{earlier}/pub/services.txt": services(), f"{later}/pub/services.txt": STOPPED}
    assert laid(tmp_path / "broke", broke) == ["capf-stopped"]


def test_folders_of_nodes_concern_every_phone_together_and_one_in_a_phone_s_folder_that_phone(tmp_path: Path) -> None:
    nodes = {"publisher__svc": NO_NODE, "sub1__svc": TVS_OFF}
    phones = {f"phones__{PHONE}__log": log("JAVA-hello"), f"phones__{OTHER}__log": log("JAVA-hello")}
    assert [named(one) for one in found(tmp_path / "together", **nodes, **phones)] == [[], []]
    own = {f"phones__{PHONE}__cli__svc": STOPPED}
    told = {one.phone: named(one) for one in found(tmp_path / "own", **phones, **own)}
    assert told == {PHONE: ["capf-stopped"], OTHER: []}


def test_what_is_called_after_a_node_s_address_is_the_list_of_the_phone_s_own_server(tmp_path: Path) -> None:
    page = PAGE.replace("</table>", "<tr><td>TFTP Server 1</td><td>10.20.0.11</td></tr></table>")
    off = NO_NODE.replace("Tftp[STARTED]", "Tftp[STOPPED]")
    files = {"page.html": page, "10.20.0.11/services.txt": off, "10.20.0.12/services.txt": NO_NODE}
    assert laid(tmp_path, files) == ["configuration-not-fetched"]


def test_an_archive_of_a_node_s_says_so_and_a_case_s_folder_does_not(tmp_path: Path) -> None:
    for name in ("cucm-sub1.tar.gz", "subscriber-trouble.tar.gz"):
        file = tmp_path / name
        with tarfile.open(file, "w:gz") as archive:
            member = tarfile.TarInfo("services.txt")
            member.size = len(CAPF_OFF)
            archive.addfile(member, io.BytesIO(CAPF_OFF.encode()))
    page = tmp_path / "page.html"
    page.write_text(PAGE)
    told = {
        name: [
            cause
            for case in gather([Given(str(page)), Given(str(tmp_path / name))], KNOWLEDGE)
            for cause in named(case.diagnosis(KNOWLEDGE))
        ]
        for name in ("cucm-sub1.tar.gz", "subscriber-trouble.tar.gz")
    }
    assert told == {"cucm-sub1.tar.gz": [], "subscriber-trouble.tar.gz": ["capf-stopped"]}
