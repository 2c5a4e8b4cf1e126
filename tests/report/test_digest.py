import hashlib
import json
from dataclasses import replace

import pytest

from lscctl.report import formats
from lscctl.report.digest import digest_of
from lscctl.report.interface import Page, Report

REPORT = Report(
    "parcel",
    ("name", "what"),
    {"sent": [{"name": "Zoë \U0001f600", "what": {"b": [1, 2.5], "a": None}}], "kept": []},
    heading={"where": "Büro", "all": True},
)


def test_the_digest_is_that_of_the_json_with_its_keys_sorted_and_nothing_between() -> None:
    written = json.loads("".join(formats.by_name("json").pieces(REPORT, Page())))
    spelled = json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert digest_of(REPORT) == f"sha256:{hashlib.sha256(spelled.encode()).hexdigest()}"


def test_what_people_see_of_a_report_is_not_in_its_digest() -> None:
    assert digest_of(replace(REPORT, as_of="now", blocks=())) == digest_of(REPORT)


@pytest.mark.parametrize(
    "other",
    [
        replace(REPORT, kind="letter"),
        replace(REPORT, version=2),
        replace(REPORT, heading={**REPORT.heading, "all": False}),
        replace(REPORT, records={**REPORT.records, "sent": []}),
        replace(REPORT, records={"kept": REPORT.records["sent"], "sent": []}),
        replace(REPORT, fields=("name",)),
    ],
)
def test_all_that_a_program_is_told_is_in_the_digest(other: Report) -> None:
    assert digest_of(other) != digest_of(REPORT)
