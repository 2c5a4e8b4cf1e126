"""Searching phones as CUCM's own pages do: by authentication string, which is a secret, by status and by issuer."""

import pytest

from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster
from tests.phone_certificates import ROOT
from tests.report.phones_in_sight import PHONES

ASKING = ("status", "--ask-auth-string")


@pytest.mark.parametrize("given", ["73519028", "73519028\n", "  73519028 \r\n", "\n73519028", "\ufeff73519028\r\n"])
def test_without_a_terminal_the_string_is_the_one_line_of_standard_input(
    lab: LabCluster, lscctl: Lscctl, given: str
) -> None:
    ran = lscctl(*ASKING, stdin=given)
    assert ran.exit_code == 0, ran.output
    (query,) = lab.asked
    assert query.authentication_string == "73519028"
    assert "73519028" not in ran.output


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "holds no authentication string"),
        ("735190\n735191\n", "holds more than one string"),
        ("735", "is no authentication string"),
        ("73519028467", "is no authentication string"),
        ("73x1902", "is no authentication string"),
        ("٧٣٥١٩٠", "is no authentication string"),
        ("7" * 10_000, "is no authentication string"),
    ],
)
def test_what_is_no_string_is_refused_and_never_repeated(
    lab: LabCluster, lscctl: Lscctl, given: str, said: str
) -> None:
    ran = lscctl(*ASKING, stdin=given)
    assert ran.exit_code == 2
    assert said in " ".join(ran.stderr.split())
    assert not given.strip() or given.strip()[:6] not in ran.output
    assert lab.asked == []


@pytest.mark.parametrize(
    "command",
    [
        ("bulk-install", "--ask-auth-string", "--strings-from", "-", "--dry-run"),
        ("bulk-install", "--from", "-", "--strings-from", "-", "--dry-run"),
        ("diagnose", "-", "--ask-auth-string"),
        ("diagnose", "--console-log", "-", "--from", "-"),
        ("report", "changes", "-", "--from", "-"),
        ("capf", "check", "--issuer", "online", "--ca", "-", "--ask-auth-string"),
        ("capf", "verify", "--issuer", "online", "--ca", "-", "--from", "-"),
    ],
    ids=" ".join,
)
def test_of_two_that_would_read_standard_input_none_takes_the_other_s_part(
    lab: LabCluster, lscctl: Lscctl, command: tuple[str, ...]
) -> None:
    given = (
        ROOT.certificate.pem if "--ca" in command else "73519028\n" if "--from" not in command else "SEP001122334401\n"
    )
    ran = lscctl(*command, stdin=given)
    assert ran.exit_code == 2, ran.output
    assert "would both read standard input" in " ".join(ran.stderr.split())
    assert lab.asked == []


def test_a_list_and_a_string_cannot_both_be_standard_input(lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl(*ASKING, "--from", "-", stdin="SEP001122334401\n")
    assert ran.exit_code == 2
    assert "both read standard input" in ran.stderr
    assert lab.asked == []


def test_the_string_is_no_value_of_an_option(lab: LabCluster, lscctl: Lscctl) -> None:
    for line in (["--ask-auth-string=73519028"], ["--ask-auth-string", "73519028"], ["73519028", "--ask-auth-string"]):
        ran = lscctl("status", *line)
        assert ran.exit_code == 2
        assert "73519028" not in ran.output
    assert lab.asked == []


def test_reports_that_were_kept_tell_nothing_of_strings(lab: LabCluster, lscctl: Lscctl) -> None:
    assert lscctl("status", "--output", "then.json").exit_code == 0
    for option in ("--ask-auth-string", "--has-auth-string", "--no-auth-string"):
        ran = lscctl("report", "changes", "then.json", option, stdin="73519028")
        assert ran.exit_code == 2
        assert "reports tell nothing of authentication strings" in ran.stderr


def test_any_string_no_string_statuses_and_issuers_reach_the_query(lab: LabCluster, lscctl: Lscctl) -> None:
    lscctl("status", "--has-auth-string", "--exclude-status", "none", "--lsc-issuer", "CAPF-*")
    lscctl("status", "--no-auth-string")
    any_string, none = lab.asked
    assert (any_string.has_authentication_string, none.has_authentication_string) == (True, False)
    assert (any_string.exclude_statuses, any_string.lsc_issuers) == (("none",), ("CAPF-*",))
    assert any_string.authentication_string is None


@pytest.mark.parametrize("command", ["bulk-install", "delete", "troubleshoot"])
def test_a_string_is_selector_enough_for_what_changes_phones(lab: LabCluster, lscctl: Lscctl, command: str) -> None:
    assert lscctl(command, "--dry-run", stdin="").exit_code == 2
    ran = lscctl(command, "--ask-auth-string", "--dry-run", stdin="73519028\n")
    assert ran.exit_code in (0, 3), ran.output
    assert [query.authentication_string for query in lab.asked] == ["73519028"]


@pytest.mark.parametrize("options", [("--exclude-status", "Upgrade*"), ("--lsc-issuer", "*CAPF-*")])
def test_statuses_and_issuers_select_in_kept_reports_too(
    lab: LabCluster, lscctl: Lscctl, options: tuple[str, str]
) -> None:
    lab.phones = list(PHONES)
    assert lscctl("status", "--output", "then.json").exit_code == 0
    assert lscctl("report", "changes", "then.json", "then.json", *options).exit_code == 0
    other = (options[0], "*") if options[0].startswith("--exclude") else (options[0], "nobody")
    assert lscctl("report", "changes", "then.json", "then.json", *other).exit_code == 4
