"""The examples for Prometheus and Grafana: what the collector writes is what an exporter serves, rules watch and panels show."""

import json
import re
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.e2e.warm_start import WarmStart
from tests.system.conftest import tool
from tests.system.workshop import EXAMPLES, Workshop

THE_EXPORTERS_OWN = {"node_textfile_mtime_seconds"}
_METRIC = re.compile(r"\b(?:lscctl|node)_[a-z_]+\b")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory, warm: WarmStart) -> Path:
    """A folder with what the collector wrote of the embedded CUCM."""
    folder = tmp_path_factory.mktemp("monitoring")
    workshop = Workshop(folder, warm, {"LSCCTL_STATE_DIR": str(folder / "state")})
    (folder / "metrics").mkdir()
    workshop.shell(f"{EXAMPLES / 'textfile-collector.sh'} metrics --cluster sim")
    return folder / "metrics"


def emitted(collected: Path) -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in collected.iterdir())
    return {family.name for text in texts for family in text_string_to_metric_families(text)}


def test_the_collector_s_files_say_nothing_twice(collected: Path) -> None:
    assert {path.name for path in collected.iterdir()} == {"lscctl-expiring.prom", "lscctl-preflight.prom"}
    said = Counter(
        (sample.name, tuple(sorted(sample.labels.items())))
        for path in collected.iterdir()
        for family in text_string_to_metric_families(path.read_text(encoding="utf-8"))
        for sample in family.samples
    )
    assert said.most_common(1)[0][1] == 1


@pytest.fixture
def exporter(collected: Path) -> Iterator[str]:
    """What node_exporter serves of the folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    command = [tool("prometheus-node-exporter"), "--collector.disable-defaults", "--collector.textfile"]
    command += [f"--collector.textfile.directory={collected}", f"--web.listen-address={place}"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            yield _served(f"http://{place}/metrics")
        finally:
            process.terminate()


def _served(address: str) -> str:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urlopen(address, timeout=10) as answer:
                return str(answer.read().decode())
        except URLError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_node_exporter_serves_what_the_collector_wrote(exporter: str, collected: Path) -> None:
    families = {family.name: family for family in text_string_to_metric_families(exporter)}
    assert emitted(collected) <= families.keys()
    assert families["node_textfile_scrape_error"].samples[0].value == 0
    files = {sample.labels["file"] for sample in families["node_textfile_mtime_seconds"].samples}
    assert files == {str(path) for path in collected.iterdir()}


def test_the_alert_rules_are_ones_and_alert_when_they_should(tmp_path: Path) -> None:
    promtool = tool("promtool")
    subprocess.run([promtool, "check", "rules", str(EXAMPLES / "alert-rules.yml")], check=True, timeout=60)
    subprocess.run([promtool, "test", "rules", str(EXAMPLES / "alert-rules-test.yml")], check=True, timeout=60)
    rules = [rule["alert"] for rule in _rules()]
    tests = yaml.safe_load((EXAMPLES / "alert-rules-test.yml").read_text())["tests"]
    tried = {one["alertname"] for test in tests for one in test["alert_rule_test"] if one["exp_alerts"]}
    assert tried == set(rules)


def _rules() -> list[dict[str, str]]:
    (group,) = yaml.safe_load((EXAMPLES / "alert-rules.yml").read_text())["groups"]
    return list(group["rules"])


def test_the_alert_rules_watch_metrics_that_there_are(collected: Path) -> None:
    for rule in _rules():
        assert set(_METRIC.findall(rule["expr"])) <= emitted(collected) | THE_EXPORTERS_OWN


def test_the_dashboard_shows_metrics_that_there_are_and_asks_for_them_as_prometheus_does(
    collected: Path, tmp_path: Path
) -> None:
    dashboard = json.loads((EXAMPLES / "grafana-dashboard.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    variables = [one["query"] for one in dashboard["templating"]["list"]]
    for text in [*asked, *variables]:
        assert set(_METRIC.findall(text)) <= emitted(collected) | THE_EXPORTERS_OWN
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    rules = [{"record": f"panel:{number}", "expr": expr.replace("$cluster", ".*")} for number, expr in enumerate(asked)]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    subprocess.run([tool("promtool"), "check", "rules", str(tmp_path / "rules.yml")], check=True, timeout=60)


def test_no_two_panels_lie_upon_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads((EXAMPLES / "grafana-dashboard.json").read_text(encoding="utf-8"))["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken
        assert all(x < 24 for x, _ in cells)
        taken |= cells
