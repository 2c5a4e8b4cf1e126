"""Ways in which phones of the 7800 and 8800 series say the same thing: the published one first, then *assumed* ones after it."""

from typing import Final

MISSING: Final = ("No Trust List installed", "ITL file is not installed", "Trust List: not installed")

UNREADABLE: Final = (
    "updateFromFile: TL parse to table: {kind}_PARSE_FAIL",
    "updateFromFile: error parsing {kind} file",
    "{kind} file is corrupt, {file} ignored",
    "parse of {file} failed, bad TLV in {kind} file",
)

NOT_VERIFIED: Final = (
    "verifyTLFile: signer of {file} is not trusted, status : 1",
    "Hashes do not match... authentication failed for {kind} file",
    "{kind} file signature verification failed",
    "verifyFile: signer of {kind} file not found in TL",
)

NO_RECORD: Final = (
    "CAPF: No valid CAPF server in TL",
    "No valid CAPF server",
    "CAPF: no CAPF record in ITL",
    "CAPF: no CAPF entry in trust list",
)

STARTS: Final = (
    "Start CAPF - mode:{mode}",
    "CAPF start, mode:{mode}",
    "Starting CAPF session - mode:{mode}",
    "CAPF operation started - mode:{mode}",
)

REFUSED: Final = (
    "TCP connect() failed, [{address}] [{port}]",
    "TCP connect() failed, errno 111, [{address}] [{port}]",
    "CAPF: connect to {address} port {port} refused",
)

TIMED_OUT: Final = (
    "TCP connect() failed, [{address}] [{port}]",
    "TCP connect() timed out, [{address}] [{port}]",
    "CAPF: connect to {address} port {port} failed, errno 110",
    "CAPF: no route to host, {address}:{port}",
)

CONNECTED: Final = (
    "TCP connect() successful, [{address}] [{number}]",
    "CAPF: TCP connected, [{address}] [{number}]",
    "CAPF: connection to {address} established",
)

NO_ANSWER: Final = (
    "Sec SSL Connection - CAPF: no answer, timeout",
    "Sec SSL Connection - CAPF handshake timed out",
    "CAPF: no response from server [{address}]",
    "CAPF: timeout waiting for server hello",
)

BROKEN_OFF: Final = (
    "Sec SSL Connection - CAPF: connection reset by peer",
    "CAPF: connection closed by remote host",
    "CAPF: lost connection to [{address}]",
)

OTHER_CERTIFICATE: Final = (
    "SSL session setup Cert Verification - Certificate is not in TL.",
    "SSL session setup Cert Verification - Certificate is not valid.",
    "CAPF: server certificate not found in ITL",
    "CAPF: certificate of server does not match the ITL",
)

TVS_IS_OFF: Final = (
    "TCP connect() failed, [{address}] [2445]",
    "TVS: connect to {address} port 2445 failed, errno 111",
    "TVS provider Init - connect to TVS server [{address}] failed",
)

TVS_SAYS_NO: Final = (
    "TVS process response - Authentication Response received, status : 1",
    "TVS: certificate not found, status : 1",
    "TVS process response - certificate verification failed",
)

UNKNOWN_HOST: Final = (
    "NetUtil.traceIPv4DNSErrors:? - DNS unknown IPv4 host {name}",
    "NetUtil:? - DNS: unknown host {name}",
    "NetUtil:? - dns lookup of {name} failed",
)

INSTALLED: Final = (
    "CAPF operation successful - LSC: Installed",
    "CAPF operation complete, ret [0] - LSC: Installed",
    "CAPF operation done, ret 0, LSC: Installed",
)

WAITING: Final = (
    "CAPF: waiting for the authentication string",
    "CAPF session - authentication string required",
    "CAPF: prompt user, enter authentication string",
)

LOCKED: Final = (
    "CAPF: authentication string locked for 10 minutes",
    "CAPF: too many wrong authentication strings, locked",
)

ENDED: Final = (
    "CAPF operation failed, ret {code}",
    "CAPF operation failed, ret [{code}]",
    "CAPF: operation failed, ret={code}",
    "CAPF session failed, return code {code}",
)
NO_KEYS: Final = (
    "CAPF session - Key generation failed",
    "CAPF: key generation timed out",
    "CAPF: could not generate key pair",
)
UNFIT: Final = (
    "SSL session setup Cert Verification - Certificate is not valid.",
    "CAPF: server certificate is not a CA certificate",
)
