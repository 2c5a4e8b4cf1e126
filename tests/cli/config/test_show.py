import json
from pathlib import Path

import pytest

from tests.cli.conftest import Lscctl

LAB = """
[defaults]
user = "everybody"
password-command = ["vault", "read", "token-of-mine"]
[clusters.lab]
host = "cucm.example.com"
window = ["22:00-05:00"]
proxy = "http://me:hush@proxy:3128"
protected = { phones = ["SEP00*"] }
[clusters.hq]
host = "hq.example.com"
password = "hush"
"""


@pytest.fixture
def configured(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(LAB)
    path.chmod(0o600)
    return path


def test_config_path_says_where_the_file_is(lscctl: Lscctl, tmp_path: Path) -> None:
    assert lscctl("config", "path").stdout == f"{tmp_path / 'config.toml'}\n"
    assert lscctl("config", "path", "--config", "other.toml").stdout == "other.toml\n"


def test_each_value_is_shown_with_its_source(lscctl: Lscctl, configured: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LSCCTL_CANARY", "1")
    ran = lscctl("config", "show", "--cluster", "lab", "--user", "me", "--format", "json")
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert (told["schema"], told["path"], told["exists"]) == ("lscctl.config/1", str(configured), True)
    settings = {one["key"]: (one["value"], one["source"], one["place"]) for one in told["settings"]}
    assert settings["user"] == ("me", "flag", "--user")
    assert settings["canary"] == ("1", "environment", "LSCCTL_CANARY")
    assert settings["host"] == ("cucm.example.com", "file", "clusters.lab.host")
    assert settings["window"] == (["22:00-05:00"], "file", "clusters.lab.window")
    assert settings["protected.phones"] == (["SEP00*"], "file", "clusters.lab.protected.phones")
    assert settings["waves"] == ("10,100,500", "default", None)
    assert settings["insecure"] == (False, "default", None)
    assert settings["wsdl"] == (None, "default", None)


def test_all_clusters_are_shown_where_none_is_named(lscctl: Lscctl, configured: Path) -> None:
    shown = lscctl("config", "show").stdout
    assert shown.startswith(f"{configured}: 2 clusters; the default is none\n")
    for words in ("\nlab\n", "\nhq\n", "cucm.example.com  file clusters.lab.host", "everybody"):
        assert words in shown


def test_of_several_clusters_those_that_are_named_are_shown(lscctl: Lscctl, configured: Path) -> None:
    def shown(*options: str) -> set[str]:
        told = json.loads(lscctl("config", "show", "--format", "json", *options).stdout)
        return {one["cluster"] for one in told["settings"]}

    assert shown("--cluster", "hq,lab") == shown("--all-clusters") == shown() == {"hq", "lab"}
    assert shown("--cluster", "hq") == {"hq"}


def test_no_secret_is_shown_in_any_format(lscctl: Lscctl, configured: Path) -> None:
    for form in ("table", "json", "ndjson", "csv"):
        ran = lscctl("config", "show", "--format", form)
        assert ran.exit_code == 0, ran.output
        assert "hush" not in ran.output
        assert "token-of-mine" not in ran.output
        assert "(set)" in ran.stdout
        assert "vault ..." in ran.stdout


def test_a_variable_that_means_nothing_is_warned_of(
    lscctl: Lscctl, configured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LSCCTL_USR", "me")
    ran = lscctl("config", "show")
    assert "warning: the environment variable LSCCTL_USR means nothing to lscctl; LSCCTL_USER does" in ran.stderr


def test_where_nothing_is_configured_it_says_how_to_begin(
    lscctl: Lscctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LSCCTL_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    ran = lscctl("config", "show")
    assert ran.exit_code == 0
    assert "config.toml, which is not there: 0 clusters; the default is none" in ran.stdout
    assert "[clusters.NAME]" in ran.stdout
    monkeypatch.setenv("LSCCTL_HOST", "cucm.example.com")
    assert "cucm.example.com  environment LSCCTL_HOST" in lscctl("config", "show").stdout


def test_the_embedded_cluster_has_no_configuration(lscctl: Lscctl) -> None:
    assert lscctl("config", "show", "--cluster", "sim").exit_code == 2
