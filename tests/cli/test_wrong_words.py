"""A word that is nearly right gets the right one: commands, options, and the values of options."""

from pathlib import Path

import pytest

from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("bulk-instal", "'bulk-install'"),
        ("runs lst", "'list'"),
        ("profiles chek", "'check'"),
        ("status --modle 8845", "--model"),
        ("runs show --phnes", "--phones"),
        ("sim serve --phons 5", "--phones"),
        ("status --protocol SIPP", "SIP?"),
        ("status --lsc expird", "expired?"),
        ("status --format jsn", "json?"),
        ("status --output report.jsn", ".json?"),
        ("bulk-install --model 8845 --auth-mode mic-frist", "mic-first?"),
        ("bulk-install --model 8845 --key-order rsa-onyl", "rsa-only?"),
        ("bulk-install --model 8845 --key-size 2084", "2048?"),
        ("bulk-install --model 8845 --ec-key-size 385", "384?"),
        ("bulk-install --model 8845 --yes --wave-by sprad", "spread?"),
        ("bulk-install --model 8845 --yes --wave-by devicepool", "device-pool?"),
        ("bulk-install --model 8845 --yes --window-zone sites", "site?"),
        ("bulk-install --model 8845 --yes --write-path sqll", "sql?"),
        ("bulk-install --model 8845 --yes --skip-check tfpt", "tftp?"),
        ("bulk-install --model 8845 --yes --accept-skip capf-servce", "capf-service?"),
        ("preflight --check clock", "clocks?"),
        ("runs retry 1 --state faild", "failed?"),
        ("profiles set-mode Profile mic-frist", "mic-first?"),
        ("config schema statsu", "status?"),
        ("completion fsh", "fish?"),
        ("report capf --by modle", "model?"),
        ("diagnose --cause capf-stoped", "capf-stopped"),
        ("sim scenarios --format jsn", "json?"),
        ("sim serve --log-level inof", "info?"),
        ("sim serve --scenario itl-old-cap", "itl-old-capf?"),
        ("sim serve --assume mode-mismatc=refused", "mode-mismatch?"),
        ("sim serve --assume mode-mismatch=refusd", "refused"),
        ("sim serve --fail invalid-mc", "invalid-mic?"),
        ("sim serve --disturb dely=2", "delay"),
        ("sim serve --account reader:axl-readonly", "axl-read-only"),
        ("sim serve --version 15", "15.0"),
    ],
)
def test_a_word_that_is_nearly_right_gets_the_right_one(lab: LabCluster, lscctl: Lscctl, line: str, meant: str) -> None:
    ran = lscctl(*line.split())
    assert ran.exit_code == 2, ran.output
    assert meant in ran.stderr
    assert lab.written == []


@pytest.mark.parametrize(
    ("name", "meant"), [("headquarter", "headquarters"), ("simm", "sim"), ("sim:itl-old-cap", "itl-old-capf")]
)
def test_a_cluster_that_is_nearly_right_gets_the_right_one(
    lscctl: Lscctl, tmp_path: Path, name: str, meant: str
) -> None:
    (tmp_path / "config.toml").write_text('[clusters.headquarters]\nhost = "cucm.invalid"\nuser = "axl"\n')
    ran = lscctl("status", "--cluster", name)
    assert ran.exit_code == 2, ran.output
    assert meant in ran.stderr
