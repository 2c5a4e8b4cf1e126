"""Wordings of other generations: which cause is named first from a log with these lines in it."""

import pytest

from tests.diagnosis.logs import HANDSHAKE, START, diagnosis_of, log, named

CONNECTED = "SECUREAPP-TCP connect() successful, [10.20.0.10] [11]"


def ends(code: int) -> str:
    return f"SECUREAPP-CAPF operation failed, ret -{code}"


WORDINGS: dict[str, list[list[str]]] = {
    "name-not-resolved": [
        ["JAVA-NetUtil: resolve host cucm-pub.example.com failed", START, "SECUREAPP-CAPF create bio failed", ends(7)],
        ["dnsmasq[1]: reply cucm-pub is NXDOMAIN", START, ends(7)],
        ["JAVA-DNS timeout resolving cucm-pub.example.com", START, ends(7)],
        [START, "SECUREAPP-gethostbyname() failed for cucm-pub.example.com", ends(7)],
        ["SECD: -ERROR: getHostIP: DNS query failed for cucm-pub", START, ends(7)],
        [START, "SECUREAPP-Cannot resolve CAPF server hostname cucm-pub.example.com", ends(7)],
        ["dnsmasq[1]: reply cucm-pub.example.com is NODATA-IPv4", START, "SECUREAPP-CAPF create bio failed", ends(7)],
        [
            "JAVA-configmgr|NetUtil.traceIPv4DNSErrors:? - DNS try again IPv4 host cucm-pub.example.com",
            START,
            "SECUREAPP-CAPF create bio failed",
            ends(7),
        ],
    ],
    "capf-stopped": [
        [START, "SECUREAPP-connect() failed: errno=111", ends(7)],
        [START, "SECUREAPP-TCP connect failed (ECONNREFUSED)", ends(7)],
        [START, "SECUREAPP-BIO_do_connect: connection refused", ends(7)],
        [START, "SECD: -EROR:capfSock: connect refused 10.20.0.10:3804", ends(7)],
        [START, "SECUREAPP-socket connect to 10.20.0.10 port 3804 refused by peer", ends(7)],
    ],
    "capf-port-unreachable": [
        [START, "SECUREAPP-connect() timeout 10.20.0.10:3804", ends(7)],
        [START, "SECUREAPP-CAPF BIO_do_connect failed", ends(7)],
        [START, "SECUREAPP-TCP connection to CAPF server timed out", ends(7)],
        [START, "SECUREAPP-connect: Network is unreachable", ends(7)],
        [START, "SECUREAPP-unable to create BIO for CAPF", ends(7)],
        [START, "SECUREAPP-CAPF server not reachable", ends(7)],
    ],
    "capf-frozen": [
        [START, CONNECTED, "SECUREAPP-SSL handshake timeout", ends(8)],
        [START, CONNECTED, "SECUREAPP-Blocked CAPF Secure Connection - timed out", ends(8)],
        [START, CONNECTED, "SECUREAPP-CAPF session timed out waiting for server", ends(8)],
        [START, CONNECTED, "SECUREAPP-no data from CAPF server, giving up", ends(8)],
        [START, CONNECTED, "SECUREAPP-CAPF server did not respond", ends(8)],
    ],
    "capf-certificate-differs": [
        [START, CONNECTED, "SECUREAPP-SSL session setup Cert Verification - Certificate is NOT valid", ends(7)],
        [START, CONNECTED, "SECUREAPP-SSL session setup Cert Verification - returning validation result = 0", ends(7)],
        [START, CONNECTED, "SECUREAPP-capf cert verification failed", ends(7)],
        [START, CONNECTED, "SECUREAPP-Server certificate verification failed, role 4", ends(7)],
        [START, CONNECTED, "SECUREAPP-verify error: self signed certificate, not in TL", ends(7)],
        [START, CONNECTED, "SECUREAPP-SSL_connect failed: certificate unknown", ends(7)],
        [
            "SECD: -Start CAPF - mode:[1]([NULL_STR])",
            "SECD: -TCP connect() successful, [10.20.0.10] [11]",
            "SECD: -clpState: SSL3 alert write:fatal:unknown CA:<10.20.0.10>",
            "SECD: -CAPF operation failed, ret -7",
        ],
        [START, CONNECTED, "SECUREAPP-Handshake failed: bad certificate", ends(7)],
        [START, CONNECTED, "SECD: EROR:verifyCert: certificate does not match ITL", ends(7)],
    ],
    "no-capf-in-itl": [
        ["SECUREAPP-No valid CAPF server"],
        [START, "SECUREAPP-CAPF: no CAPF server cert in CTL or ITL"],
        ["SECUREAPP-CAPF record not found in trust list"],
        ["SECD: -No CAPF cert present in ITL"],
        ["SECUREAPP-CAPF: get CAPF cert from TL failed, none found"],
    ],
    "itl-differs": [
        ["SECUREAPP-ITL signature verify failed"],
        ["SECUREAPP-TL file verification failed"],
        ["SECUREAPP-authentication of TL file failed"],
        ["SECD: -Error verifying ITL file signature"],
        ["SECUREAPP-Hashes mismatch... authentication failed"],
        ["SECUREAPP-TL signer cert not found in current TL"],
        ["JAVA-Trust List update failed: verification failure"],
        ["SECUREAPP-Signature on ITLFile.tlv invalid"],
        ["SECUREAPP-SEP001122334455.cnf.xml.sgn authentication failure"],
    ],
    "itl-corrupt": [
        ["SECUREAPP-Failed to parse ITL"],
        ["SECUREAPP-parse of TL file failed"],
        ["SECUREAPP-updateFromFile: TL parse to table: CTL_BAD_FORMAT"],
        ["SECUREAPP-ITL file corrupt"],
        ["SECUREAPP-Error parsing TL, truncated file"],
    ],
    "tvs-unreachable": [
        ["SECUREAPP-Failed to connect to TVS server [10.20.0.11]"],
        ["SECUREAPP-TVS server connection attempt timed out"],
        ["SECUREAPP-TCP connect() failed, [10.20.0.11] port:2445"],
        ["SECUREAPP-All TVS servers unreachable"],
        ["SECD: EROR:clpSetupSsl: ** SSL handshake failed, <192.168.136.6> c:14 s:15"],
        ["SECUREAPP-TVS provider Init - connect failed"],
        ["SECUREAPP-TVS connection error, errno 113"],
    ],
    "tvs-rejects": [
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-TVS process response - Certificate verification result: not found"],
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-TVS failed to authenticate certificate"],
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-TVS response: cert not trusted"],
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-TVS verification of LSC failed"],
    ],
    "configuration-not-fetched": [
        ["downd-TFTP timed out SEP001122334455.cnf.xml.sgn"],
        ["JAVA-Failed to download SEP001122334455.cnf.xml"],
        ["downd-DDGETTFTP.RESULT SEP001122334455.cnf.xml.sgn [_2_ File not found]"],
    ],
    "authentication-string-wrong": [
        [START, CONNECTED, HANDSHAKE, ends(3)],
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-CAPF: auth string incorrect", ends(2)],
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-CAPF auth failed: wrong authentication string", ends(2)],
    ],
    "authentication-string-locked": [
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-CAPF locked: too many retries"],
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-auth string entry locked for 10 minutes"],
    ],
    "key-generation-failed": [
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-RSA keypair generation failed", ends(8)],
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-key gen error", ends(8)],
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-Failed to generate RSA keys", ends(8)],
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-keygen timeout", ends(8)],
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-generate key failed -1", ends(8)],
    ],
    "late": [
        [START, CONNECTED, HANDSHAKE, ends(11)],
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-CAPF: request came too late", ends(2)],
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-CAPF: late request", ends(2)],
    ],
    "lsc-issuer-not-trusted": [
        [START, CONNECTED, HANDSHAKE, ends(4)],
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-server says: invalid LSC", ends(2)],
    ],
    "mic-issuer-not-trusted": [
        [START, CONNECTED, HANDSHAKE, ends(5)],
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-CAPF reports MIC invalid", ends(2)],
    ],
    "lsc-mode-without-lsc": [
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-CAPF mode LSC but no LSC installed", ends(2)],
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-CAPF: LSC missing, cannot sign", ends(2)],
    ],
    "connection-breaks": [
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-SSL read error, connection reset", ends(7)],
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-peer closed connection during CAPF", ends(7)],
        [START, CONNECTED, HANDSHAKE, ends(7)],
    ],
    "ec-not-supported": [
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-CAPF: EC keys only not supported in version 3", ends(2)],
        [START, CONNECTED, HANDSHAKE, "SECUREAPP-ECDSA is unsupported", ends(2)],
    ],
    "over-expressway": [
        ["JAVA-edge mode: connected through Expressway", START, ends(7)],
        ["JAVA-MRA login completed, service domain example.com", START, ends(7)],
    ],
    "lsc-not-trusted-by-callmanager": [
        [
            "SECUREAPP-PXY_CERT_CIPHER: [SIP], [TLSv1.2], cert [LSC]",
            "SECUREAPP-STATE_SSL3_ALERT: SSL3 alert [read]:[fatal]:[unknown CA]",
        ],
    ],
}


MORE_WORDINGS: dict[str, list[list[str]]] = {
    "capf-stopped": [
        [
            START,
            "SECUREAPP-connect to CAPF 10.1.2.3:3804 - ECONNREFUSED",
            ends(7),
        ],
        [
            "SECD: capf: starting",
            "SECD: clpConnect: 10.1.2.3 actively refused the connection on port 3804",
            "SECD: LSC: Connection failed",
        ],
        [
            START,
            "SECUREAPP-TCP RST from [10.1.2.3] port 3804, connection refused by peer",
            ends(7),
        ],
        [
            START,
            "SECUREAPP-capfConnect(): server 10.1.2.3 port 3804 refuses connections",
            ends(7),
        ],
        [
            "SECD: clpSetupSsl: Trying to connect to IPV4, IP: 10.1.2.3, Port : 3804",
            "SECD: EROR:clpSetupSsl: ** connect error: Connection refused",
            "SECD: LSC: Connection failed",
        ],
    ],
    "capf-port-unreachable": [
        [
            START,
            "SECUREAPP-SYN to 10.1.2.3:3804 got no reply, giving up after 30 s",
            ends(7),
        ],
        [
            START,
            "SECUREAPP-CAPF socket connect: Connection timed out",
            "SECUREAPP-LSC: Connection failed",
        ],
        [
            "SECD: clpSetupSsl: Trying to connect to IPV4, IP: 10.1.2.3, Port : 3804",
            "SECD: EROR:clpSetupSsl: ** connect() errno 110 <10.1.2.3>",
            "SECD: capf: LSC: Connection failed",
        ],
        [
            START,
            "SECUREAPP-CAPF: network is unreachable",
            ends(7),
        ],
        [
            START,
            "SECUREAPP-CAPF BIO_do_connect error",
            ends(7),
        ],
        [
            START,
            "SECUREAPP-CAPF: unable to open TCP connection to 10.1.2.3 port 3804 within 30 seconds",
            ends(7),
        ],
        [
            START,
            "SECUREAPP-CAPF connect: EHOSTUNREACH",
            "SECUREAPP-LSC: Connection failed",
        ],
        [
            START,
            "SECUREAPP-tcp connect 10.1.2.3:3804 timed-out (try 3 of 3)",
            ends(7),
        ],
    ],
    "capf-frozen": [
        [
            START,
            CONNECTED,
            "SECUREAPP-SSL handshake with CAPF still pending after 60 seconds, abort",
            ends(8),
        ],
        [
            START,
            CONNECTED,
            "SECUREAPP-CAPF server did not answer ClientHello",
            ends(8),
        ],
        [
            START,
            CONNECTED,
            "SECUREAPP-waiting for CAPF response ... timer expired",
            ends(8),
        ],
        [
            "SECD: clpSetupSsl: Trying to connect to IPV4, IP: 10.1.2.3, Port : 3804",
            "SECD: clpSetupSsl: TCP connected, <10.1.2.3> c:9",
            "SECD: clpState: handshake timer expired, <10.1.2.3>",
            "SECD: capf: LSC: Connection failed",
        ],
        [
            START,
            CONNECTED,
            "SECUREAPP-CAPF: ServerHello not received in time",
            ends(8),
        ],
        [
            START,
            CONNECTED,
            "SECUREAPP-SSL_do_handshake: timeout",
            ends(8),
        ],
        [
            START,
            CONNECTED,
            "SECUREAPP-no bytes from CAPF in 60 s, closing",
            ends(8),
        ],
    ],
    "capf-certificate-differs": [
        [
            START,
            CONNECTED,
            "SECUREAPP-peer certificate is not the CAPF certificate of the ITL",
            ends(7),
        ],
        [
            START,
            CONNECTED,
            "SECUREAPP-X509 verify: unable to get local issuer certificate",
            ends(7),
        ],
        [
            START,
            CONNECTED,
            "SECUREAPP-CAPF cert fingerprint mismatch with TL entry",
            ends(7),
        ],
        [
            START,
            CONNECTED,
            "SECUREAPP-SSL alert sent: unknown_ca",
            ends(7),
        ],
        [
            "SECD: clpSetupSsl: Trying to connect to IPV4, IP: 10.1.2.3, Port : 3804",
            "SECD: clpSetupSsl: TCP connected, <10.1.2.3> c:9",
            "SECD: EROR:verifySrvrCert: ** cert of <10.1.2.3> not trusted",
            "SECD: capf: LSC: Connection failed",
        ],
        [
            START,
            CONNECTED,
            "SECUREAPP-CAPF certificate could not be validated against the trust list",
            ends(7),
        ],
        [
            START,
            CONNECTED,
            "SECUREAPP-SSL3 alert [write]:[fatal]:[certificate unknown]",
            "SECUREAPP-LSC: Connection failed",
        ],
        [
            START,
            CONNECTED,
            "SECUREAPP-serial number of server cert differs from CAPF entry in ITL",
            ends(7),
        ],
    ],
    "no-capf-in-itl": [
        [
            "SECUREAPP-ITL has no entry with function CAPF",
        ],
        [
            "SECUREAPP-CAPF server certificate missing from ITL file",
        ],
        [
            "SECD: EROR:capf: no valid CAPF server in CTL/ITL",
        ],
        [
            "SECUREAPP-lookup CAPF in TL: 0 records",
        ],
        [
            "SECUREAPP-getCapfServer: no valid CAPF server found",
        ],
        [
            "SECUREAPP-trust list holds no CAPF certificate",
        ],
        [
            "SECD: -TL without CAPF role, LSC update not possible",
        ],
    ],
    "itl-differs": [
        [
            "SECUREAPP-ITL signed by unknown signer, discard",
        ],
        [
            "SECUREAPP-TL signature check failed, keeping old ITL",
        ],
        [
            "SECD: EROR:verifyFile: ** ITLSEP001122334455.tlv signature is not valid",
        ],
        [
            "JAVA-configmgr MQThread|cip.cfg.ConfigManager:? - Trust List Update Failed - verification failure",
        ],
        [
            "SECUREAPP-digest of ITL does not match, authentication failure",
        ],
        [
            "SECUREAPP-ITL verification unsuccessful, file rejected",
        ],
        [
            "SECUREAPP-signature of new trust list could not be verified",
        ],
        [
            "JAVA-TRUST LIST UPDATE FAILED: VERIFICATION FAILURE",
        ],
    ],
    "itl-corrupt": [
        [
            "SECUREAPP-ITL file malformed at offset 344",
        ],
        [
            "SECUREAPP-unable to parse ITL, unexpected end of file",
        ],
        [
            "SECD: EROR:parseITL: truncated record",
        ],
        [
            "SECUREAPP-TL header of ITL file is invalid, cannot decode",
        ],
        [
            "SECUREAPP-ITL file: bad tag length, parsing aborted",
        ],
        [
            "SECUREAPP-cannot parse trust list file",
        ],
    ],
    "itl-missing": [
        [
            "SECUREAPP-no ITL on this phone",
        ],
        [
            "SECUREAPP-Trust List file absent",
        ],
        [
            "SECUREAPP-ITL not installed",
        ],
        [
            "JAVA-No Trust List Installed",
        ],
    ],
    "name-not-resolved": [
        [
            "dnsmasq[412]: reply pub.corp.example is NXDOMAIN-IPv4",
            START,
            "SECUREAPP-CAPF create bio failed",
            ends(7),
        ],
        [
            "JAVA-NetUtil: cannot resolve pub.corp.example",
            START,
            ends(7),
        ],
        [
            "JVM: java.net.UnknownHostException: pub.corp.example",
            "SECD: capf: LSC: Connection failed",
        ],
        [
            START,
            "SECUREAPP-gethostbyname(pub.corp.example) failed, h_errno 1",
            ends(7),
        ],
        [
            "JAVA-NetUtil: DNS query for pub.corp.example timed out",
            START,
            ends(7),
        ],
        [
            "dnsmasq[412]: cached pub.corp.example is NXDOMAIN",
            START,
            "SECUREAPP-CAPF create bio failed",
            ends(7),
        ],
        [
            "JAVA-configmgr MQThread|NetUtil.traceIPv4DNSErrors:? - DNS unknown IPv4 host pub.corp.example",
        ],
    ],
    "authentication-string-wrong": [
        [
            "SECUREAPP-Start CAPF - mode:[0]([AUTH_STR])",
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF server rejected the authentication string",
            ends(3),
        ],
        [
            "SECUREAPP-Start CAPF - mode:[0]([AUTH_STR])",
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF auth string does not match",
        ],
        [
            "SECUREAPP-Start CAPF - mode:[0]([AUTH_STR])",
            CONNECTED,
            HANDSHAKE,
            ends(3),
        ],
    ],
    "authentication-string-locked": [
        [
            "SECUREAPP-Start CAPF - mode:[0]([AUTH_STR])",
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF: 10 failed attempts, string entry locked for 10 min",
        ],
        [
            "SECUREAPP-Start CAPF - mode:[0]([AUTH_STR])",
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF: authentication locked, too many bad strings",
        ],
    ],
    "authentication-string-not-typed": [
        [
            "SECUREAPP-Start CAPF - mode:[0]([AUTH_STR])",
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF: user has not entered the authentication string yet",
        ],
        [
            "SECUREAPP-Start CAPF - mode:[0]([AUTH_STR])",
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF: please enter authentication string",
        ],
    ],
    "lsc-issuer-not-trusted": [
        [
            "SECUREAPP-Start CAPF - mode:[2]([LSC])",
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF server does not accept our LSC",
            ends(4),
        ],
        [
            "SECUREAPP-Start CAPF - mode:[2]([LSC])",
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF: existing LSC is invalid",
            ends(4),
        ],
    ],
    "mic-issuer-not-trusted": [
        [
            "SECUREAPP-Start CAPF - mode:[3]([MIC])",
            CONNECTED,
            HANDSHAKE,
            ends(5),
        ],
        [
            "SECUREAPP-Start CAPF - mode:[3]([MIC])",
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF says MIC issuer is unknown",
        ],
        [
            "SECUREAPP-Start CAPF - mode:[3]([MIC])",
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF rejected MIC of phone",
        ],
    ],
    "invalid-credentials": [
        [
            "SECUREAPP-Start CAPF - mode:[3]([MIC])",
            CONNECTED,
            HANDSHAKE,
            ends(6),
        ],
    ],
    "late": [
        [
            START,
            CONNECTED,
            HANDSHAKE,
            ends(11),
        ],
        [
            START,
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF: the operation has expired, request came too late",
        ],
        [
            START,
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF server: late request",
        ],
    ],
    "key-generation-failed": [
        [
            START,
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF: RSA_generate_key_ex returned error",
        ],
        [
            START,
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF keygen aborted after 1800 s",
            ends(8),
        ],
        [
            START,
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF: generating keys failed",
            ends(8),
        ],
    ],
    "key-size-not-supported": [
        [
            START,
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF: 4096 bit keys are not supported on this phone",
        ],
        [
            START,
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF: RSA key size 4096 exceeds maximum 2048",
        ],
    ],
    "ec-not-supported": [
        [
            START,
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF: EC curve 384 unsupported by CAPF version 3",
        ],
        [
            START,
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF: ECDSA not supported",
        ],
    ],
    "connection-breaks": [
        [
            START,
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF: peer closed the connection",
            ends(7),
        ],
        [
            START,
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF: SSL_read returned 0, EOF from server",
            ends(7),
        ],
        [
            START,
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF: ECONNRESET while reading",
            ends(7),
        ],
        [
            START,
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-CAPF: connection dropped by server",
            ends(7),
        ],
    ],
    "tvs-unreachable": [
        [
            "SECUREAPP-TVS server 10.1.2.4:2445 cannot be reached",
            "SECUREAPP-all TVS servers tried",
        ],
        [
            "SECUREAPP-Attempting connect to TVS server addr [10.1.2.4], mode [IPv4]",
            "SECUREAPP-TCP connect() failed, [10.1.2.4] [2445]",
        ],
        [
            "SECD: clpSetupSsl: Trying to connect to IPV4, IP: 10.1.2.4, Port : 2445",
            "SECD: EROR:clpSetupSsl: ** TCP connect failed, <10.1.2.4>",
        ],
        [
            "SECUREAPP-TVS: connection to 10.1.2.4 timed out",
        ],
        [
            "SECUREAPP-failed to open socket to TVS server [10.1.2.4]",
        ],
    ],
    "tvs-rejects": [
        [
            START,
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-TVS process response - Authentication Response received, status : 1",
        ],
        [
            START,
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-TVS answered: certificate unknown",
        ],
        [
            START,
            CONNECTED,
            HANDSHAKE,
            "SECUREAPP-TVS: verification of LSC failed",
        ],
    ],
    "configuration-not-fetched": [
        [
            "downd-TFTP server 10.1.2.3 does not answer, SEP001122334455.cnf.xml.sgn not loaded",
        ],
        [
            "JAVA-configmgr MQThread|cip.cfg.ConfigManager:? - Error updating configuration",
        ],
        [
            "TFTPD-GET SEP001122334455.cnf.xml.sgn: 404 Not Found",
        ],
        [
            "downd-XXTP complete SEP001122334455.cnf.xml.sgn failed, timeout",
        ],
        [
            "JAVA-configmgr: Failed to download configuration file SEP001122334455.cnf.xml.sgn",
        ],
    ],
}
"""Words that were made up before anybody looked whether lscctl knows them: of the first 60 it knew 35, of the 40 after them 33."""


@pytest.mark.parametrize(
    ("cause", "messages"),
    [(cause, messages) for told in (WORDINGS, MORE_WORDINGS) for cause, logs in told.items() for messages in logs],
)
def test_the_cause_is_named_first_in_whatever_words(cause: str, messages: list[str]) -> None:
    assert named(diagnosis_of(log(*messages)))[:1] == [cause]
