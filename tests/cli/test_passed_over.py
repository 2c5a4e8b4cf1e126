"""No option is passed over in silence: one that would do nothing beside the others is refused, with what to do."""

from pathlib import Path

import pytest

from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("capf verify --sample 3", "--sample needs --issuer"),
        ("capf verify --ca ca.pem", "--ca needs --issuer"),
        ("diagnose --list-causes SEP001122334401", "--list-causes tells of causes"),
        ("diagnose --cause capf-stopped log.txt", "--cause tells of causes"),
        ("diagnose --cause capf-stopped --console-log log.txt", "--cause tells of causes"),
        ("diagnose --cause capf-stopped --model 8845", "--cause tells of causes"),
        ("diagnose --cause capf-stopped --cluster lab", "--cause tells of causes"),
        ("diagnose --list-causes --run 1", "--list-causes tells of causes"),
        ("diagnose --list-causes --cause capf-stopped", "contradict each other"),
        ("diagnose log.txt --limit 1", "no phone is asked"),
        ("diagnose log.txt --expect 1", "no phone is asked"),
        ("diagnose log.txt --exclude-model 7841", "no phone is asked"),
        ("diagnose log.txt --user axl", "no phone is named"),
        ("diagnose log.txt --journal other.sqlite", "--journal is where --run looks"),
        ("diagnose SEP001122334401 --journal other.sqlite", "--journal is where --run looks"),
        ("inspect --file lsc.pem --limit 1", "--file holds certificates"),
        ("inspect --file lsc.pem --expect 1", "--file holds certificates"),
        ("inspect --file lsc.pem --exclude-name SEP*", "--file holds certificates"),
        ("inspect --file lsc.pem --user axl", "none is asked"),
        ("status --per-phone", "--per-phone is about metrics"),
        ("status --per-phone --format json", "--per-phone is about metrics"),
        ("report expiring --per-phone --output expiring.csv", "--per-phone is about metrics"),
        ("report capf --per-phone", "--per-phone is about metrics"),
        ("status --watch --registration", "--watch leaves RIS alone"),
        ("report changes old.json new.json --cluster lab", "a cluster is named beside them"),
        ("report changes old.json new.json --user axl", "a cluster is named beside them"),
        ("preflight --list --check tftp", "--list lists all checks"),
        ("preflight --list --model 8845", "--list lists all checks"),
        ("preflight --list --auth-mode mic-first", "--list lists all checks"),
        ("preflight --check tftp --expiry-warn 90", "about the check capf-certificate"),
        ("preflight --check tftp --expiry-fail 9", "about the check capf-certificate"),
        ("preflight --then-lsc-first", "No such option"),
        ("profiles check --model 8845 --renew", "No such option"),
        ("trust-list show --ctl ITLFile.tlv", "no server is named"),
        ("trust-list verify --phone SEP001122334401 ITLFile.tlv", "no server is named"),
        ("trust-list show ITLFile.tlv --all-clusters", "none is asked"),
        ("trust-list verify ITLFile.tlv --user axl", "none is asked"),
        ("bulk-install --model 8845 --window-zone site --dry-run", "windows go by, and there are none"),
        ("renew --window-zone cluster --dry-run", "windows go by, and there are none"),
        ("bulk-install --model 8845 --skip-check models --dry-run", "the plan itself tells"),
        ("delete --model 8845 --skip-check PROFILES --dry-run", "--skip-check profiles: that is"),
        ("troubleshoot --model 8845 --accept-skip tvs --dry-run", "--accept-skip tvs: a run goes on anyway"),
        ("install SEP001122334401 --accept-skip Clocks --dry-run", "--accept-skip clocks: a run"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused_with_what_to_do(  # noqa: PLR0917 - what pytest gives
    lab: LabCluster, lscctl: Lscctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.txt").write_text("LSC: Connection failed\n")
    ran = lscctl(*line.split())
    assert ran.exit_code == 2, ran.output
    assert told in " ".join(ran.stderr.split())
    assert ran.stdout == ""
    assert not lab.asked
    assert not lab.written


@pytest.mark.parametrize(
    "line",
    [
        "status --per-phone --output phones.prom",
        "status --per-phone --format Prometheus",
        "report capf --per-phone --output capf.csv --output capf.prom",
        "bulk-install --model 8845 --window 22:00-05:00 --window-zone site --dry-run",
        "bulk-install --model 8845 --skip-check tvs --accept-skip TFTP --dry-run",
        "diagnose --causes . --list-causes",
        "diagnose --cause capf-stopped --config none.toml",
    ],
)
def test_beside_what_it_is_about_it_is_taken(
    lab: LabCluster, lscctl: Lscctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = lscctl(*line.split())
    assert ran.exit_code == 0, ran.output
