"""Each thing that can go wrong ends in a clear message with the next step, the documented exit code, and nothing half-done."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from lscctl.simulator.doors.accounts import Account
from tests.cucm.loopback import UPDATED, Loopback, Reply, cuts, hangs_up, identity, says
from tests.e2e.conftest import Ran, Site

BULK = ("bulk-install", "--cluster", "lab", "--model", "8845", "--yes")


def assert_explains(ran: Ran, exit_code: int, *words: str) -> None:
    """The command ended with the code, and says on stderr what happened (all the words) and what to do next."""
    assert ran.exit_code == exit_code, (ran.exit_code, ran.out, ran.err)
    for word in words:
        assert word.casefold() in ran.err.casefold(), (word, ran.err)
    assert "error:" in ran.err
    assert "hint:" in ran.err


def assert_untouched(site: Site) -> None:
    """No write was even tried."""
    tried = {operation for operation, _ in site.server.requests}
    assert not tried & {"updatePhone", "applyPhone", "doDeviceReset", "resetPhone", "executeSQLUpdate"}


def test_a_host_that_does_not_exist(site: Site) -> None:
    site.configure(host='"no-such-host.invalid"')
    assert_explains(site.lscctl(*BULK), 5, "no-such-host.invalid")


def test_a_port_that_nobody_listens_on(site: Site) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        site.configure(port=str(unused.getsockname()[1]))
        assert_explains(site.lscctl(*BULK), 5, "127.0.0.1")


def test_a_certificate_that_nobody_vouches_for(site: Site) -> None:
    site.configure(ca_bundle="")
    assert_explains(site.lscctl(*BULK), 5, "certificate", "--ca-bundle")
    assert_untouched(site)


def test_a_certificate_of_another_name(site: Site) -> None:
    with stranger(site, says("never read"), name="other.example"):
        assert_explains(site.lscctl(*BULK), 5, "another name", "--fingerprint")


def test_a_fingerprint_that_is_not_the_servers(site: Site) -> None:
    site.configure(ca_bundle="", fingerprint=f'"{"ab" * 32}"')
    assert_explains(site.lscctl(*BULK), 5, "fingerprint")


def test_a_wrong_password_is_tried_once_only(site: Site) -> None:
    assert_explains(site.lscctl(*BULK, LSCCTL_PASSWORD="wrong"), 5, site.server.user, "password")
    assert sum(count for (_, outcome), count in site.server.requests.items() if outcome == "401") == 1


def test_a_user_without_the_role(make_site: Callable[..., Site]) -> None:
    site = make_site(accounts=(Account("clerk", "clerk-secret", roles=frozenset()),))
    site.configure(user='"clerk"')
    assert_explains(site.lscctl(*BULK, LSCCTL_PASSWORD="clerk-secret"), 5, "Standard AXL API Access")


@contextmanager
def stranger(site: Site, reply: Reply, *, name: str = "localhost") -> Iterator[None]:
    """A server that is no CUCM in the cluster's place, with a certificate (for `name`) that the configuration trusts."""
    certificate = identity(site.folder, name)
    with Loopback(certificate, [reply]) as server:
        site.configure(port=str(server.port), ca_bundle=f'"{certificate.pem}"')
        yield


HTML = {"Content-Type": "text/html"}


@pytest.mark.parametrize(
    ("reply", "word"),
    [
        (says("<html><title>Router login</title></html>", headers=HTML), "CUCM"),
        (says("<html>nothing here</html>", 404, HTML), "publisher"),
        (says("", headers={"Content-Type": "text/xml"}), "127.0.0.1"),
        (cuts(UPDATED), "127.0.0.1"),
        (says("moved", 302, {"Location": "/login"}), "127.0.0.1"),
        (hangs_up, "127.0.0.1"),
    ],
    ids=["a router's page", "404", "nothing", "a cut answer", "a redirect", "no answer"],
)
def test_a_server_that_is_no_cucm(site: Site, reply: Reply, word: str) -> None:
    with stranger(site, reply):
        assert_explains(site.lscctl(*BULK), 5, word)


@pytest.mark.parametrize("harm", ["html", "http-500", "cut"])
def test_odd_answers_in_the_middle_of_the_inventory(site: Site, harm: str) -> None:
    site.server.disturb(f"{harm}:executeSQLQuery")
    assert_explains(site.lscctl(*BULK), 5)
    assert_untouched(site)


def test_503_throughout(site: Site) -> None:
    site.server.disturb("http-503")
    assert_explains(site.lscctl(*BULK), 5, "503")
    assert_untouched(site)


def test_an_unknown_model_names_the_nearest(site: Site) -> None:
    assert_explains(site.lscctl("bulk-install", "--cluster", "lab", "--model", "8854", "--yes"), 2, "8854", "8845")
    assert_untouched(site)


def test_no_phone_matched(site: Site) -> None:
    ran = site.lscctl(*BULK, "--name", "SEP000000000000")
    assert_explains(ran, 4)
    assert_untouched(site)


def test_every_phone_left_out(site: Site) -> None:
    ran = site.lscctl("bulk-install", "--cluster", "lab", "--model", "7940", "--yes")
    assert ran.exit_code == 3, ran
    assert "Security By Default" in ran.out + ran.err
    assert_untouched(site)


@pytest.mark.parametrize("deadline", ["30m", "0h", "2020-01-01T04:00"])
def test_a_deadline_too_near(site: Site, deadline: str) -> None:
    assert_explains(site.lscctl(*BULK, "--complete-by", deadline), 3, "one hour")
    assert_untouched(site)


def test_a_deadline_that_is_none(site: Site) -> None:
    assert_explains(site.lscctl(*BULK, "--complete-by", "when it suits"), 2, "when it suits")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ("phones.txt",)),
        (b"\xff\xfe\x00\xd8garbage\x00", ("phones.txt",)),
        (b"SEP001122334455\nnot a phone at all\n", ("phones.txt", "2")),
    ],
)
def test_a_bad_list_file(site: Site, content: bytes, words: tuple[str, ...]) -> None:
    (site.folder / "phones.txt").write_bytes(content)
    assert_explains(site.lscctl("bulk-install", "--cluster", "lab", "--from", "phones.txt", "--yes"), 2, *words)
    assert_untouched(site)


def test_a_list_with_a_name_that_the_cluster_does_not_know(site: Site) -> None:
    (known,) = site.sql("select name from device where tkmodel = 683 and tkclass = 1 order by name limit 1") or [("",)]
    (site.folder / "phones.txt").write_text(f"{known[0]}\nSEPFFFFFFFFFFFE\n")
    assert_explains(
        site.lscctl("bulk-install", "--cluster", "lab", "--from", "phones.txt", "--yes"), 2, "SEPFFFFFFFFFFFE"
    )
    assert_untouched(site)


def test_another_count_than_expected(site: Site) -> None:
    ran = site.lscctl(*BULK, "--expect", "100000")
    assert ran.exit_code == 3, ran
    assert "100000" in ran.err.replace(",", "")
    assert_untouched(site)


def test_no_terminal_and_no_yes(site: Site) -> None:
    assert_explains(site.lscctl("bulk-install", "--cluster", "lab", "--model", "8845"), 2, "--yes")
    assert_untouched(site)


def test_no_selector_at_all(site: Site) -> None:
    assert_explains(site.lscctl("bulk-install", "--cluster", "lab", "--yes"), 2)
    assert_untouched(site)


def test_no_cluster_configured(site: Site) -> None:
    (site.folder / "config.toml").write_text("")
    assert_explains(site.lscctl("status"), 2, "--cluster sim", "[clusters.", "config.toml")


def test_a_configuration_file_that_is_missing(site: Site) -> None:
    assert_explains(site.lscctl("status", LSCCTL_CONFIG="missing.toml"), 2, "missing.toml")
