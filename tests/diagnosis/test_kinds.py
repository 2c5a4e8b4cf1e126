import pytest

from lscctl.diagnosis.reading.kinds import begins_at, kind_of
from lscctl.finding import Source


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("18:01:05.333 |   debug 7:SEP001122334455:Upgrade Success", Source.CAPF_TRACE),
        ("Please look:\n\n> 18:01:05.333 |   debug 7:SEP001122334455:CSR built,\nsent to the CA", Source.CAPF_TRACE),
        ("00001234.000 |18:01:05.333 |AppInfo  |SEP001122334455 KEY_GEN_REQ sent", Source.CAPF_TRACE),
        ("03/01/2024 18:01:05.333 CAPF|SEP001122334455 connected|<CLID::StandAloneCluster>", Source.CAPF_TRACE),
        ("2024-03-01 18:01:05,333 ERROR CSR of SEP001122334455 denied by certsrv", Source.CAPF_TRACE),
        ("7:SEP001122334455:Got a new ph conn", Source.CAPF_TRACE),
        ("2024-03-01T18:01:05.333Z info [capf] handshake done", Source.CONSOLE_LOG),
        ("03-01 18:01:05.333 I/capf     ( 5469): dial 10.20.0.10:3804", Source.CONSOLE_LOG),
        ("18:01:05, 03/01/2024 : SEP001122334455.cnf.xml.sgn updating", Source.CONSOLE_LOG),
        ("Mar  1 18:01:05 10.20.30.40 SECUREAPP-ITL unchanged", Source.CONSOLE_LOG),
        ("SECUREAPP-CAPF: handshake successful", Source.CONSOLE_LOG),
        ('"2019-05-01 18:22:17","10.20.30.40","secapp","info","LSC sent"', Source.CONSOLE_LOG),
        ("2019-05-01T18:22:17.881|SEP001122334455|itl|notice|signature ok", Source.CONSOLE_LOG),
        ('{"ts":1639974387,"app":"sip","m":"x"}\n{"ts":1639974388,"app":"ui","m":"LSC shown"}', Source.CONSOLE_LOG),
        ('{"t":"18:01:05.333","svc":"capf","txt":"list certs: CAPF-trust"}', Source.CAPF_TRACE),
        ("10:29:52.385 | CIPC | DHCP | bound\n10:29:53.385 | CIPC | CAPF | op none", Source.CONSOLE_LOG),
        ("[17:35:52:141] TFTP: RINGLIST.DAT done\n[17:35:53:141] DHCP: got 10.1.1.7", Source.CONSOLE_LOG),
        ("Call Statistics\nRcvr codec G.722\nMax jitter 11 ms", Source.STATUS_MESSAGES),
        ("17:58:34 Wi-Fi off\n17:58:35 Ethernet link up", Source.STATUS_MESSAGES),
        ("2020-03-12 12:22:33,001 DEBUG [5005] SocketAcceptThread: select timeout, loop", Source.CAPF_TRACE),
        ("[   52.813] capf/N op=ins dst=10.20.0.10\n[   52.923] lnk/W flap", Source.CONSOLE_LOG),
        ("+12:37:16 capf(5) op=ins dst=10.20.0.10\n+12:37:17 reg(5) st=up", Source.CONSOLE_LOG),
        ("16:37:21 05/02/23 Updating Trust List\n16:37:22 05/02/23 Error parsing the ITL File", Source.STATUS_MESSAGES),
        ("7:45:44a Auth string locked", Source.STATUS_MESSAGES),
        ("Status messages (newest first)\n2024-10-21 11:16:13  LSC: Success", Source.STATUS_MESSAGES),
        ("19:00:17 08/07/25 Network Speed 1000 Full\n19:00:18 08/07/25 Time set", Source.STATUS_MESSAGES),
        ("19:00:17 lunch\n08/07/25 holidays", None),
        ("Error parsing the ITL File.", Source.SHOW_ITL),
        ("Dear colleagues, lunch is at noon.", None),
        ("name,extension\nMeier,4711", None),
    ],
)
def test_a_file_is_known_by_its_lines_whatever_stands_before_them(text: str, kind: Source | None) -> None:
    assert kind_of("mailed.txt", text.encode()) is kind


def test_what_somebody_wrote_before_a_log_is_no_line_of_it() -> None:
    log = "0001 NOT 18:01:05.000000 SECUREAPP-ITL unchanged\n"
    assert begins_at(f"It was reset.\nThe output:\n\n{log}".encode()) == 4
    assert begins_at(log.encode()) == 1
    assert begins_at(b"nothing of a log\n" * 40) == 1
