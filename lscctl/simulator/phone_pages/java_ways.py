"""Ways in which Java phones of the 7900 series say the same thing: after the published one *assumed* ones in its manner."""

from typing import Final

INSTALLED: Final = ("capf: LSC: Installed", "capf: operation successful, ret 0", "capf: LSC stored, LSC: Installed")
WAITING: Final = ("capf: waiting for authentication string", "capf: auth string required, prompt user")
LOCKED: Final = ("EROR:capf: ** authentication string locked, 600 s", "EROR:capf: too many wrong auth strings")
MISSING: Final = ("WARN:No Trust List installed", "WARN:loadTL: ** ITL file not installed")
UNREADABLE: Final = (
    "EROR:parse{kind}: ** {file} is malformed",
    "EROR:parseTL: ** error parsing {kind} file",
    "EROR:loadTL: ** {kind} file is corrupt",
)
NOT_VERIFIED: Final = (
    "EROR:verifyFile: ** signer of {file} is not trusted",
    "EROR:verifyFile: ** {kind} file signature verification failed",
    "EROR:verifyFile: hashes do not match, {kind} authentication failed",
)
NO_RECORD: Final = (
    "EROR:capf: ** No valid CAPF server",
    "EROR:getCapfCert: ** no CAPF record in ITL",
    "EROR:capf: no CAPF entry in trust list",
)
UNKNOWN_HOST: Final = (
    "configmgr MQThread|NetUtil.traceIPv4DNSErrors:? - DNS unknown IPv4 host {name}",
    "cip.net.NetUtil:? - java.net.UnknownHostException: {name}",
)
REFUSED: Final = (
    "EROR:clpSetupSsl: ** TCP connect failed, <{address}>",
    "EROR:clpSetupSsl: ** TCP connect failed, errno 111, <{address}> port: {port}",
    "EROR:clpSetupSsl: connection refused, <{address}> port: {port}",
)
TIMED_OUT: Final = (
    "EROR:clpSetupSsl: ** TCP connect failed, <{address}>",
    "EROR:clpSetupSsl: ** TCP connect() timed out, <{address}> port: {port}",
    "EROR:clpSetupSsl: ** no route to host, <{address}> port: {port}",
)
NO_ANSWER: Final = (
    "EROR:clpSetupSsl: ** no answer, {connection}",
    "EROR:clpSetupSsl: SSL/TLS handshake timed out, {connection}",
    "EROR:clpState: ** no response from CAPF server, {connection}",
)
BROKEN_OFF: Final = (
    "EROR:clpState: ** connection reset by peer, {connection}",
    "EROR:clpState: socket closed by remote, {connection}",
)
OTHER_CERTIFICATE: Final = (
    "-STATE_SSL3_ALERT: SSL3 alert [write]:[fatal]:[unknown CA]",
    "EROR:verifyCert: ** server certificate not in trust list",
    "EROR:verifyCert: certificate does not match ITL",
)
TVS_IS_OFF: Final = (
    "EROR:clpTvsInit: no TVS server can be reached",
    "EROR:clpTvsInit: ** connect to TVS server <{address}> failed",
    "EROR:clpTvsInit: TVS server <{address}> not responding",
)
TVS_SAYS_NO: Final = ("EROR:tvs: ** certificate of LSC not authenticated", "EROR:tvs: certificate not found")
NO_KEYS: Final = ("EROR:capf: ** key generation failed", "EROR:capf: keygen timed out")
ENDED: Final = (
    "EROR:CAPF operation failed, ret {code}",
    "EROR:capf: ** operation failed, ret {code}",
    "EROR:CAPF operation failed, return code [{code}]",
)
UNFIT: Final = (
    "-STATE_SSL3_ALERT: SSL3 alert [write]:[fatal]:[bad certificate]",
    "EROR:verifyCert: ** server certificate not valid",
)
