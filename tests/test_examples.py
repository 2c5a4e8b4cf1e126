"""Every file of `examples/` does what it says."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import ciscoaxl
import pytest

from lscctl.config import ClusterConfig, load
from lscctl.config.tables import ClusterTable, FileTable, ProtectedTable, SettingsTable
from lscctl.phone_list import parse_phone_list, read_list
from lscctl.rules import Rules
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.server import SimulatorServer
from lscctl.window import Windows
from tests.e2e.warm_start import WarmStart

EXAMPLES = Path(__file__).parents[1] / "examples"


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(warm: WarmStart) -> Run:
    """Runs an example in a folder with `lscctl` on the path and a state folder of its own."""

    def run(command: list[str], folder: Path, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        scripts = folder / "bin"
        scripts.mkdir()
        warm.put_program(scripts)
        path = f"{scripts}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "LSCCTL_STATE_DIR": str(folder / "state")}
        return subprocess.run(
            command, cwd=folder, env=environment, input=stdin, capture_output=True, text=True, timeout=120, check=False
        )

    return run


def test_every_example_is_tested_and_told() -> None:
    told = (EXAMPLES / "README.md").read_text()
    here = Path(__file__)
    tested = "".join(path.read_text() for path in (here, *here.parent.glob("system/test_example_*.py")))
    for example in EXAMPLES.iterdir():
        if example.name != "README.md":
            assert f"`{example.name}`" in told
            assert re.search(rf"\b{re.escape(example.name)}\b", tested)


def test_the_configuration_is_one() -> None:
    config = load(EXAMPLES / "config.toml", {})
    cluster = config.cluster(None)
    assert cluster.name == "hq"
    assert cluster.zone is not None
    assert "DP-ICU*" in cluster.protected.device_pools
    assert config.cluster("lab").port == 8443


def test_the_configuration_has_every_key_there_is_and_its_defaults_are_so() -> None:
    text = (EXAMPLES / "config.toml").read_text()
    shown = set(re.findall(r"^(?:# )?([a-z-]+) = ", text, re.MULTILINE)) | set(re.findall(r"([a-z-]+)\]", text))
    tables = (FileTable, ProtectedTable, SettingsTable, ClusterTable)
    assert {name.replace("_", "-") for table in tables for name in table.model_fields} <= shown | {"clusters"}
    usual = load(EXAMPLES / "config.toml", {}).cluster("hq")
    assert replace(usual.rules, windows=Windows()) == Rules()
    assert (usual.expiry_warn, usual.expiry_fail) == (
        ClusterConfig("", "").expiry_warn,
        ClusterConfig("", "").expiry_fail,
    )


@pytest.mark.parametrize("name", ["phones.txt", "phones.csv"])
def test_the_lists_name_phones(name: str) -> None:
    assert set(parse_phone_list(*read_list(EXAMPLES / name, sys.stdin.buffer))) == {
        "SEPF8A5C594EC71",
        "SEPF8A5C5E32FDE",
    }


def test_the_nightly_status_keeps_a_csv(tmp_path: Path, run: Run) -> None:
    script = EXAMPLES / "nightly-status.sh"
    (tmp_path / "reports").mkdir()
    night = run([str(script), "reports", "--cluster", "sim", "--model", "7841"], tmp_path)
    assert night.returncode == 0, night.stderr
    (report,) = (tmp_path / "reports").iterdir()
    assert report.suffix == ".csv"
    assert "SEP" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--model", "8845"), 0, "there is work"),
        (("--model", "7960"), 0, "nothing to do"),
        (("--model", "8845", "--expect", "5"), 3, ""),
        (("--model", "8845", "--complete-by", "30m"), 3, ""),
        (("--model", "8845", "--name", "SEP000000000000"), 4, ""),
        (("--model", "8854"), 2, ""),
    ],
    ids=["work", "no work", "another count", "a deadline too near", "no phone", "a slip"],
)
def test_the_dry_run_in_a_pipeline_tells_work_from_none_and_both_from_a_refusal(
    tmp_path: Path, run: Run, options: tuple[str, ...], code: int, words: str
) -> None:
    script = EXAMPLES / "ci-dry-run.sh"
    (tmp_path / "plan.json").write_text('{"phones_to_change": 0}')
    check = run([str(script), "--cluster", "sim", *options], tmp_path)
    assert check.returncode == code, check.stderr
    assert words in check.stdout
    assert ("nothing to do" in check.stdout) == (words == "nothing to do")


def test_any_axl_client_works_on_the_simulated_cluster(tmp_path: Path, run: Run) -> None:
    wsdl = Path(ciscoaxl.__file__).parent / "schema" / "12.5" / "AXLAPI.wsdl"
    with closing(Cluster.create(phones=30, version="12.5")) as cluster, SimulatorServer(cluster) as server:
        script = EXAMPLES / "any_axl_client.py"
        command = [sys.executable, str(script), str(wsdl), server.address, server.user, str(server.ca_file)]
        client = run(command, tmp_path, stdin=server.password + "\n")
    assert client.returncode == 0, client.stderr
    version, *phones = client.stdout.splitlines()
    assert version.startswith("12.5")
    assert len(phones) == 3
    assert all(phone.startswith("SEP") for phone in phones)


def test_the_night_rollout_begins_once_and_is_resumed_after(tmp_path: Path, run: Run) -> None:
    night = tmp_path / "night.sh"  # tonight's window may be hours away
    night.write_text((EXAMPLES / "night-rollout.sh").read_text().replace("--window 22:00-05:00", "--max-in-flight 5"))
    two_nights = f"sh {night} started --cluster sim --model 8841 --limit 8 && sh {night} started"
    ran = run(["/bin/sh", "-c", two_nights], tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "go on with: lscctl runs resume 1" in ran.stderr
    assert "nothing to resume" in ran.stderr


def test_the_notified_program_keeps_the_events(tmp_path: Path, run: Run) -> None:
    command = ["lscctl", "bulk-install", "--cluster", "sim", "--model", "7841", "--limit", "3", "--yes"]
    ran = run([*command, "--notify", str(EXAMPLES / "notify-mail.sh")], tmp_path)
    assert ran.returncode == 0, ran.stderr
    (event,) = (json.loads(line) for line in (tmp_path / "lscctl-events.ndjson").read_text().splitlines())
    assert (event["schema"], event["event"], event["run"]) == ("lscctl.event/1", "finished", 1)


def test_an_observer_of_ones_own_hears_a_rollout(tmp_path: Path) -> None:
    cluster = Cluster.create(phones=40, phone_speed=2000)
    with closing(cluster), SimulatorServer(cluster) as server:
        (tmp_path / "config.toml").write_text(
            f'[clusters.lab]\nhost = "127.0.0.1"\nport = {server.port}\nuser = "{server.user}"\n'
            f'ca-bundle = "{server.ca_file}"\n'
        )
        environment = {
            **os.environ,
            "LSCCTL_CONFIG": str(tmp_path / "config.toml"),
            "LSCCTL_PASSWORD": server.password,
        }
        ran = subprocess.run(
            [sys.executable, str(EXAMPLES / "event_observer.py"), "lab", "8845"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr
    assert "canary: 5 phones" in ran.stderr
    assert re.search(r"(\d+) of \1 phones have a new LSC", ran.stdout), ran.stdout
