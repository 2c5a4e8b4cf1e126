"""What is wrong at CAPF, and after it."""

from collections.abc import Mapping

from benchmarks._faults.interface import Fault, ends, not_connected, says, then

AT_CAPF: Mapping[str, Fault] = {
    "capf-stopped": Fault(
        "capf-reached",
        ("capf-stopped",),
        "connect",
        then(
            says(
                "TCP connect() failed, errno 111 Connection refused, [{ip}] port 3804",
                "CAPF: connection refused by {ip}:3804",
                "CAPF: connect failed: Connection refused",
                "capfConnect: connect() error 111, <{ip}> port 3804",
                "CAPF: ECONNREFUSED from {ip}",
            ),
            ends(7),
            not_connected,
        ),
        ("LSC: Connection failed",),
        {"capf-service": "stopped"},
    ),
    "capf-unreachable": Fault(
        "capf-reached",
        ("capf-port-unreachable",),
        "connect",
        then(
            says(
                "CAPF create bio failed",
                "TCP connect() timed out, [{ip}] port 3804",
                "CAPF: connect to {ip}:3804 timed out, errno 110",
                "CAPF: failed to create BIO, addr:{ip}, port:3804",
                "CAPF: no route to host {ip}",
                "CAPF: connect to {ip} failed, host unreachable",
            ),
            ends(7),
            not_connected,
        ),
        ("LSC: Connection failed",),
        {"capf-port": "silent"},
    ),
    "capf-frozen": Fault(
        "capf-reached",
        ("capf-frozen",),
        "handshake",
        then(
            says(
                "CAPF: SSL handshake timed out, no response from server",
                "Sec SSL Connection - timed out waiting for server hello, <{ip}>",
                "CAPF: no response from CAPF server {ip}",
                "CAPF: timeout waiting for reply from {ip}",
                "CAPF: SSL_connect timed out",
                "CAPF: read timeout, nothing received",
            ),
            ends(8),
        ),
        facts={"capf-handshake": "no-answer"},
    ),
    "capf-certificate": Fault(
        "capf-certificate",
        ("capf-certificate-differs",),
        "handshake",
        then(
            says(
                "SSL session setup Cert Verification - Certificate is not valid.",
                "STATE_SSL3_ALERT: SSL3 alert [write]:[fatal]:[unknown CA]",
                "CAPF: server certificate not found in ITL",
                "CAPF: certificate verification failed",
                "CAPF: server certificate does not match the one in the trust list",
                "SSL_connect: certificate verify failed",
                "CAPF: peer cert is not in trust list",
                "CAPF: cert hash mismatch",
                "SSL3 alert write:fatal:bad certificate",
            ),
            ends(7),
            not_connected,
        ),
        ("LSC: Connection failed",),
        {"itl-capf-certificate": "other"},
    ),
    "wrong-string": Fault(
        "lsc-issued",
        ("authentication-string-wrong",),
        "prove",
        then(
            lambda s: s.maybe(
                "SEC", "CAPF: Invalid Authentication String", "CAPF: wrong auth string", "CAPF: auth string mismatch"
            ),
            ends(3),
        ),
        ("LSC: Failed",),
        {"profile-mode": "auth-string"},
        status="Upgrade Failed: Invalid Authentication String",
    ),
    "locked-string": Fault(
        "lsc-issued",
        ("authentication-string-locked",),
        "prove",
        says(
            "CAPF: authentication string locked for 10 minutes after 10 attempts",
            "CAPF: too many authentication attempts, try again later",
            "CAPF: locked out, 10 wrong tries",
            "CAPF: authentication is locked for 600 s",
        ),
        ("LSC: Too many attempts, locked for 10 minutes",),
        {"profile-mode": "auth-string"},
    ),
    "invalid-lsc": Fault(
        "lsc-issued",
        ("lsc-issuer-not-trusted",),
        "prove",
        then(
            lambda s: s.maybe(
                "SEC", "CAPF: Invalid LSC", "CAPF: LSC rejected by server", "CAPF: LSC not accepted, issuer unknown"
            ),
            ends(4),
        ),
        ("LSC: Failed",),
        status="Upgrade Failed: Invalid LSC",
    ),
    "invalid-mic": Fault(
        "lsc-issued",
        ("mic-issuer-not-trusted",),
        "prove",
        then(lambda s: s.maybe("SEC", "CAPF: Invalid MIC", "CAPF: MIC not trusted", "CAPF: MIC rejected"), ends(5)),
        ("LSC: Failed",),
        status="Upgrade Failed: Invalid MIC",
    ),
    "invalid-credentials": Fault(
        "lsc-issued",
        ("invalid-credentials",),
        "prove",
        then(lambda s: s.maybe("SEC", "CAPF: Invalid Credentials", "CAPF: credentials rejected"), ends(6)),
        ("LSC: Failed",),
        status="Upgrade Failed: Invalid Credentials",
    ),
    "key-generation": Fault(
        "lsc-issued",
        ("key-generation-failed",),
        "keys",
        then(
            says(
                "CAPF: key generation failed",
                "CAPF: keygen timed out",
                "CAPF: unable to generate key pair",
                "CAPF: error generating keys",
                "CAPF: RSA key generation error",
                "CAPF: could not create key pair",
            ),
            ends(8),
        ),
        ("LSC: Failed",),
        status="Upgrade Failed: Key Generation Failed/Timeout",
    ),
    "broken-off": Fault(
        "lsc-issued",
        ("connection-breaks",),
        "keys",
        then(
            says(
                "CAPF: connection reset by peer",
                "CAPF: connection closed by remote host",
                "CAPF: lost connection to server",
                "CAPF: socket closed unexpectedly, ECONNRESET",
            ),
            ends(7),
        ),
        ("LSC: Failed",),
        status="Upgrade Failed: Phone Communication Failure",
    ),
    "ca-unreachable": Fault(
        "lsc-issued",
        ("ca-unreachable",),
        "sign",
        ends(2),
        ("LSC: Failed",),
        status="Upgrade Failed: CA Communication Failure",
        alike=True,
    ),
    "ca-rejects": Fault(
        "lsc-issued",
        ("ca-rejects",),
        "sign",
        ends(2),
        ("LSC: Failed",),
        status="Upgrade Failed: CA Rejected Connection",
        alike=True,
    ),
    "tvs-rejects": Fault(
        "lsc-issued",
        ("tvs-rejects",),
        "sign",
        says(
            "TVS process response - certificate verification failed, cert not found",
            "TVS: LSC could not be authenticated, rejected",
            "verification of the certificate by TVS failed",
            "TVS: certificate is not trusted",
        ),
    ),
    "lost": Fault(
        "re-registered",
        ("not-registered-again",),
        "register",
        status="Upgrade Success",
        outcome={"registration": "unregistered"},
    ),
}
