"""Logs from elsewhere, written by nobody who had seen the causes' patterns: which cause is named first, and none of the healthy."""

from pathlib import Path

import pytest

from lscctl.diagnosis.mailed import Given, gather
from lscctl.finding import Source
from tests.diagnosis.elsewhere import HEADS, KNOWLEDGE, SICK, STAYS, WELL, first_named


@pytest.mark.parametrize(("cause", "head", "lines"), SICK)
def test_a_log_from_elsewhere_tells_its_cause(cause: str, head: str, lines: list[str], tmp_path: Path) -> None:
    assert first_named(head, lines, tmp_path) == cause


@pytest.mark.parametrize(("cause", "head", "lines"), STAYS)
def test_a_fault_stays_whatever_else_is_said(cause: str, head: str, lines: list[str], tmp_path: Path) -> None:
    assert first_named(head, lines, tmp_path) == cause


@pytest.mark.parametrize(("head", "lines"), WELL)
def test_no_cause_is_named_for_a_phone_that_is_well(head: str, lines: list[str], tmp_path: Path) -> None:
    assert first_named(head, lines, tmp_path) is None


@pytest.mark.parametrize("head", ["syslog", "android", "iso", "soft"])
def test_a_short_log_of_any_generation_is_known_for_one_without_being_called_so(head: str, tmp_path: Path) -> None:
    file = tmp_path / "mailed.txt"
    lines = ["capf: handshake done", "capf: connection reset by peer"]
    file.write_text("".join(HEADS[head].format(n=n, s=n, text=f"secd: {text}") + "\n" for n, text in enumerate(lines)))
    (case,) = gather([Given(str(file))], KNOWLEDGE)
    assert [place.source for place in case.looked_at] == [Source.CONSOLE_LOG]
    assert case.diagnosis(KNOWLEDGE).causes[0].cause.name == "connection-breaks"


@pytest.mark.parametrize(
    ("service", "cause"),
    [
        ("Cisco Certificate Authority Proxy Function", "capf-stopped"),
        ("Cisco Trust Verification Service", "tvs-stopped"),
        ("Cisco Tftp", "configuration-not-fetched"),
    ],
)
def test_what_utils_service_list_printed_tells_of_services_that_do_not_run(
    service: str, cause: str, tmp_path: Path
) -> None:
    file = tmp_path / "services.txt"
    file.write_text(f"Cisco CallManager[STARTED]\n{service}[STOPPED]  Service Not Activated\nCisco DHCP[STOPPED]\n")
    (case,) = gather([Given(str(file))], KNOWLEDGE)
    assert case.diagnosis(KNOWLEDGE).causes[0].cause.name == cause
