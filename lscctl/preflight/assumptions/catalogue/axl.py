"""What goes over AXL."""

from typing import Final

from lscctl.preflight.assumptions.catalogue.why import WRONG_LOGIN
from lscctl.preflight.assumptions.interface import Assumption
from lscctl.preflight.assumptions.looks import database, wire

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
        why=WRONG_LOGIN,
    ),
)
