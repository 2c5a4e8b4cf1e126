import json
from dataclasses import replace

from lscctl.phone import Lsc
from lscctl.report import formats
from lscctl.report.interface import Page
from lscctl.report.phones import FIELDS, phones_report
from lscctl.report.wording import finish_time
from tests.report.phones_in_sight import CAPF, DAY, FAILED, NOW, PENDING, PHONE, SOFT, WITH_LSC, told


def line_of(name: str, text: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(name))


def test_status_shows_certificate_expiry_operation_deadline_mode_and_model() -> None:
    text = "".join(formats.by_name("table").pieces(phones_report(told(WITH_LSC, PENDING)), Page()))
    assert "2027-01-31 in 69 days" in line_of(WITH_LSC.name, text)
    assert "lsc-first" in line_of(WITH_LSC.name, text)
    assert "Install/Upgrade by 2026-11-24 04:00" in line_of(PENDING.name, text)
    assert "7841" in line_of(PENDING.name, text)


def test_an_lsc_that_is_gone_missing_unreadable_or_foreign_is_told_apart() -> None:
    foreign = replace(WITH_LSC, name="SEPF", lsc=Lsc(int(NOW) + 400 * DAY, "CN=CAPF-other", None, "30"))
    today = replace(WITH_LSC, name="SEPT", lsc=Lsc(int(NOW) - 60, CAPF, None, "30"))
    soon = replace(WITH_LSC, name="SEPS", lsc=Lsc(int(NOW) + 60, CAPF, None, "30"))
    text = "".join(
        formats.by_name("table").pieces(phones_report(told(PHONE, FAILED, SOFT, foreign, today, soon)), Page())
    )
    assert "no LSC" in line_of(PHONE.name, text)
    assert "3 days ago" in line_of(FAILED.name, text)
    assert "unknown" in line_of(SOFT.name, text)
    assert "foreign" in line_of("SEPF", text)
    assert "expired today" in line_of("SEPT", text)
    assert "in hours" in line_of("SEPS", text)


def test_the_json_of_status_has_its_documented_shape() -> None:
    read = json.loads("".join(formats.by_name("json").pieces(phones_report(told(WITH_LSC)), Page())))
    assert read["schema"] == "lscctl.status/1"
    (phone,) = read["phones"]
    assert tuple(phone) == FIELDS
    assert phone["lsc"] == "expiring"
    assert phone["lsc_valid_until"] == "2027-01-31T19:30:00Z"
    assert phone["operation"] == "No Pending Operation"
    assert phone["registration"] == "Registered"


def test_a_finish_time_is_shown_to_the_hour_and_odd_ones_as_they_are() -> None:
    assert finish_time("2026:11:24:04:00") == "2026-11-24 04:00"
    assert finish_time("2026:11:24:04") == "2026-11-24 04:00"
    assert finish_time("soon") == "soon"
