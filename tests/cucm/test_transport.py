"""What each way to fail looks like to the caller, over real TLS on loopback."""

import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from lscctl.cucm.connection import Trust
from lscctl.cucm.faults import (
    AnswerLost,
    BadAnswer,
    ConnectionLost,
    LoginRefused,
    NotAnAxlServer,
    RoleMissing,
    Throttled,
    TlsNotTrusted,
    Unreachable,
    VersionRefused,
    WireFault,
)
from lscctl.cucm.transport import Endpoint, Request, Transport
from lscctl.errors import UsageError
from tests.cucm.loopback import (
    ONE_ROW,
    UPDATED,
    Asked,
    Identity,
    Loopback,
    Reply,
    cuts,
    fault,
    hangs_up,
    identity,
    says,
)

READ = Request("/axl/", "CUCM:DB ver=15.0 executeSQLQuery", b"<q/>", "executeSQLQuery", version="15.0")
WRITE = Request("/axl/", "CUCM:DB ver=15.0 updatePhone", b"<w/>", "updatePhone", write=True, version="15.0")
COOKIE = {"Set-Cookie": "JSESSIONIDSSO=first; Path=/; Secure; HttpOnly"}
PAGE = "<html><head><title>Welcome to nginx</title></head></html>"


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return identity(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def server(ours: Identity) -> Iterator[Loopback]:
    with Loopback(ours, [says(ONE_ROW)]) as loopback:
        yield loopback


def endpoint(server: Loopback, **changes: object) -> Endpoint:
    settings: dict[str, object] = {"port": server.port, "trust": Trust(ca_bundle=server.identity.pem), **changes}
    return Endpoint("127.0.0.1", "admin", "s3cret", **settings)  # type: ignore[arg-type]


@pytest.fixture
def transport(server: Loopback) -> Iterator[Transport]:
    with Transport(endpoint(server)) as made:
        yield made


def refusal(transport: Transport, request: Request = READ) -> WireFault:
    with pytest.raises(WireFault) as caught:
        transport.call(request)
    return caught.value


def test_the_body_of_a_soap_answer_comes_back(transport: Transport, server: Loopback) -> None:
    assert transport.call(READ).tag == "{http://www.cisco.com/AXL/API/15.0}executeSQLQueryResponse"
    assert server.asked[0].headers["SOAPAction"] == '"CUCM:DB ver=15.0 executeSQLQuery"'


def test_a_soap_fault_is_an_answer_too(transport: Transport, server: Loopback) -> None:
    server.answer(says(fault(5007, "no such phone"), 500))
    assert transport.call(READ).tag == "{http://schemas.xmlsoap.org/soap/envelope/}Fault"


class TestTrust:
    def test_a_certificate_that_nobody_vouches_for_is_refused_with_the_ways_out(self, server: Loopback) -> None:
        error = refusal(Transport(endpoint(server, trust=Trust())), WRITE)
        assert isinstance(error, TlsNotTrusted)
        assert "is not trusted" in error.message
        assert error.hint is not None
        assert "--ca-bundle" in error.hint
        assert f"openssl s_client -connect 127.0.0.1:{server.port}" in error.hint
        assert server.asked == []

    def test_a_certificate_for_another_name_is_refused_as_that(self, tmp_path: Path) -> None:
        with Loopback(identity(tmp_path, "cucm.example"), [says(ONE_ROW)]) as server:
            error = refusal(Transport(endpoint(server)))
        assert isinstance(error, TlsNotTrusted)
        assert "another name" in error.message

    def test_an_expired_certificate_is_refused_as_that(self, tmp_path: Path) -> None:
        with Loopback(identity(tmp_path, days=-3), [says(ONE_ROW)]) as server:
            error = refusal(Transport(endpoint(server)))
        assert isinstance(error, TlsNotTrusted)
        assert "expired" in error.message

    @pytest.mark.parametrize("spelling", [str, str.upper, lambda d: ":".join(d[i : i + 2] for i in range(0, 64, 2))])
    def test_a_pinned_certificate_needs_neither_chain_nor_name(
        self, tmp_path: Path, spelling: Callable[[str], str]
    ) -> None:
        shown = identity(tmp_path, "cucm.example", days=-3)
        with Loopback(shown, [says(ONE_ROW)]) as server, warnings.catch_warnings():
            warnings.simplefilter("error")
            Transport(endpoint(server, trust=Trust(fingerprint=spelling(shown.fingerprint)))).call(READ)

    def test_another_certificate_than_the_pinned_one_is_refused_and_shown(self, server: Loopback) -> None:
        error = refusal(Transport(endpoint(server, trust=Trust(fingerprint="ab" * 32))), WRITE)
        assert isinstance(error, TlsNotTrusted)
        assert server.identity.fingerprint in error.message
        assert server.asked == []

    def test_insecure_takes_anyone_without_a_warning_from_below(self, server: Loopback) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            Transport(endpoint(server, trust=Trust(insecure=True))).call(READ)

    def test_what_is_no_fingerprint_is_refused_at_once(self) -> None:
        with pytest.raises(UsageError, match="is not a SHA-256 fingerprint"):
            Trust(fingerprint="ab:cd")

    def test_a_ca_bundle_without_certificates_is_refused_at_once(self, tmp_path: Path) -> None:
        (tmp_path / "empty.pem").write_text("nothing")
        for path in (tmp_path / "empty.pem", tmp_path / "missing.pem"):
            with pytest.raises(UsageError, match=r"no certificates that can be read"):
                Trust(ca_bundle=path)

    def test_a_ca_bundle_that_is_gone_in_mid_run_is_named_and_nothing_is_sent(
        self, server: Loopback, tmp_path: Path
    ) -> None:
        bundle = tmp_path / "ca.pem"
        bundle.write_bytes(server.identity.pem.read_bytes())
        with Transport(endpoint(server, trust=Trust(ca_bundle=bundle))) as transport:
            transport.call(READ)
            bundle.unlink()
            error = refusal(transport, WRITE)
        assert isinstance(error, TlsNotTrusted)
        assert str(bundle) in error.message
        assert error.hint
        assert len(server.asked) == 1

    def test_the_environment_has_no_say(
        self, server: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / ".netrc").write_text("machine 127.0.0.1 login other password other\n")
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent")
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
        monkeypatch.delenv("NO_PROXY", raising=False)
        Transport(endpoint(server)).call(READ)
        assert server.logins == 1


class TestNoConnection:
    def test_an_unknown_host_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def unknown(*args: object, **kwargs: object) -> object:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        error = refusal(Transport(Endpoint("cucm.invalid", "admin", "s3cret")), WRITE)
        assert isinstance(error, Unreachable)
        assert "the host name cucm.invalid is not known" in error.message

    def test_a_name_that_dns_cannot_even_be_asked_for_is_unknown(self) -> None:
        error = refusal(Transport(Endpoint("x" * 70 + ".example", "admin", "s3cret")), WRITE)
        assert isinstance(error, Unreachable)
        assert "is not known" in error.message

    @pytest.mark.parametrize(
        "host", ["", "https://cucm", "cucm/axl", "a b", "me@cucm", "cucm?x", "cucm#x", "cucm:9443", "[::1"]
    )
    def test_what_is_no_host_name_is_refused_at_once(self, host: str) -> None:
        with pytest.raises(UsageError, match="is not a host name"):
            Endpoint(host, "admin", "s3cret")

    def test_an_ipv6_address_is_a_host(self) -> None:
        assert Endpoint("2001:db8::1", "admin", "s3cret").where == "[2001:db8::1]:8443"

    def test_a_closed_port_is_named_and_a_write_to_it_was_never_sent(self, server: Loopback) -> None:
        server.stop()
        error = refusal(Transport(endpoint(server)), WRITE)
        assert isinstance(error, Unreachable)
        assert f"127.0.0.1:{server.port} refuses connections" in error.message
        assert error.repeatable

    def test_a_server_that_speaks_no_tls_is_unreachable(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:

            def talk() -> None:
                peer = listening.accept()[0]
                peer.sendall(b"220 smtp ready\r\n")
                peer.close()

            talker = threading.Thread(target=talk)
            talker.start()
            error = refusal(Transport(Endpoint("127.0.0.1", "a", "b", listening.getsockname()[1])), WRITE)
            talker.join()
        assert isinstance(error, Unreachable)

    def test_a_server_that_never_shakes_hands_is_unreachable(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            target = Endpoint("127.0.0.1", "a", "b", silent.getsockname()[1], connect_timeout=0.2)
            error = refusal(Transport(target), WRITE)
        assert isinstance(error, Unreachable)
        assert "does not answer in time" in error.message

    def test_a_proxy_that_is_down_is_told_from_a_cluster_that_is_down(self, server: Loopback) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            closed = taken.getsockname()[1]
        error = refusal(Transport(endpoint(server, proxy=f"http://127.0.0.1:{closed}")), WRITE)
        assert isinstance(error, Unreachable)
        assert "through the proxy" in error.message

    def test_a_proxy_that_refuses_to_connect_has_not_been_sent_the_request(self, server: Loopback) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            heard: list[bytes] = []

            def refuse() -> None:
                peer = listening.accept()[0]
                heard.append(peer.recv(4096))
                peer.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                peer.close()

            proxy = threading.Thread(target=refuse)
            proxy.start()
            target = endpoint(server, proxy=f"http://127.0.0.1:{listening.getsockname()[1]}")
            error = refusal(Transport(target), WRITE)
            proxy.join()
        assert heard[0].startswith(f"CONNECT 127.0.0.1:{server.port}".encode())
        assert isinstance(error, Unreachable)


class TestRefusals:
    def test_after_one_401_nothing_is_sent_any_more(self, transport: Transport, server: Loopback) -> None:
        server.answer(says("", 401, {"WWW-Authenticate": "Basic realm=AXL"}))
        assert isinstance(refusal(transport), LoginRefused)
        assert isinstance(refusal(transport, WRITE), LoginRefused)
        assert len(server.asked) == 1

    def test_a_wrong_password_is_offered_once_however_many_threads_start_together(
        self, transport: Transport, server: Loopback
    ) -> None:
        server.answer(says("", 401))
        with ThreadPoolExecutor(8) as pool:
            errors = list(pool.map(lambda _: refusal(transport), range(16)))
        assert {type(error) for error in errors} == {LoginRefused}
        assert server.logins == 1

    def test_403_names_the_roles_that_are_missing(self, transport: Transport, server: Loopback) -> None:
        server.answer(says(PAGE, 403))
        error = refusal(transport)
        assert isinstance(error, RoleMissing)
        assert error.hint is not None
        assert "Standard AXL API Access and Standard CCM Admin Users" in error.hint

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [
            ({"Retry-After": "7"}, 7.0),
            ({}, None),
            ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
            ({"Retry-After": "soon"}, None),
        ],
    )
    def test_503_says_how_long_to_wait_if_told(
        self, transport: Transport, server: Loopback, header: dict[str, str], seconds: float | None
    ) -> None:
        server.answer(says(PAGE, 503, header))
        error = refusal(transport, WRITE)
        assert isinstance(error, Throttled)
        assert error.retry_after == seconds
        assert error.repeatable

    @pytest.mark.parametrize(
        ("page", "versions"),
        [
            ("Incorrect axl version. Supported axl versions are 12.x, 14.0 and 15.0", ("12.x", "14.0", "15.0")),
            ("The specified version is not available. Available versions are 8.0, 8.5, 9.0.", ("8.0", "8.5", "9.0")),
            ("Supported axl versions are <b>11.5</b>, 12.0</p><hr/>Apache Tomcat/9.0.50", ("11.5", "12.0")),
            ("Something else. Apache Tomcat/9.0.50", ()),
        ],
    )
    def test_599_names_the_versions_that_the_cluster_speaks(
        self, transport: Transport, server: Loopback, page: str, versions: tuple[str, ...]
    ) -> None:
        server.answer(says(f"<html><title>HTTP Status 599</title><p>{page}</p></html>", 599))
        error = refusal(transport)
        assert isinstance(error, VersionRefused)
        assert error.versions == versions
        assert "does not speak AXL 15.0" in error.message

    @pytest.mark.parametrize(
        ("reply", "word"),
        [
            (says(PAGE), "a web page ('Welcome to nginx')"),
            (says(PAGE, 404), "HTTP 404"),
            (says("", 302, {"Location": "https://elsewhere.example/"}), "redirects to https://elsewhere.example/"),
            (says(""), "an empty answer"),
            (says("{}", headers={"Content-Type": "application/json"}), "application/json that is no SOAP"),
            (says("<other/>", headers={"Content-Type": "text/xml"}), "text/xml that is no SOAP"),
        ],
    )
    def test_what_is_no_cucm_is_called_so(
        self, transport: Transport, server: Loopback, reply: Reply, word: str
    ) -> None:
        server.answer(reply)
        error = refusal(transport)
        assert isinstance(error, NotAnAxlServer)
        assert word in error.message
        assert len(server.asked) == 1

    def test_entities_in_an_answer_are_not_resolved(
        self, transport: Transport, server: Loopback, tmp_path: Path
    ) -> None:
        (tmp_path / "secret").write_text("secret")
        entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>'
        server.answer(says(entity + ONE_ROW.replace("SEP001122334455", "&e;")))
        assert "".join(str(text) for text in transport.call(READ).itertext()) in ("", "&e;")


class TestLostAnswers:
    @pytest.mark.parametrize(
        "reply",
        [
            hangs_up,
            cuts(UPDATED),
            says(UPDATED[:90]),
            says(PAGE),
            says(""),
            says(PAGE, 500),
            says(PAGE, 502),
            says(PAGE, 504),
        ],
        ids=["closed", "cut", "half", "page", "empty", "500", "502", "504"],
    )
    def test_a_write_that_may_have_been_done_is_lost_and_never_repeated(
        self, transport: Transport, server: Loopback, reply: Reply
    ) -> None:
        transport.call(READ)
        server.answer(reply)
        error = refusal(transport, WRITE)
        assert isinstance(error, AnswerLost)
        assert not error.repeatable
        assert "may have been done" in error.message
        assert len(server.asked) == 2

    def test_a_write_without_an_answer_in_time_is_lost(self, server: Loopback) -> None:
        transport = Transport(endpoint(server, read_timeout=0.2))
        transport.call(READ)
        done = threading.Event()

        def waits(handler: BaseHTTPRequestHandler, asked: Asked) -> None:
            done.wait(5)

        server.answer(waits)
        error = refusal(transport, WRITE)
        done.set()
        assert isinstance(error, AnswerLost)
        assert "none came within 0.2 s" in error.message

    @pytest.mark.parametrize("reply", [hangs_up, cuts(ONE_ROW)], ids=["closed", "cut"])
    def test_a_read_whose_connection_breaks_may_be_repeated(
        self, transport: Transport, server: Loopback, reply: Reply
    ) -> None:
        server.answer(reply)
        error = refusal(transport)
        assert isinstance(error, ConnectionLost)
        assert error.repeatable

    def test_a_read_answered_by_a_page_after_the_login_is_a_bad_answer(
        self, transport: Transport, server: Loopback
    ) -> None:
        transport.call(READ)
        server.answer(says(ONE_ROW[:-30]))
        error = refusal(transport)
        assert isinstance(error, BadAnswer)
        assert "a SOAP answer that is cut off or broken" in error.message

    def test_a_write_on_a_connection_that_the_server_closed_while_idle_goes_out_anew(
        self, transport: Transport, server: Loopback
    ) -> None:
        def closes(handler: BaseHTTPRequestHandler, asked: Asked) -> None:
            says(ONE_ROW)(handler, asked)
            handler.close_connection = True

        server.answer(closes, says(UPDATED))
        transport.call(READ)
        time.sleep(0.05)  # the close has to arrive; if it were late the write would be lost, never doubled
        transport.call(WRITE)
        assert len(server.asked) == 2


class TestSession:
    def test_the_password_stays_at_home_while_the_cookie_serves(self, transport: Transport, server: Loopback) -> None:
        server.answer(says(ONE_ROW, headers=COOKIE), says(ONE_ROW))
        for _ in range(3):
            transport.call(READ)
        assert [asked.with_password for asked in server.asked] == [True, False, False]
        assert server.asked[1].headers["Cookie"] == "JSESSIONIDSSO=first"

    def test_without_a_cookie_every_request_brings_the_password(self, transport: Transport, server: Loopback) -> None:
        for _ in range(2):
            transport.call(READ)
        assert server.logins == 2

    def test_an_idle_cookie_means_one_more_login(self, transport: Transport, server: Loopback) -> None:
        server.answer(says(ONE_ROW, headers=COOKIE), says("", 404), says(UPDATED), says(ONE_ROW))
        transport.call(READ)
        transport.call(WRITE)
        assert [asked.with_password for asked in server.asked] == [True, False, True]

    def test_a_404_that_stays_is_not_asked_a_third_time(self, transport: Transport, server: Loopback) -> None:
        server.answer(says(ONE_ROW, headers=COOKIE), says("", 404))
        transport.call(READ)
        assert isinstance(refusal(transport), NotAnAxlServer)
        assert len(server.asked) == 3

    def test_a_cookie_that_is_no_login_is_given_up_for_good(self, transport: Transport, server: Loopback) -> None:
        server.answer(says(ONE_ROW, headers=COOKIE), says("", 401), says(ONE_ROW, headers=COOKIE))
        for _ in range(3):
            transport.call(READ)
        assert [asked.with_password for asked in server.asked] == [True, False, True, True]

    def test_a_password_that_no_longer_holds_when_the_session_ends_is_offered_once(
        self, transport: Transport, server: Loopback
    ) -> None:
        server.answer(says(ONE_ROW, headers=COOKIE), says("", 401))
        transport.call(READ)
        with ThreadPoolExecutor(8) as pool:
            errors = list(pool.map(lambda _: refusal(transport), range(8)))
        assert {type(error) for error in errors} == {LoginRefused}
        assert server.logins == 2

    def test_a_password_that_no_longer_holds_is_offered_once_where_the_cluster_opens_no_session(
        self, transport: Transport, server: Loopback
    ) -> None:
        server.answer(says(ONE_ROW), says(ONE_ROW), says("", 401))
        for _ in range(2):
            transport.call(READ)
        with ThreadPoolExecutor(8) as pool:
            errors = list(pool.map(lambda _: refusal(transport), range(8)))
        assert {type(error) for error in errors} == {LoginRefused}
        assert server.logins == 3

    def test_many_threads_share_one_login_and_log_in_once_when_it_ends(
        self, transport: Transport, server: Loopback
    ) -> None:
        live = {"JSESSIONIDSSO=first"}

        def tomcat(handler: BaseHTTPRequestHandler, asked: Asked) -> None:
            given = asked.headers.get("Cookie")
            if asked.with_password:
                name = f"JSESSIONIDSSO=n{len(server.asked)}"
                live.add(name)
                says(ONE_ROW, headers={"Set-Cookie": f"{name}; Path=/"})(handler, asked)
            else:
                says(ONE_ROW if given in live else "", 200 if given in live else 404)(handler, asked)

        server.answer(tomcat)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: transport.call(READ), range(40)))
            assert server.logins == 1
            live.clear()
            list(pool.map(lambda _: transport.call(READ), range(40)))
        assert server.logins == 2

    def test_a_page_asked_for_without_credentials_leaves_no_session(
        self, transport: Transport, server: Loopback
    ) -> None:
        server.answer(says("<versionInformation/>", headers=COOKIE), says(ONE_ROW))
        assert transport.get_anonymously("/cucm-uds/version") == b"<versionInformation/>"
        transport.call(READ)
        assert [asked.with_password for asked in server.asked] == [False, True]
        assert "Cookie" not in server.asked[1].headers


class TestSecrets:
    def test_a_password_of_any_script_reaches_the_cluster_as_utf_8(self, server: Loopback) -> None:
        Transport(Endpoint("127.0.0.1", "admin", "пароль:ü", server.port, server_trust(server))).call(READ)
        assert server.asked[0].headers["Authorization"] == "Basic YWRtaW460L/QsNGA0L7Qu9GMOsO8"

    def test_no_secret_shows_in_a_repr_or_a_trace(self, server: Loopback) -> None:
        heard: list[str] = []
        target = endpoint(server, proxy=None)
        body = "<w><authenticationString>4711</authenticationString><sql>update device set AuthenticationString = '4712'</sql></w>"
        server.answer(says(ONE_ROW.replace("<name>", "<authenticationstring>4713</authenticationstring><name>")))
        Transport(target, trace=heard.append).call(Request("/axl/", "a", body.encode(), "executeSQLUpdate", write=True))
        shown = "\n".join(heard) + repr(target) + repr(Endpoint("h", "u", "s3cret", proxy="http://me:s3cret@proxy"))
        assert "SEP001122334455" in shown
        assert "***" in shown
        for secret in ("s3cret", "4711", "4712", "4713", "YWRtaW46"):
            assert secret not in shown


def server_trust(server: Loopback) -> Trust:
    return Trust(ca_bundle=server.identity.pem)
