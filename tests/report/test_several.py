import csv
import io
import json

from lscctl.report import formats
from lscctl.report.interface import Case, CaseEnd, Cell, ClusterAnswer, Metric, Page, Report, Sample
from lscctl.report.phones import phones_report
from lscctl.report.several import together
from tests.report.phones_in_sight import PHONE, PHONES, told

ANSWERS = (
    ClusterAnswer("hq", 0, phones_report(told(*PHONES))),
    ClusterAnswer("down", 5, None, "10.0.0.1 did not answer\nin time", "Look at its load."),
    ClusterAnswer("lab", 1, phones_report(told(PHONE))),
)


def written(name: str, *answers: ClusterAnswer) -> str:
    return "".join(formats.by_name(name).pieces(together(answers), Page()))


def test_json_has_each_clusters_own_report_and_what_went_wrong_with_the_others() -> None:
    read = json.loads(written("json", *ANSWERS))
    assert read["schema"] == "lscctl.clusters/1"
    assert [(one["cluster"], one["exit_code"], one["error"], one["hint"]) for one in read["clusters"]] == [
        ("hq", 0, None, None),
        ("down", 5, "10.0.0.1 did not answer\nin time", "Look at its load."),
        ("lab", 1, None, None),
    ]
    assert [one["answer"] and one["answer"]["schema"] for one in read["clusters"]] == [
        "lscctl.status/1",
        None,
        "lscctl.status/1",
    ]
    alone = json.loads("".join(formats.by_name("json").pieces(phones_report(told(*PHONES)), Page())))
    assert read["clusters"][0]["answer"] == alone


def test_each_line_of_ndjson_names_its_cluster_and_one_says_what_went_wrong() -> None:
    lines = [json.loads(line) for line in written("ndjson", *ANSWERS).splitlines()]
    assert [line["cluster"] for line in lines] == ["hq"] * len(PHONES) + ["down", "lab"]
    assert lines[len(PHONES)]["error"] == "10.0.0.1 did not answer\nin time"
    assert lines[-1]["schema"] == "lscctl.status/1"


def test_csv_has_a_column_for_the_cluster_and_a_row_for_the_one_that_went_wrong() -> None:
    rows = list(csv.DictReader(io.StringIO(written("csv", *ANSWERS), newline="")))
    assert [row["cluster"] for row in rows] == ["hq"] * len(PHONES) + ["down", "lab"]
    assert rows[len(PHONES)]["error"] == "10.0.0.1 did not answer\nin time"
    assert rows[len(PHONES)]["name"] == ""
    assert rows[-1]["name"] == PHONE.name


def test_a_table_names_all_clusters_first_and_the_cluster_of_each_phone() -> None:
    lines = written("table", *ANSWERS).splitlines()
    assert lines[:5] == [
        "Clusters",
        "CLUSTER  EXIT CODE  ANSWER",
        "hq               0  answered",
        "down             5  10.0.0.1 did not answer",
        "lab              1  answered",
    ]
    assert sum(line.startswith("hq  ") for line in lines) == 1 + len(PHONES)
    assert any(line.startswith(f"lab      {PHONE.name}") for line in lines)


def test_grids_of_other_columns_stay_apart() -> None:
    plan = Report("plan", (), {}, blocks=phones_report(told(PHONE)).blocks)
    table = written("table", ClusterAnswer("a", 0, plan), ClusterAnswer("b", 0, phones_report(told(PHONE))))
    assert table.count("CLUSTER  PHONE") == 2


def test_cases_and_metrics_name_their_cluster() -> None:
    answer = Report(
        "test",
        (),
        {},
        cases=(Case("a.phones", "SEP1", CaseEnd.PASSED), Case("phones", "SEP2", CaseEnd.PASSED)),
        metrics=(Metric("lscctl_phones", "Phones.", [Sample({"model": "8845"}, 3), Sample({"cluster": "own"}, 1)]),),
    )
    report = together((ClusterAnswer("a", 0, answer), ClusterAnswer("b", 5, None, "gone", "look")))
    assert list(report.cases) == [
        Case("a.phones", "SEP1", CaseEnd.PASSED),
        Case("a.phones", "SEP2", CaseEnd.PASSED),
        Case("clusters", "b", CaseEnd.ERROR, "gone", "look"),
    ]
    answered, phones = report.metrics
    assert [(sample.labels, sample.value) for sample in answered.samples] == [
        ({"cluster": "a"}, 1),
        ({"cluster": "b"}, 0),
    ]
    assert [sample.labels for sample in phones.samples] == [{"cluster": "a", "model": "8845"}, {"cluster": "own"}]


def test_no_answer_at_all_is_told_in_every_format() -> None:
    for name in formats.NAMES:
        told_in_numbers = 'lscctl_cluster_answered{cluster="b"} 0' if name == "prometheus" else "gone"
        assert told_in_numbers in written(name, ClusterAnswer("b", 5, None, "gone"))


def test_a_cell_stays_the_cell_that_it_was() -> None:
    blocks = together((ClusterAnswer("hq", 0, phones_report(told(PHONE))),)).blocks
    (row,) = blocks[1].rows  # type: ignore[union-attr]
    assert row[0] == "hq"
    assert isinstance(row[3], Cell)
