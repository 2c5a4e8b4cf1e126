"""All assumptions, by the names under which the simulator has a knob for each [`lscctl sim assumptions`]."""

from typing import Final

from lscctl.preflight.assumptions import database, doors, operations, phones, wire
from lscctl.preflight.assumptions.interface import Assumption

_WRITE: Final = "It takes a write to see."
_PHONE: Final = "It takes an operation on a phone to see."
_CROWD: Final = "It takes so many requests that other programs would be held up."
_WRONG_LOGIN: Final = "It takes wrong passwords, which would lock the account."

WHAT_A_WRITE_DOES: Final = (
    Assumption(
        "finish-time-field",
        "What does the fifth field of a finish time (YYYY:MM:DD:HH:xx) count?",
        ("minutes", "seconds", "ignored"),
        "minutes",
        why="Somebody must watch an operation pass its deadline to the minute.",
    ),
    Assumption(
        "finish-time-read-back",
        "Is a finish time read back as it was written, or cut to the hour?",
        ("as-written", "hour"),
        "as-written",
        operations.finish_time_read_back,
    ),
    Assumption(
        "finish-time-too-near",
        "What does a write do whose finish time is past, or less than one hour ahead?",
        ("accepted", "refused"),
        "accepted",
        why=_WRITE,
    ),
    Assumption(
        "finish-time-malformed",
        "What does a write do with a finish time that is none?",
        ("refused", "stored"),
        "refused",
        why=_WRITE,
    ),
    Assumption(
        "finish-time-empty",
        "Which deadline has an operation without a finish time: that of the parameter, or none?",
        ("parameter", "none"),
        "parameter",
        why="It takes an operation without a finish time, and days to watch it.",
    ),
    Assumption(
        "mode-mismatch",
        "What happens to a phone that is written with other settings than its profile's?",
        ("moved", "ignored", "stalled", "refused"),
        "moved",
        why=_WRITE,
    ),
    Assumption(
        "changed-under-operation",
        "A profile changes while a phone's operation is pending: by which settings does CAPF go?",
        ("new", "stalled"),
        "new",
        why="It takes a change of a profile below an operation, which lscctl never makes.",
    ),
    Assumption(
        "created-profile-name",
        "How does CUCM name a profile that it creates?",
        ("phone", "counted"),
        "phone",
        why="It takes a write that differs from the profile; a name alone does not tell who gave it.",
    ),
    Assumption(
        "settings-without-operation",
        "What does a write of settings with No Pending Operation do?",
        ("ignored", "refused"),
        "ignored",
        why=_WRITE,
    ),
    Assumption(
        "auth-string-cleared",
        "What does an empty authentication string do that is written while no operation stands?",
        ("cleared", "ignored", "refused"),
        "cleared",
        why=_WRITE,
    ),
    Assumption(
        "auth-string-format",
        "Does updatePhone refuse an authentication string that is not 4 to 10 digits?",
        ("digits", "any"),
        "digits",
        why=_WRITE,
    ),
    Assumption(
        "pending-at",
        "When does the status become Operation Pending?",
        ("write", "apply"),
        "write",
        why=_WRITE,
    ),
    Assumption(
        "status-after-cancel",
        "Which certificate status has a phone that was set back to No Pending Operation?",
        ("none", "kept"),
        "none",
        why=_WRITE,
    ),
)

WHAT_A_PHONE_DOES: Final = (
    Assumption(
        "apply-without-change",
        "Does a phone restart that is applied though nothing of it was changed?",
        ("restart", "nothing"),
        "restart",
        why=_WRITE,
    ),
    Assumption(
        "enrol-after-cancel",
        "Does a phone enrol that has its configuration, after the operation was set back?",
        ("yes", "no"),
        "yes",
        why=_WRITE,
    ),
    Assumption(
        "late-set-by",
        "Who brings Late/Timedout: the phone that comes too late, or the cluster at the deadline?",
        ("phone", "cluster"),
        "phone",
        operations.late_set_by,
    ),
    Assumption(
        "operation-after-success",
        "Is the operation No Pending Operation after a success?",
        ("cleared", "kept"),
        "cleared",
        operations.operation_after_success,
    ),
    Assumption(
        "operation-after-failure",
        "Is the operation No Pending Operation after a failure?",
        ("cleared", "kept"),
        "cleared",
        operations.operation_after_failure,
    ),
    Assumption(
        "lsc-first-with-mic",
        "What becomes of precedence to LSC on a phone that has only a MIC?",
        ("accepted", "pending", "refused"),
        "accepted",
        why=_PHONE,
    ),
    Assumption(
        "expired-lsc",
        "What becomes of precedence to LSC on a phone whose LSC has expired?",
        ("refused", "accepted"),
        "refused",
        why=_PHONE,
    ),
    Assumption(
        "auth-strings-typed",
        "Does somebody stand at each phone that asks for its authentication string, and type the right one?",
        ("never", "soon", "mistyped", "locked"),
        "soon",
        why="It is about people.",
    ),
    Assumption(
        "auth-string-after-success",
        "Is a phone's authentication string still in the database once CAPF has served the phone?",
        ("kept", "cleared"),
        "kept",
        why=_PHONE,
    ),
    Assumption(
        "wrong-string",
        "What does one wrong authentication string do?",
        ("retry", "failed"),
        "retry",
        why=_PHONE,
    ),
    Assumption(
        "ec-only-on-capf-v3",
        "What does EC Only bring on a phone that speaks CAPF version 3?",
        ("issued", "refused"),
        "issued",
        why=_PHONE,
    ),
    Assumption(
        "secure-after-failure",
        "Does a phone with a secure profile register after a CAPF session that failed?",
        ("registers", "stays-off"),
        "registers",
        operations.secure_after_failure,
    ),
    Assumption(
        "unsupported-key",
        "What does a key end in that the model cannot make?",
        ("key-generation-failed", "pending"),
        "key-generation-failed",
        why=_PHONE,
    ),
    Assumption(
        "ec-preferred-unsupported",
        "How does EC Preferred end on CAPFv3 phones without Endpoint Advanced Encryption?",
        ("pending", "failed"),
        "pending",
        why=_PHONE,
    ),
    Assumption(
        "no-sbd",
        "What becomes of an operation on a model without Security By Default?",
        ("pending", "installs"),
        "pending",
        why=_PHONE,
    ),
    Assumption(
        "refused-list",
        "Does a phone enrol that refuses its server's ITL and still holds an older one?",
        ("pending", "installs"),
        "pending",
        why=_PHONE,
    ),
    Assumption(
        "lsc-without-tvs",
        "Does a phone take its LSC while TVS runs on no node?",
        ("pending", "installs"),
        "pending",
        why=_PHONE,
    ),
    Assumption(
        "auth-string-in-secure-profile",
        "Is By Authentication String accepted together with a secure profile?",
        ("accepted", "refused"),
        "accepted",
        why=_WRITE,
    ),
)

WHAT_THE_DATABASE_SHOWS: Final = (
    Assumption(
        "ec-key-size-table",
        "Do EC sizes stand in typekeysize, or in a table of their own?",
        ("typekeysize", "own"),
        "typekeysize",
        database.ec_key_size_table,
    ),
    Assumption(
        "lsc-issuer-name",
        "Is an LSC's issuer a whole distinguished name, or its common name?",
        ("dn", "cn"),
        "dn",
        database.lsc_issuer_name,
    ),
    Assumption(
        "public-key-format",
        "How does device.publickey write a key?",
        ("base64", "hex"),
        "base64",
        database.public_key_format,
    ),
    Assumption(
        "parameter-names",
        "How does processconfig name parameters: as the GUI, or in one word?",
        ("displayed", "compact"),
        "displayed",
        database.parameter_names,
    ),
    Assumption(
        "last-seen-while-registered",
        "What is registrationdynamic.lastseen of a registered phone: 0, or its last change?",
        ("zero", "now"),
        "zero",
        database.last_seen_while_registered,
    ),
    Assumption(
        "certificate-stores",
        "Does the database tell in which store (CAPF-trust, ...) a certificate is?",
        ("mapped", "unmapped"),
        "mapped",
        database.certificate_stores,
    ),
    Assumption(
        "itl-status",
        "Where is a phone's ITL status, from 14.0 on?",
        ("registrationdynamic", "device", "none"),
        "registrationdynamic",
        database.itl_status,
    ),
)

WHAT_GOES_OVER_AXL: Final = (
    Assumption(
        "list-phone-capf",
        "Does listPhone fill the CAPF fields that it declares?",
        ("absent", "filled"),
        "absent",
        wire.list_phone_capf,
    ),
    Assumption("dbinfo", "May DBINFO() be asked for through AXL?", ("allowed", "refused"), "allowed", database.dbinfo),
    Assumption(
        "notification-limit",
        "Above how many outstanding change notifications does AXL answer 503?",
        (),
        "1500",
        why="It takes writes until the cluster refuses them.",
    ),
    Assumption(
        "notification-drain",
        "How many change notifications does a node work off in a second?",
        (),
        "50",
        why="It takes writes until the cluster refuses them.",
    ),
    Assumption(
        "row-limit-hint",
        "How is the hint of a read over 8 MB spelled?",
        ("suggestive", "suggested"),
        "suggestive",
        why="It takes a read of more than 8 MB, and all reads under way share 16 MB: others would be refused.",
    ),
    Assumption(
        "version-refusal",
        "How is the page worded that refuses a schema version?",
        ("supported", "available"),
        "supported",
        wire.version_refusal,
    ),
    Assumption("booleans", "How do AXL answers write a boolean?", ("true", "t"), "true", wire.booleans),
    Assumption("uuid-case", "In which case are uuids in AXL answers?", ("upper", "lower"), "upper", wire.uuid_case),
    Assumption(
        "stale-cookie-with-authorization",
        "What does an idle session's cookie bring that is sent with valid credentials?",
        ("404", "login"),
        "404",
        why="A session must be idle for more than half an hour first.",
    ),
    Assumption(
        "schema-8-0",
        "Is schema 8.0 spoken with the operations of 8.5?",
        ("like-8.5", "unknown"),
        "like-8.5",
        wire.schema_8_0,
    ),
    Assumption(
        "fault-code",
        "Which faultcode does a refused request carry?",
        ("client", "server"),
        "client",
        wire.fault_code,
    ),
    Assumption(
        "capf-fields-of-lesser-models",
        "How does getPhone answer CAPF fields that a model lacks?",
        ("omitted", "empty"),
        "omitted",
        wire.capf_fields_of_lesser_models,
    ),
    Assumption(
        "sql-in-any-namespace",
        "Is SQL served in another version's namespace than SOAPAction names?",
        ("allowed", "refused"),
        "allowed",
        wire.sql_in_any_namespace,
    ),
    Assumption(
        "soap-action-mismatch",
        "What does a SOAPAction bring that names another operation?",
        ("refused", "ignored"),
        "refused",
        wire.soap_action_mismatch,
    ),
    Assumption(
        "soap-action-missing",
        "Is a request accepted that has no SOAPAction of AXL's?",
        ("accepted", "refused"),
        "accepted",
        wire.soap_action_missing,
    ),
    Assumption(
        "login-lock-after",
        "After how many wrong passwords in a row is an account locked?",
        (),
        "10",
        why=_WRONG_LOGIN,
    ),
)

WHAT_GOES_OVER_OTHER_DOORS: Final = (
    Assumption(
        "https-certificate",
        "Which certificate does a phone that has an LSC show on HTTPS?",
        ("lsc", "mic"),
        "lsc",
        phones.https_certificate,
    ),
    Assumption(
        "httpd-of-https-only",
        "What does RIS say (Httpd) of a phone whose web pages come over HTTPS only?",
        ("Yes", "No"),
        "Yes",
        phones.httpd_of_https_only,
    ),
    Assumption(
        "device-log",
        "How does DeviceLogX of a phone hold its messages: in one element each, or in one with a line for each?",
        ("elements", "text"),
        "elements",
        why="It makes no difference: either is read as lines.",
    ),
    Assumption("ris-limit", "How many devices may one RIS request ask for?", (), "1000", doors.ris_limit),
    Assumption(
        "control-center-rate", "How many Control Center requests a minute does a node serve?", (), "60", why=_CROWD
    ),
    Assumption("ris-rate", "How many RIS requests a minute does the cluster serve?", (), "15", why=_CROWD),
)

ALL: Final = (
    *WHAT_A_WRITE_DOES,
    *WHAT_A_PHONE_DOES,
    *WHAT_THE_DATABASE_SHOWS,
    *WHAT_GOES_OVER_AXL,
    *WHAT_GOES_OVER_OTHER_DOORS,
)
