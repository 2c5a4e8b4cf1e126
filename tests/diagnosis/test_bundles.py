"""What somebody mails for one phone: its own files beside what he copied of nodes, of the phone's screens, and his own words."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.diagnosis.mailed import Given, gather
from lscctl.diagnosis.reading.kinds import kind_of
from lscctl.diagnosis.reading.letters import stated
from lscctl.diagnosis.reading.phone_screen import shown_on
from lscctl.diagnosis.reading.server_output import read_server_output
from lscctl.finding import Diagnosis, Source
from tests.diagnosis.logs import BROKE_OFF, CONNECTED, DONE, HANDSHAKE, KNOWLEDGE, NO_HOST, START, log, named
from tests.trustlist.lists import printed

PHONE = "SEP001122334455"
PAGE = f"<html><body><table><tr><td>Host name</td><td>{PHONE}</td></tr></table></body></html>"
OTHER = "SEP00112233AAAA"
WELL = log(f"JAVA-device name [{PHONE}]", START, CONNECTED, HANDSHAKE, DONE)
REFUSED = "SECUREAPP-CAPF: TCP connect() failed, errno 111 Connection refused, [10.20.0.10] port 3804"


def services(*, capf: str = "STARTED", tvs: str = "STARTED", primary: str = "true", why: str = "") -> str:
    """What `utils service list` prints, in short."""
    return (
        "admin:utils service list\nRequesting service status, please wait...\nSystem SSH [STARTED]\nA Cisco DB[STARTED]\n"
        f"Cisco Certificate Authority Proxy Function[{capf}]  {why}\nCisco Tftp[STARTED]\n"
        f"Cisco Trust Verification Service[{tvs}]\nPrimary Node ={primary}\n\nadmin:\n"
    )


OFF_ON_SUBSCRIBER = services(capf="STOPPED", primary="false", why="Service Not Activated")
STOPPED = services(capf="STOPPED", why="Commanded Out of Service")


def found(folder: Path, **files: str) -> list[Diagnosis]:
    """What the bundle of these files tells, `__` in their names for folders and `_dot_` for a dot."""
    for name, content in files.items():
        file = folder / name.replace("__", "/").replace("_dot_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    return [case.diagnosis(KNOWLEDGE) for case in gather([Given(str(folder))], KNOWLEDGE)]


def only(folder: Path, **files: str) -> list[str]:
    """The causes that are named for the one phone of the bundle."""
    (one,) = found(folder, **files)
    assert one.phone in ("", PHONE)
    return named(one)


# services


def test_capf_that_is_not_activated_on_a_subscriber_is_no_trouble(tmp_path: Path) -> None:
    assert only(tmp_path, page=PAGE, svc=OFF_ON_SUBSCRIBER) == []
    assert only(tmp_path, pub=services()) == []


def test_capf_that_is_stopped_on_the_publisher_is(tmp_path: Path) -> None:
    assert only(tmp_path, page=PAGE, svc=STOPPED, sub=OFF_ON_SUBSCRIBER)[0] == "capf-stopped"


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("before_0900_dot_txt", "after_0930_dot_txt"),
        ("svc1_dot_txt", "svc2_dot_txt"),
        ("svc-9_dot_txt", "svc-10_dot_txt"),
    ],
)
def test_the_later_list_of_a_node_counts(tmp_path: Path, earlier: str, later: str) -> None:
    assert only(tmp_path / "well", page=PAGE, **{earlier: STOPPED, later: services()}) == []
    assert only(tmp_path / "ill", page=PAGE, **{earlier: services(), later: STOPPED})[0] == "capf-stopped"


def test_lists_of_which_none_is_known_to_be_the_later_tell_nothing_where_they_differ(tmp_path: Path) -> None:
    assert only(tmp_path, page=PAGE, mine=STOPPED, yours=services()) == []


def test_a_node_s_number_makes_none_of_two_nodes_lists_the_later(tmp_path: Path) -> None:
    elsewhere = services(capf="STOPPED", primary="", why="Service Not Activated").replace("Primary Node =\n", "")
    first = services(primary="").replace("Primary Node =\n", "")
    assert only(tmp_path / "capf", page=PAGE, **{"cucm1-services": first, "cucm2-services": elsewhere}) == []
    off = services(tvs="STOPPED", primary="false")
    lists = {"sub1-services": services(primary="false"), "sub2-services": off, "pub-services": services(tvs="STOPPED")}
    assert only(tmp_path / "tvs", page=PAGE, **lists) == []


def test_tvs_is_stopped_where_it_runs_on_no_node_whose_list_is_there(tmp_path: Path) -> None:
    off = services(tvs="STOPPED")
    sub = services(tvs="STOPPED", capf="STOPPED", primary="false", why="Service Not Activated")
    (ill,) = found(tmp_path / "ill", page=PAGE, pub=off, sub=sub)
    assert [(one.cause.name, len(one.evidence)) for one in ill.causes] == [("tvs-stopped", 2)]
    assert only(tmp_path / "well", page=PAGE, pub=off, sub=services(primary="false")) == []


def test_what_a_node_says_is_over_where_the_phone_s_log_ends_well(tmp_path: Path) -> None:
    """A list has no time: the phone that has its LSC tells that it was before."""
    assert only(tmp_path / "well", messages=WELL, svc=STOPPED) == []
    ill = log(START, CONNECTED, HANDSHAKE, DONE, START, REFUSED, BROKE_OFF)
    assert only(tmp_path / "ill", page=PAGE, messages=ill, svc=STOPPED)[0] == "capf-stopped"


# sockets, files and certificates of nodes


LISTENS = "tcp   0  0 0.0.0.0:22 0.0.0.0:* LISTEN 1/sshd\ntcp 0 0 0.0.0.0:8443 0.0.0.0:* LISTEN 2/tomcat\n"
CAPF_LISTENS = "tcp   0  0 0.0.0.0:3804   0.0.0.0:*   LISTEN   4711/capf\n"


def test_connections_of_which_capf_reads_nothing_tell_that_it_is_frozen(tmp_path: Path) -> None:
    waiting = "".join(f"tcp 212 0 10.20.0.10:3804  10.20.1.{host}:50112  CLOSE_WAIT  4711/capf\n" for host in range(4))
    assert only(tmp_path / "ill", page=PAGE, netstat=CAPF_LISTENS + waiting) == ["capf-frozen"]
    served = waiting.replace("tcp 212", "tcp 0").replace("CLOSE_WAIT", "ESTABLISHED")
    assert only(tmp_path / "well", page=PAGE, netstat=CAPF_LISTENS + served) == []


def test_a_publisher_whose_port_for_capf_is_not_open_has_capf_stopped(tmp_path: Path) -> None:
    sockets = LISTENS + LISTENS.replace("22", "6970")
    assert only(tmp_path / "ill", page=PAGE, pub_netstat=sockets) == ["capf-stopped"]
    assert only(tmp_path / "sub", page=PAGE, netstat=sockets) == []
    assert only(tmp_path / "well", page=PAGE, pub_netstat=sockets + CAPF_LISTENS) == []


def test_capf_that_listens_rules_out_that_it_is_stopped_where_a_phone_is_refused(tmp_path: Path) -> None:
    log_ = log(START, REFUSED, BROKE_OFF)
    assert only(tmp_path / "alone", page=PAGE, messages=log_)[0] == "capf-stopped"
    listens = LISTENS + CAPF_LISTENS
    assert "capf-stopped" not in only(tmp_path / "with", page=PAGE, messages=log_, netstat=listens)


@pytest.mark.parametrize("what", ["*TL*", "*", "ITLFile.tlv"])
def test_a_tftp_folder_without_an_itl_is_told(tmp_path: Path, what: str) -> None:
    nothing = f"admin:file list tftp {what}\nno such file can be found\nadmin:\n"
    assert only(tmp_path / "ill", page=PAGE, tftp=nothing) == ["itl-missing"]
    assert only(tmp_path / "well", page=PAGE, tftp=f"admin:file list tftp {what}\nITLFile.tlv\nadmin:\n") == []
    assert only(tmp_path / "other", page=PAGE, tftp="admin:file list tftp SEP*\nno such file can be found\n") == []


OWN = (
    "admin:show cert own CAPF\n[\n  Version: V3\n  Serial Number: 2F0011AA\n  Issuer Name: CN=CAPF-3b3b9011, O=Example\n"
    "  Validity From: Tue Apr 02 10:00:00 CEST 2019\n           To:   {}\n  Subject Name: L=Town, CN=CAPF-3b3b9011\n]\n"
    "admin:show date\nDate/time: 2024-04-15 09:20:11 CEST\n"
)


@pytest.mark.parametrize(
    ("ends", "causes"),
    [
        ("Sun Mar 31 10:00:00 CEST 2024", ["capf-certificate-unfit"]),
        ("Mon Apr 15 23:00:00 CEST 2024", []),
        ("Sun Mar 31 10:00:00 CEST 2030", []),
        ("some day", []),
    ],
)
def test_capf_s_own_certificate_is_held_against_the_day_that_the_node_shows(
    tmp_path: Path, ends: str, causes: list[str]
) -> None:
    assert only(tmp_path / "capf", page=PAGE, certs=OWN.format(ends)) == causes
    assert only(tmp_path / "tomcat", page=PAGE, certs=OWN.format(ends).replace("own CAPF", "own tomcat")) == []


def test_nobody_knows_whether_a_certificate_has_ended_where_no_day_is_shown(tmp_path: Path) -> None:
    undated = OWN.format("Sun Mar 31 10:00:00 CEST 2024").partition("admin:show date")[0]
    assert only(tmp_path, page=PAGE, certs=undated) == []


# the phone's own screens, files and configuration


TRUST_LIST = (
    "Trust list\n CTL file      : Not installed\n ITL file      : d3 19 70 0a bb ... (SHA1)\n   TFTP server : tftp1.example\n"
    "   TVS         : cucm1.example\n{}"
)


@pytest.mark.parametrize("capf", ["   CAPF server : (none)\n", "   CAPF server :\n", ""])
def test_a_phone_s_trust_list_without_capf_is_told(tmp_path: Path, capf: str) -> None:
    assert only(tmp_path, page=PAGE, status__trust=TRUST_LIST.format(capf)) == ["no-capf-in-itl"]


def test_a_phone_s_trust_list_with_capf_and_a_page_of_its_network_are_no_trouble(tmp_path: Path) -> None:
    listed = TRUST_LIST.format("   CAPF server : cucm1.example\n")
    network = (
        "TFTP server 1 : 10.20.0.10\nTVS : 10.20.0.10\nCUCM server1 : 10.20.0.10 Active\nSecurity mode : Non secure\n"
    )
    assert only(tmp_path, page=PAGE, trust=listed, net=network) == []


def test_a_phone_whose_screen_and_whose_flash_have_no_itl_has_none(tmp_path: Path) -> None:
    screen = (
        "Security configuration\nCTL file: Not installed\nITL file: Not installed\nLSC: Not installed\nMIC: Installed\n"
    )
    assert only(tmp_path / "screen", page=PAGE, screen=screen) == ["itl-missing"]
    listing = "-rw-r--r--  secd  4096  mic.pem\n-rw-------  secd  1704  mic.key\ntotal 2\n"
    assert only(tmp_path / "elsewhere", page=PAGE, ls=f"{listing}drwxr-xr-x  secd  4096  tl\n") == []
    ctl = "-rw-r--r--  secd  8192  CTLFile.tlv\n"
    for flash in (listing + ctl, f"{listing}\n/flash0/sec/tl:\ntotal 0\n", f"$ ls -l /flash0/sec/tl\n{ctl}"):
        assert only(tmp_path / "flash", page=PAGE, ls=flash) == ["itl-missing"]
    assert only(tmp_path / "well", page=PAGE, ls=listing + "-rw-r--r--  secd  8192  ITLFile.tlv\n") == []
    of_a_node = "".join(f"-rw-r--r-- 1 certbase ccmbase 1200 Apr  1 10:00 {name}.pem\n" for name in ("CAPF", "tvs"))
    assert only(tmp_path / "node", page=PAGE, ls=of_a_node) == []


CONFIGURATION = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<device><deviceSecurityMode>{mode}</deviceSecurityMode>\n'
    "<capfList><capf><phonePort>3804</phonePort><processNodeName>{name}</processNodeName></capf></capfList></device>\n"
)


def test_a_phone_s_configuration_file_names_capf_s_server(tmp_path: Path) -> None:
    name = "voice7.example.com"
    asked = log(f"dnsmasq[345]: reply {name} is NXDOMAIN-IPv4")
    configured = CONFIGURATION.format(mode=1, name=name)
    with_it = {f"{PHONE}_dot_cnf_dot_xml": configured}
    assert only(tmp_path / "ill", messages=asked, **with_it) == ["name-not-resolved"]
    other = {f"{PHONE}_dot_cnf_dot_xml": configured.replace(name, "10.20.0.10")}
    assert only(tmp_path / "well", messages=asked, **other) == []


def test_a_status_page_whose_times_have_a_column_of_their_own_is_read(tmp_path: Path) -> None:
    rows = "".join(
        f"<tr><td><b> 08:1{minute}:05 14/05/24</b></td><td width=20></td><td><b>{said}</b></td></tr>\n"
        for minute, said in enumerate(
            ("TFTP file not found: ringlist.xml", "DNS unknown host: CCM01", "LSC update unsuccessful")
        )
    )
    assert only(tmp_path, page=PAGE, status=f"<html><table>{rows}</table></html>") == ["name-not-resolved"]


# somebody's own words


CHECKLIST = """> Before you open a case check:
>  - is the CAPF service activated and running on the publisher? If it is stopped, phones get connection refused on 3804
>  - can the phone resolve the name of the publisher?
>  - has the ITL file the CAPF record? If the phone's ITL is corrupt or differs, delete it
>  - was the authentication string typed wrongly? Three wrong ones lock the phone
"""


@pytest.mark.parametrize(
    "words",
    [
        CHECKLIST,
        "Could it be that the CAPF service is stopped? We do not know where to look.",
        "If the CAPF certificate has expired we would have to make a new one, the vendor told us.",
        "Please check whether the authentication string is wrong or the phone is locked.",
        "Maybe the ITL of the phone is corrupt, as it was in the other building.",
    ],
)
def test_what_somebody_asks_or_supposes_is_no_evidence(tmp_path: Path, words: str) -> None:
    assert only(tmp_path, page=PAGE, mail=f"{words}\nThe LSC of this phone is all that we miss.\n") == []


@pytest.mark.parametrize(
    "words",
    [
        "Pienso que es el DNS porque dice No DNS server, pero en los otros lo dice",
        "O usuario digitou o numero errado com a senha, mas nao foi aceita: Nao aceita, erro no CAPF",
        "Ich habe den Hinweis Trust List Update Failed auch bei den anderen, das ist nicht neu",
        "Je crois que le certificat est invalid mais nous ne savons pas",
        "erased the trust list by hand as the wiki says",
    ],
)
def test_what_is_said_in_another_tongue_or_was_done_by_hand_is_no_evidence(tmp_path: Path, words: str) -> None:
    assert only(tmp_path, page=PAGE, mail=f"{words}\n") == []


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("the phone at the desk of Carlos de la Cruz (cruz@example.com) shows No Trust List installed.", "itl-missing"),
        ('Rio de Janeiro / los Andes (com): it says "No Trust List installed"', "itl-missing"),
        ('Hallo, das Telefon ist neu und es steht "No Trust List installed" auf dem Schirm. Was tun?', "itl-missing"),
        (
            'Le poste est neuf et nous avons "Upgrade Failed: Invalid Authentication String" sur la page.',
            "authentication-string-wrong",
        ),
        ("auf dem Telefon von Herrn Meier und auch bei mir steht: CAPF: server refused the connection", "capf-stopped"),
    ],
)
def test_what_is_cited_counts_in_whatever_tongue(tmp_path: Path, words: str, cause: str) -> None:
    assert only(tmp_path, page=PAGE, mail=f"{words}\n")[0] == cause


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("CAPF server certificate not trusted (was registered)", "capf-certificate-differs"),
        (f"TFTP timeout, file {PHONE}.cnf.xml, location Berlin", "configuration-not-fetched"),
        ("%UC_CAPF-3-CAPF_LSC_FAILED: No Trust List installed", "itl-missing"),
    ],
)
def test_a_word_beside_silences_no_message(tmp_path: Path, line: str, cause: str) -> None:
    assert only(tmp_path, page=PAGE, messages=f"10:00:01 {line}\n10:00:02 {line}\n")[0] == cause


def test_certificates_that_a_node_lists_are_no_peer_s(tmp_path: Path) -> None:
    own = "".join(
        f"{unit}/{unit}.pem: Self-signed certificate generated by system\n"
        for unit in ("ipsec", "CallManager", "CallManager-ECDSA", "CAPF", "TVS", "authz")
    )
    assert only(tmp_path, page=PAGE, certs=f"admin:show cert list own\n{own}\nadmin:\n") == []


def test_what_a_vpn_server_tells_of_a_certificate_is_no_trouble_with_capf(tmp_path: Path) -> None:
    told = f"%ASA-3-717009: Certificate validation failed. No suitable trustpoints found, name: CN={PHONE}, issuer CAPF-1a2b"
    assert only(tmp_path, page=PAGE, asa=f"{told}\n") == []


def test_what_a_parameter_allows_is_no_trouble(tmp_path: Path) -> None:
    told = " Key Size *            1024\n Maximum Allowable Attempts for Key Generation *     3\n"
    assert only(tmp_path, page=PAGE, params=f"CAPF (Active) on 10.9.0.2\n{told}") == []


def test_a_firewall_that_lets_most_through_tells_what_it_drops(tmp_path: Path) -> None:
    line = (
        'date=2023-08-09 time=12:15:06 srcip=10.77.7.44 srcport=51200 dstip=10.70.2.10 dstport={} proto=6 action="{}"\n'
    )
    passed = "".join(line.format(port, "accept") for port in (5060, 6970, 6972, 80, 443))
    up = "tvs service is up on all three: Cisco Trust Verification Service[STARTED]\n"
    assert only(tmp_path / "tvs", fw=line.format(2445, "deny") * 3 + passed, chat=up) == ["tvs-unreachable"]
    assert only(tmp_path / "well", fw=line.format(2445, "accept") * 3 + passed, chat=up) == []


def test_a_certificate_of_a_capf_s_that_capf_cannot_verify_is_the_phone_s(tmp_path: Path) -> None:
    trace = (
        f"11:20:54.902 |   debug 2:{PHONE}:verify depth 0 err 20: unable to get local issuer certificate\n"
        f"11:20:54.902 |   debug 2:{PHONE}:  issr CN=CAPF-52d90b6e,OU=Telephony\n"
        f"11:20:55.903 |   debug 1:{PHONE}:SSL_accept failed, alert unknown_ca to peer\n"
    )
    assert only(tmp_path, trace=trace)[0] == "lsc-issuer-not-trusted"


def test_what_somebody_states_is(tmp_path: Path) -> None:
    mail = "Hello,\nsince today CCMAdmin shows after each try:\n Certificate Operation Status: Upgrade Failed: Invalid LSC\n"
    assert only(tmp_path, page=PAGE, mail=mail)[0] == "lsc-issuer-not-trusted"


# traces


def session(phone: str, number: int, *said: str) -> str:
    """What a trace holds of one session."""
    return "".join(f"09:00:{second:02}.500 |   debug {number}:{phone}:{text}\n" for second, text in enumerate(said))


INVALID = "presented issuer CN=CAPF-1f00ab12, not in CAPF-trust; Invalid LSC"


def test_what_a_trace_holds_of_others_is_left_where_a_phone_s_own_files_are(tmp_path: Path) -> None:
    trace = session(OTHER, 7, INVALID) + session(PHONE, 8, "STORE_CERT_RES status 0", "END_SESSION, success")
    (one,) = found(tmp_path / "bundle", page=PAGE, capf__trace=trace)
    assert (one.phone, named(one)) == (PHONE, [])
    assert any("other phone" in missing for missing in one.missing)
    alone = found(tmp_path / "alone", trace=trace)
    assert {(each.phone, tuple(named(each))) for each in alone} == {(PHONE, ()), (OTHER, ("lsc-issuer-not-trusted",))}


def test_traces_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    ill, well = session(PHONE, 7, INVALID), session(PHONE, 7, "STORE_CERT_RES status 0", "END_SESSION, success")
    assert only(tmp_path / "healed", page=PAGE, capf00000061=ill, capf00000062=well) == []
    assert only(tmp_path / "broke", page=PAGE, capf00000061=well, capf00000062=ill) == ["lsc-issuer-not-trusted"]


def test_a_dated_trace_is_one(tmp_path: Path) -> None:
    text = "".join(f"2024-04-08 {line}\n" for line in session(PHONE, 7, "Sending KEY_GEN_REQ, RSA 2048").splitlines())
    assert kind_of("capf00000011.txt", text.encode()) is Source.CAPF_TRACE


# whose it is


def test_files_of_folders_that_do_not_say_whose_they_are_are_of_the_only_phone(tmp_path: Path) -> None:
    (one,) = found(tmp_path, log__messages=log(START, NO_HOST, BROKE_OFF), web__page=PAGE, status__itl=printed())
    assert (one.phone, named(one)[0], len(one.looked_at)) == (PHONE, "name-not-resolved", 3)


def test_a_log_is_not_the_named_phone_s_where_that_brought_its_own(tmp_path: Path) -> None:
    ill = log(START, NO_HOST, BROKE_OFF)
    both = found(tmp_path, a__messages=WELL, b__messages=ill)
    assert [(one.phone, bool(named(one))) for one in both] == [("", True), (PHONE, False)]


def test_lists_and_words_in_one_file_are_both_read(tmp_path: Path) -> None:
    said = "Hello,\nCCMAdmin shows: Upgrade Failed: Invalid LSC\n"
    assert "lsc-issuer-not-trusted" in only(tmp_path / "words", page=PAGE, mail=said + services())
    assert only(tmp_path / "lists", page=PAGE, cli=printed() + STOPPED)[0] == "capf-stopped"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (services(), Source.NODE_OUTPUT),
        (CAPF_LISTENS + LISTENS, Source.NODE_OUTPUT),
        ("admin:show network eth0 detail\nEthernet 0\nDHCP : disabled\n", Source.NODE_OUTPUT),
        (OWN.format("Sun Mar 31 10:00:00 CEST 2030"), Source.NODE_OUTPUT),
        (TRUST_LIST.format(""), Source.PHONE_PAGE),
        ("11:39:03 LSC: Not installed\n11:39:04 ITL: installed\n", Source.STATUS_MESSAGES),
        ("LSC: Connection failed\nITL: not installed\n", Source.STATUS_MESSAGES),
        (printed(), Source.SHOW_ITL),
    ],
)
def test_each_kind_of_a_bundle_s_files_is_recognised(text: str, kind: Source) -> None:
    assert kind_of("file.txt", text.encode()) is kind


def test_an_unreadable_file_keeps_no_other_from_being_read(tmp_path: Path) -> None:
    (one,) = found(tmp_path, page=PAGE, svc=STOPPED, certs="admin:show cert own CAPF\n[\n", notes="nothing to see")
    assert named(one) == ["capf-stopped"]
    assert any("notes" in missing for missing in one.missing)


@given(
    st.text(),
    st.lists(st.sampled_from([*services().split(), *OWN.split(), *CAPF_LISTENS.split(), "\n", ":", "To:", "["])),
)
def test_no_text_is_more_than_the_readers_can_bear(text: str, words: list[str]) -> None:
    mixed = f"{text}\n{' '.join(words)}\nadmin:show cert own CAPF\n{text}"
    read_server_output(mixed)
    for line in stated(mixed).splitlines():
        assert line in mixed or " " in line
    assert all(one.line <= mixed.count("\n") + 1 for one in shown_on(mixed.split("\n")))
