"""Completion as far as it needs no shell; in real ones it is tried in tests/system/test_completion.py."""

import json
import re
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.cli.completion.command import _for_bash
from lscctl.cli.completion.known import Known, known_of, remember
from lscctl.cli.completion.line import Typed, typed
from lscctl.cli.completion.values import _VALUES, Word
from lscctl.preflight.checks import ALL
from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster

MET = Known(
    frozenset({"Cisco 8845", "Cisco 7841"}),
    frozenset({"Berlin-HQ", "München, Werk 2", 'O\'Hare "T3"'}),
    frozenset({"LOC_東京"}),
    frozenset({"8845 SIP - MIC first"}),
)
CONFIG = '[clusters.hq]\nhost = "cucm.invalid"\n[clusters.branch]\nhost = "cucm2.invalid"\n'


def offered(lscctl: Lscctl, line: str, shell: str = "fish") -> list[str]:
    """What is offered behind the line, without what it means."""
    ran = lscctl("completion", shell, "--for", line)
    assert ran.exit_code == 0, ran.output
    kind, *words = ran.stdout.splitlines()
    return [kind] if kind == "files" else [word.partition("\t")[0] for word in words]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("lscctl ", {"bulk-install", "status", "runs", "completion"}),
        ("lscctl runs ", {"list", "show", "watch", "resume", "retry", "cancel", "prune"}),
        ("LSCCTL_CLUSTER=hq lscctl runs ", {"list", "show"}),
        ("sudo -u axl ~/.local/bin/lscctl runs ", {"list", "show"}),
        ("lscctl status --", {"--model", "--lsc", "--registered", "--unregistered", "--format", "--help"}),
        ("lscctl status --lsc ", {"none", "valid", "expiring", "expired", "foreign", "unknown"}),
        ("lscctl status --registered --protocol ", {"SIP", "SCCP"}),
        ("lscctl status --format=", {"--format=json", "--format=csv"}),
        ("lscctl bulk-install --auth-mode ", {"null-string", "auth-string", "lsc-first", "mic-first"}),
        ("lscctl install SEP001122334455 --key-order ", {"rsa-only", "ec-only", "ec-preferred"}),
        ("lscctl bulk-install --skip-check ", {check.name for check in ALL} - {"profiles", "models"}),
        ("lscctl bulk-install --accept-skip ", {"capf-service", "capf-certificate", "tftp"}),
        ("lscctl preflight --check axl --check ", {check.name for check in ALL}),
        ("lscctl status --cluster ", {"hq", "branch", "sim"}),
        ("lscctl status --cluster hq,", {"hq,branch", "hq,sim"}),
        ("lscctl status --cluster sim:", {"sim:itl-old-capf", "sim:healthy"}),
        ("lscctl sim serve --scenario ", {"itl-old-capf", "healthy"}),
        ("lscctl sim serve --fail ", {"invalid-mic"}),
        ("lscctl runs retry 12 --state failed,", {"failed,lost", "failed,stalled"}),
        ("lscctl profiles set-mode 'Some profile' ", {"mic-first", "null-string"}),
        ("lscctl completion ", {"bash", "zsh", "fish"}),
        ("lscctl status --from ", {"files"}),
        ("lscctl trust-list verify ", {"files"}),
        ("lscctl apply ", {"files"}),
        ("lscctl report changes old.json ", {"files"}),
        ("lscctl config schema ", {"status", "plan", "config"}),
        ("lscctl report capf --by model,", {"model,device-pool", "model,status"}),
        ("lscctl diagnose --cause ", {"capf-stopped"}),
        ("lscctl status --status ", {"Operation Pending", "Upgrade Failed*"}),
    ],
)
def test_what_could_come_next_is_offered(lscctl: Lscctl, tmp_path: Path, line: str, words: set[str]) -> None:
    (tmp_path / "config.toml").write_text(CONFIG)
    assert words <= set(offered(lscctl, line))


@pytest.mark.parametrize(
    "line",
    [
        "lscctl no-such-command ",
        "lscctl status --no-such-option=",
        "lscctl status --host ",
        "lscctl status ",
        "lscctl runs show 1 ",
    ],
)
def test_nothing_is_offered_where_nothing_is_known(lscctl: Lscctl, line: str) -> None:
    assert offered(lscctl, line) == []


def test_an_option_that_was_given_is_offered_again_only_where_it_may_be(lscctl: Lscctl) -> None:
    options = offered(lscctl, "lscctl status --model 8845 --limit 5 --")
    assert "--model" in options
    assert "--limit" not in options


def test_what_a_command_met_is_offered_afterwards(lab: LabCluster, lscctl: Lscctl) -> None:
    assert offered(lscctl, "lscctl status --cluster lab --device-pool ") == []
    assert lscctl("status").exit_code == 0
    phone = lab.phones[0]
    for option, name in [
        ("--model", phone.model.removeprefix("Cisco ")),
        ("--exclude-device-pool", phone.device_pool),
        ("--location", phone.location),
        ("--profile", phone.profile.name),
    ]:
        assert offered(lscctl, f"lscctl bulk-install --cluster lab {option} ") == [name]


def test_the_cluster_is_the_one_that_the_line_or_the_configuration_means(
    lscctl: Lscctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember("hq", Known(device_pools=frozenset({"Berlin"})))
    remember("branch", Known(device_pools=frozenset({"Bonn"})))
    (tmp_path / "config.toml").write_text(CONFIG)
    assert offered(lscctl, "lscctl status --device-pool ") == []
    assert offered(lscctl, "lscctl status --cluster=hq,branch --device-pool ") == ["Berlin", "Bonn"]
    assert offered(lscctl, "lscctl status --cluster branch --device-pool ") == ["Bonn"]
    monkeypatch.setenv("LSCCTL_CLUSTER", "hq")
    assert offered(lscctl, "lscctl status --device-pool ") == ["Berlin"]


def test_runs_are_offered_by_their_numbers_the_newest_first(lab: LabCluster, lscctl: Lscctl) -> None:
    assert offered(lscctl, "lscctl runs show ") == []
    for _ in range(2):
        assert lscctl("bulk-install", "--model", "8845", "--renew", "--yes").exit_code == 0
    assert offered(lscctl, "lscctl runs show ") == ["2", "1"]
    assert "2\tlab: finished" in lscctl("completion", "zsh", "--for", "lscctl runs watch ").stdout


@pytest.mark.parametrize("content", ["", "{", "[]", '{"models": 5}', "\x00\xff", '{"models": ["8845"]}'])
def test_a_damaged_memory_is_no_memory_and_is_mended(lscctl: Lscctl, tmp_path: Path, content: str) -> None:
    remember("hq", MET)
    (file,) = (tmp_path / "state" / "known").iterdir()
    file.write_text(content, encoding="latin-1")
    assert offered(lscctl, "lscctl status --cluster hq --device-pool ") == []
    remember("hq", MET)
    assert known_of("hq") == MET


def test_a_damaged_configuration_and_a_damaged_journal_offer_less(lscctl: Lscctl, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("clusters = ")
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "journal.sqlite").write_text("no journal at all " * 100)
    assert offered(lscctl, "lscctl status --cluster ") == ["sim"]
    assert offered(lscctl, "lscctl runs show ") == []


def test_a_memory_that_cannot_be_written_stops_nothing(lab: LabCluster, lscctl: Lscctl, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    ran = lscctl("status")
    assert ran.exit_code == 0
    assert "known" not in ran.stderr


def test_the_memory_holds_names_of_the_cluster_and_nothing_else(
    lab: LabCluster, lscctl: Lscctl, tmp_path: Path
) -> None:
    lscctl("status")
    (file,) = (tmp_path / "state" / "known").iterdir()
    assert json.loads(file.read_text()).keys() == {"models", "device_pools", "locations", "profiles"}


def test_a_cluster_s_name_never_leads_out_of_the_folder(tmp_path: Path, lscctl: Lscctl) -> None:
    remember("../../etc/hq:x", MET)
    assert [path.name for path in (tmp_path / "state" / "known").iterdir()] == ["..%2F..%2Fetc%2Fhq%3Ax.json"]


def test_nothing_is_asked_of_a_network(lscctl: Lscctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("completion opened a socket")

    (tmp_path / "config.toml").write_text(CONFIG)
    monkeypatch.setattr(socket, "socket", refuse)
    for values in _VALUES.values():
        list(values({"--cluster": ["hq"]}, ""))


def test_a_memory_is_read_without_loading_what_a_cluster_needs() -> None:
    program = (
        "import sys\n"
        "from lscctl.cli.main import app\n"
        "try:\n    app(['completion', 'bash', '--for', 'lscctl status --device-pool B'])\n"
        "except SystemExit as end:\n    assert not end.code\n"
        "print([name for name in ('zeep', 'lxml', 'requests', 'cryptography', 'rich') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_a_shell_that_is_not_known_is_refused_with_the_nearest(lscctl: Lscctl) -> None:
    ran = lscctl("completion", "fsh")
    assert ran.exit_code == 2
    assert "fish" in ran.stderr


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0\r'"))


@given(st.lists(NAMES, min_size=1))
def test_a_line_is_taken_apart_as_a_shell_does(words: list[str]) -> None:
    assert typed(shlex.join(words)) == Typed(words[:-1], words[-1])
    assert typed(shlex.join(words) + " ") == Typed(words, "")


@given(NAMES)
def test_a_word_under_way_may_have_an_open_quote(word: str) -> None:
    assert typed(f"lscctl '{word}") == Typed(["lscctl"], word, "'")


@given(st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1))
def test_a_word_for_bash_means_itself_in_the_shell(name: str) -> None:
    def answer(quote: str) -> str:
        return _for_bash(Word(name), Typed(["lscctl"], "", quote)) or ""

    assert shlex.split(answer("")) == [name]
    assert shlex.split("'" + answer("'") + "'") == [name]
    double = re.sub(r"\\([$`])", r"\1", answer('"'))  # bash takes these backslashes away within quotes, shlex does not
    assert shlex.split(f'"{double}"') == [name]
