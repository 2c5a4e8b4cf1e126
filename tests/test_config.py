import os
from pathlib import Path

import pytest

from lscctl.config import Config, environment, load, password, simulated
from lscctl.errors import UsageError
from lscctl.plan import Protected
from lscctl.rules import Rules

TWO = """
default-cluster = "hq"
[protected]
phones = ["SEP00000000CE00"]
[clusters.hq]
host = "cucm.example.com"
user = "axl"
zone = "Europe/Berlin"
expressway-addresses = ["10.99.0.21", "10.98.0.0/16"]
ris-rate = 10
[clusters.hq.protected]
device-pools = ["ICU*"]
[clusters.lab]
host = "lab.example.com"
user = "lab"
port = 9443
"""


def config(tmp_path: Path, text: str, **environ: str) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return load(path, environ)


def test_a_cluster_is_found_by_name_and_the_default_one_without(tmp_path: Path) -> None:
    read = config(tmp_path, TWO)
    assert read.names == ("hq", "lab")
    assert read.cluster().name == "hq"
    assert read.cluster("lab").port == 9443
    assert read.cluster().zone == "Europe/Berlin"
    assert read.cluster().expressway_addresses == ("10.99.0.21/32", "10.98.0.0/16")
    assert (read.cluster().ris_rate, read.cluster("lab").ris_rate) == (10, 15)


def test_how_long_capf_s_certificate_must_last_is_each_cluster_s_own(tmp_path: Path) -> None:
    read = config(tmp_path, TWO.replace("ris-rate = 10", "expiry-warn = 365\nexpiry-fail = 60"))
    assert (read.cluster().expiry_warn, read.cluster().expiry_fail) == (365, 60)
    assert (read.cluster("lab").expiry_warn, read.cluster("lab").expiry_fail) == (180, 30)


def test_what_is_protected_everywhere_is_protected_in_each_cluster(tmp_path: Path) -> None:
    read = config(tmp_path, TWO)
    assert read.cluster("hq").protected == Protected(phones=("SEP00000000CE00",), device_pools=("ICU*",))
    assert read.cluster("lab").protected.phones == ("SEP00000000CE00",)
    elsewhere = read.cluster(flags={"host": "other.example.com", "user": "axl"})
    assert (elsewhere.name, elsewhere.protected.phones) == ("other.example.com", ("SEP00000000CE00",))


def test_a_host_that_is_configured_brings_its_cluster_s_protection_along(tmp_path: Path) -> None:
    chosen = config(tmp_path, TWO, LSCCTL_HOST="cucm.example.com").cluster()
    assert (chosen.name, chosen.protected.device_pools) == ("hq", ("ICU*",))


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    environ = {
        "LSCCTL_CLUSTER": "lab",
        "LSCCTL_USER": "me",
        "LSCCTL_PASSWORD": "s3cret",
        "LSCCTL_HOST": "lab2.example.com",
    }
    chosen = config(tmp_path, TWO, **environ).cluster()
    assert (chosen.name, chosen.host, chosen.user, chosen.port) == ("lab", "lab2.example.com", "me", 9443)
    assert password(chosen, None) == "s3cret"
    assert "s3cret" not in repr(chosen)


def test_without_a_file_the_environment_alone_defines_a_cluster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_config_path", lambda name: tmp_path / name)
    chosen = load(None, {"LSCCTL_HOST": "cucm.example.com", "LSCCTL_USER": "axl"}).cluster()
    assert (chosen.name, chosen.host, chosen.user) == ("cucm.example.com", "cucm.example.com", "axl")


def test_with_nothing_at_all_the_error_says_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_config_path", lambda name: tmp_path / name)
    with pytest.raises(UsageError, match="no cluster is configured") as caught:
        load(None, {}).cluster()
    assert str(tmp_path / "lscctl" / "config.toml") in (caught.value.hint or "")
    assert "--cluster sim" in (caught.value.hint or "")
    assert "[clusters.NAME]" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("text", "said", "advice"),
    [
        ("[clusters.hq]\nhost='h'\nca-bundel='x'", "unknown key clusters.hq.ca-bundel", "Did you mean 'ca-bundle'?"),
        ("[cluster.hq]\nhost='h'", "unknown key cluster", "Did you mean 'clusters'?"),
        ("[clusters.hq]\nhost='h'\nca_bundle='x'", "unknown key clusters.hq.ca_bundle", "'ca-bundle'"),
        ("[clusters.hq.protected]\nphone=[]\n[clusters.hq]\nhost='h'", "clusters.hq.protected.phone", "'phones'"),
        ("[clusters.hq]\nuser='u'", "clusters.hq.host: Field required", "A cluster needs at least"),
        ("[clusters.hq]\nhost='h'\nzone='Europe/Berln'", "clusters.hq.zone: is no IANA time zone", ""),
        ("[clusters.hq]\nhost='h'\nzone='../etc/passwd'", "clusters.hq.zone: is no IANA time zone", ""),
        ("[clusters.hq]\nhost='h'\nfingerprint='AB:CD'", "clusters.hq.fingerprint: is no SHA-256 fingerprint", ""),
        (
            "[clusters.hq]\nhost='h'\nexpressway-addresses=['10.0.0']",
            "'10.0.0' is neither an IP address nor a network",
            "",
        ),
        ("[clusters.hq]\nhost='h'\nport=0", "clusters.hq.port", ""),
        ("[clusters.hq]\nhost='h'\nexpiry-warn=-1", "clusters.hq.expiry-warn", ""),
        ("[clusters.hq]\nhost='h'\npassword='a'\npassword-command='b'", "both password and password-command", ""),
        ("[clusters.sim]\nhost='h'", "a cluster cannot be called sim", ""),
        ("default-cluster='x'", "default-cluster names 'x'", ""),
        ("[clusters", "is not TOML", ""),
    ],
)
def test_a_wrong_file_is_refused_with_file_and_key(tmp_path: Path, text: str, said: str, advice: str) -> None:
    with pytest.raises(UsageError) as caught:
        config(tmp_path, text)
    assert str(tmp_path / "config.toml") in caught.value.message
    assert said in caught.value.message
    assert advice in (caught.value.hint or "")


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.toml cannot be read"):
        load(tmp_path / "none.toml", {})
    with pytest.raises(UsageError, match=r"none\.toml cannot be read"):
        load(None, {"LSCCTL_CONFIG": str(tmp_path / "none.toml")})


def test_an_unknown_cluster_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no cluster 'labb'") as caught:
        config(tmp_path, TWO).cluster("labb")
    assert caught.value.hint == "Did you mean 'lab'?"


def test_of_several_clusters_one_must_be_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="several clusters") as caught:
        config(tmp_path, TWO.replace('default-cluster = "hq"', "")).cluster()
    assert "hq, lab" in (caught.value.hint or "")


def test_a_cluster_without_a_user_says_where_to_set_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no user name"):
        config(tmp_path, "[clusters.hq]\nhost='h'").cluster()


@pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX")
@pytest.mark.parametrize(("mode", "refused"), [(0o644, True), (0o640, True), (0o600, False), (0o400, False)])
def test_a_password_in_a_file_that_others_can_read_is_refused_with_the_remedy(
    tmp_path: Path, mode: int, refused: bool
) -> None:
    path = tmp_path / "my config.toml"
    path.write_text("[clusters.hq]\nhost='h'\nuser='u'\npassword='s3cret'\n")
    path.chmod(mode)
    if not refused:
        assert password(load(path, {}).cluster(), None) == "s3cret"
        return
    with pytest.raises(UsageError, match="other users of this machine can read it") as caught:
        load(path, {})
    assert caught.value.hint == f"chmod 600 '{path}'"


@pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX")
def test_a_file_without_a_password_may_be_read_by_all(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[clusters.hq]\nhost='h'\nuser='u'\n")
    path.chmod(0o644)
    assert load(path, {}).names == ("hq",)


def test_paths_are_meant_from_the_file_s_own_folder(tmp_path: Path) -> None:
    chosen = config(
        tmp_path, "[clusters.hq]\nhost='h'\nuser='u'\nca-bundle='ca.pem'\nwsdl='/opt/AXLAPI.wsdl'"
    ).cluster()
    assert (chosen.ca_bundle, chosen.wsdl) == (tmp_path / "ca.pem", Path("/opt/AXLAPI.wsdl"))


@pytest.mark.parametrize(
    ("setting", "environ", "proxy"),
    [
        ("", {}, None),
        ("", {"HTTPS_PROXY": "http://p:3128"}, "http://p:3128"),
        ("", {"https_proxy": "http://p:3128", "NO_PROXY": "localhost, .example.com"}, None),
        ("", {"https_proxy": "http://p:3128", "NO_PROXY": "ample.com"}, "http://p:3128"),
        ("", {"https_proxy": "http://p:3128", "NO_PROXY": "*"}, None),
        ("proxy='http://other:1'", {"https_proxy": "http://p:3128"}, "http://other:1"),
        ("proxy=''", {"https_proxy": "http://p:3128"}, None),
    ],
)
def test_the_proxy_is_the_configured_one_else_the_environment_s(
    tmp_path: Path, setting: str, environ: dict[str, str], proxy: str | None
) -> None:
    text = f"[clusters.hq]\nhost='cucm.example.com'\nuser='u'\n{setting}"
    assert config(tmp_path, text, **environ).cluster().proxy == proxy


@pytest.mark.parametrize("url", ["nonsense://u:s3cret@h:1", "http://u:s3cret@h:x", "proxy:3128", "http://"])
def test_what_is_no_proxy_is_refused_without_repeating_it(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError) as refused:
        config(tmp_path, f"[clusters.hq]\nhost = 'cucm'\nuser = 'axl'\nproxy = '{url}'")
    assert "proxy: is no URL of a proxy such as http://proxy.example.com:3128" in refused.value.message
    assert "s3cret" not in f"{refused.value.message}{refused.value.hint}"


def test_no_proxy_may_name_a_network(tmp_path: Path) -> None:
    text = "[clusters.hq]\nhost='10.1.2.3'\nuser='u'"
    assert config(tmp_path, text, HTTPS_PROXY="http://p:1", NO_PROXY="10.1.0.0/16").cluster().proxy is None


def test_the_password_command_prints_the_password_on_its_first_line(tmp_path: Path) -> None:
    text = """[clusters.hq]\nhost='h'\nuser='u'\npassword-command=['printf', 'p w\\n2nd line\\n']"""
    assert password(config(tmp_path, text).cluster(), None) == "p w"
    assert password(config(tmp_path, text, LSCCTL_PASSWORD="env").cluster(), None) == "env"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("false", "failed"),
        ("true", "printed nothing"),
        ("no-such-thing", "failed"),
        (r"printf \\377", "printed what is no text"),
    ],
)
def test_a_password_command_that_fails_is_explained(tmp_path: Path, command: str, said: str) -> None:
    chosen = config(tmp_path, f"[clusters.hq]\nhost='h'\nuser='u'\npassword-command='{command}'").cluster()
    with pytest.raises(UsageError, match=f"password-command {said}"):
        password(chosen, None)


def test_the_keyring_is_asked_before_the_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = config(tmp_path, "[clusters.hq]\nhost='h'\nuser='u'").cluster()
    kept = {("lscctl", "u@h"): "from the keyring"}
    monkeypatch.setattr("keyring.get_password", lambda service, name: kept.get((service, name)))
    assert password(chosen, lambda question: "typed") == "from the keyring"
    kept.clear()
    assert password(chosen, lambda question: question) == "Password of u at h: "
    with pytest.raises(UsageError, match="no password for 'u' at h"):
        password(chosen, None)


def test_a_command_whose_quotes_do_not_pair_is_named_with_its_key(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"notify: mail 'admin is no command: No closing quotation"):
        config(tmp_path, TWO + 'notify = "mail \'admin"')


def test_a_wave_is_given_some_time(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"wave-timeout: '0m' is no time at all"):
        config(tmp_path, TWO + 'wave-timeout = "0m"')


def test_defaults_hold_for_each_cluster_that_does_not_set_it_itself(tmp_path: Path) -> None:
    read = config(
        tmp_path, TWO + "[defaults]\nuser = 'everywhere'\nport = 8444\nmax-in-flight = 50\nexpiry-warn = 90\n"
    )
    assert (read.cluster("hq").port, read.cluster("lab").port) == (8444, 9443)
    assert read.cluster("lab").user == "lab"
    assert read.cluster("hq").rules.max_in_flight == read.cluster("lab").rules.max_in_flight == 50
    assert read.cluster(flags={"host": "new.example.com"}).user == "everywhere"


def test_flags_count_more_than_the_environment_that_more_than_the_file_and_that_more_than_its_defaults(
    tmp_path: Path,
) -> None:
    text = "[defaults]\nport = 1\nuser = 'd'\ntimeout = 5\n[clusters.hq]\nhost = 'h'\nport = 2\nuser = 'f'\n"
    _, told = config(tmp_path, text, LSCCTL_PORT="3", LSCCTL_USER="e").settings("hq", {"user": "flag"})
    shown = {key: (given.value, str(given.origin)) for key, given in told.items()}
    assert shown["user"] == ("flag", "flag --user")
    assert shown["port"] == ("3", "environment LSCCTL_PORT")
    assert shown["host"] == ("h", "file clusters.hq.host")
    assert shown["timeout"] == (5, "file defaults.timeout")
    assert shown["concurrency"] == (8, "default")


def test_each_setting_of_a_cluster_can_come_from_the_environment(tmp_path: Path) -> None:
    environ = {
        "LSCCTL_HOST": "other",
        "LSCCTL_ZONE": "Asia/Tokyo",
        "LSCCTL_CANARY": "2%",
        "LSCCTL_WINDOW": "22:00-05:00, sat 20:00-sun 06:00",
        "LSCCTL_EXPRESSWAY_ADDRESSES": "10.1.0.0/16,10.2.0.9",
        "LSCCTL_ALLOW_SQL_WRITES": "true",
        "LSCCTL_NOTIFY": "tell --me",
        "LSCCTL_CA_BUNDLE": "ca.pem",
        "LSCCTL_MAX_RATE": "0.5",
    }
    chosen = config(tmp_path, "[clusters.hq]\nhost='h'\nuser='u'", **environ).cluster("hq")
    assert (chosen.host, chosen.zone, chosen.notify) == ("other", "Asia/Tokyo", ("tell", "--me"))
    assert (str(chosen.rules.canary), chosen.rules.max_rate, len(chosen.rules.windows.windows)) == ("2%", 0.5, 2)
    assert chosen.expressway_addresses == ("10.1.0.0/16", "10.2.0.9/32")
    assert chosen.allow_sql_writes
    assert chosen.ca_bundle == Path("ca.pem"), "a path of the environment is not meant from the file's folder"


def test_a_wrong_value_of_the_environment_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="LSCCTL_PORT: Input should be a valid integer"):
        config(tmp_path, TWO, LSCCTL_PORT="https").cluster()
    with pytest.raises(UsageError, match="LSCCTL_WINDOW: window 'nights' is not understood"):
        config(tmp_path, TWO, LSCCTL_WINDOW="nights").cluster()
    with pytest.raises(UsageError, match="--fingerprint: is no SHA-256 fingerprint"):
        config(tmp_path, TWO).cluster(flags={"fingerprint": "AB"})


@pytest.mark.parametrize("name", ["sim", "sim:itl-old-capf", "a,b", " a", ""])
def test_a_cluster_that_cluster_could_not_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="a cluster cannot be called"):
        config(tmp_path, f'[clusters."{name}"]\nhost="h"')


def test_a_variable_that_means_nothing_is_told_with_the_nearest_that_does(tmp_path: Path) -> None:
    environ = {"LSCCTL_CANARI": "3", "LSCCTL_STATE_DIR": "/x", "LSCCTL_PORT": "1", "HOME": "/home/a"}
    assert tuple(environment.unknown(environ)) == (
        "the environment variable LSCCTL_CANARI means nothing to lscctl; LSCCTL_CANARY does",
    )


def test_whoever_chooses_one_of_several_alternatives_means_none_of_the_others(tmp_path: Path) -> None:
    text = """
[defaults]
ca-bundle = "/ca.pem"
password-command = "vault"
wave-size = 7
[clusters.hq]
host = "h"
user = "u"
insecure = false
waves = "3,rest"
[clusters.lab]
host = "l"
user = "u"
"""
    read = config(tmp_path, text)
    hq, lab = read.cluster("hq"), read.cluster("lab")
    assert (str(hq.rules.waves), str(lab.rules.waves)) == ("3,rest", "7 each")
    told = read.settings("lab")[1]
    assert (told["waves"].value, told["wave-size"].value) == (None, 7)
    assert hq.ca_bundle == Path("/ca.pem"), "`insecure = false` chooses nothing"
    for no in ("0", "no", "Off", "false"):
        assert config(tmp_path, text, LSCCTL_INSECURE=no).cluster("lab").ca_bundle == Path("/ca.pem"), no
    assert config(tmp_path, text, LSCCTL_INSECURE="1").cluster("lab").ca_bundle is None
    pinned = read.cluster("hq", {"fingerprint": "ab" * 32})
    assert (pinned.fingerprint, pinned.ca_bundle) == ("ab" * 32, None)
    closer = config(tmp_path, text, LSCCTL_PASSWORD="s3cret").cluster("hq")
    assert (password(closer, None), closer.password_command) == ("s3cret", ())


def test_the_tables_defaults_are_those_of_a_rollout_without_a_configuration(tmp_path: Path) -> None:
    assert config(tmp_path, "[clusters.hq]\nhost='h'\nuser='u'").cluster().rules == Rules()


def test_the_password_file_has_the_password_on_its_first_line(tmp_path: Path) -> None:
    kept = tmp_path / "password"
    kept.write_text("p w\nand a remark\n")
    kept.chmod(0o600)
    chosen = config(tmp_path, "[clusters.hq]\nhost='h'\nuser='u'\npassword-file='password'").cluster()
    assert password(chosen, None) == "p w"
    kept.write_text("\n")
    with pytest.raises(UsageError, match=r"password-file .* holds nothing"):
        password(chosen, None)
    kept.unlink()
    with pytest.raises(UsageError, match=r"password-file .* cannot be read: No such file"):
        password(chosen, None)


@pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_password_file_that_others_can_read_is_refused_with_the_remedy(tmp_path: Path, mode: int) -> None:
    kept = tmp_path / "password"
    kept.write_text("s3cret\n")
    kept.chmod(mode)
    chosen = config(tmp_path, "[clusters.hq]\nhost='h'\nuser='u'\npassword-file='password'").cluster()
    with pytest.raises(UsageError, match="other users of this machine can read it") as caught:
        password(chosen, None)
    assert caught.value.hint == f"chmod 600 {kept}"


def test_what_the_environment_says_about_rollouts_holds_for_the_embedded_cluster_too() -> None:
    own = {"host": "127.0.0.1", "port": 1234, "user": "u", "password": "p"}
    environ = {"LSCCTL_CANARY": "1", "LSCCTL_HOST": "cucm", "LSCCTL_PASSWORD": "x", "HTTPS_PROXY": "http://p:1"}
    chosen = simulated("sim", own, environ)
    assert (chosen.host, chosen.port, chosen.proxy, password(chosen, None)) == ("127.0.0.1", 1234, None, "p")
    assert str(chosen.rules.canary) == "1"


@pytest.mark.parametrize("way", ["10.2.0.0/15", "10.2.0.0", "127.0.0.1:443", "10.2.0.0/16:https"])
def test_a_way_for_a_network_leads_to_one_of_the_same_size(tmp_path: Path, way: str) -> None:
    text = f'[clusters.hq]\nhost = "cucm"\n[clusters.hq.connect-to]\n"10.1.0.0/16" = "{way}"\n'
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(UsageError, match=r"10\.1\.0\.0/16"):
        load(file, {})
