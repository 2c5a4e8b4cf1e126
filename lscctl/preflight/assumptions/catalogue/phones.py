"""What a phone does, and how the cluster tells of it."""

from typing import Final

from lscctl.preflight.assumptions.catalogue.why import PHONE, WRITE
from lscctl.preflight.assumptions.interface import Assumption
from lscctl.preflight.assumptions.looks import operations

WHAT_A_PHONE_DOES: Final = (
    Assumption(
        "apply-without-change",
        "Does a phone restart that is applied though nothing of it was changed?",
        ("restart", "nothing"),
        "restart",
        why=WRITE,
    ),
    Assumption(
        "enrol-after-cancel",
        "Does a phone enrol that has its configuration, after the operation was set back?",
        ("yes", "no"),
        "yes",
        why=WRITE,
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
        why=PHONE,
    ),
    Assumption(
        "expired-lsc",
        "What becomes of precedence to LSC on a phone whose LSC has expired?",
        ("refused", "accepted"),
        "refused",
        why=PHONE,
    ),
    Assumption(
        "expired-capf",
        "What becomes of an install while CAPF's certificate has expired?",
        ("issues", "refused"),
        "issues",
        why=PHONE,
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
        why=PHONE,
    ),
    Assumption(
        "wrong-string",
        "What does one wrong authentication string do?",
        ("retry", "failed"),
        "retry",
        why=PHONE,
    ),
    Assumption(
        "ec-only-on-capf-v3",
        "What does EC Only bring on a phone that speaks CAPF version 3?",
        ("issued", "refused"),
        "issued",
        why=PHONE,
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
        why=PHONE,
    ),
    Assumption(
        "ec-preferred-unsupported",
        "How does EC Preferred end on CAPFv3 phones without Endpoint Advanced Encryption?",
        ("pending", "failed"),
        "pending",
        why=PHONE,
    ),
    Assumption(
        "no-sbd",
        "What becomes of an operation on a model without Security By Default?",
        ("pending", "installs"),
        "pending",
        why=PHONE,
    ),
    Assumption(
        "refused-list",
        "Does a phone enrol that refuses its server's ITL and still holds an older one?",
        ("pending", "installs"),
        "pending",
        why=PHONE,
    ),
    Assumption(
        "lsc-without-tvs",
        "Does a phone take its LSC while TVS runs on no node?",
        ("pending", "installs"),
        "pending",
        why=PHONE,
    ),
    Assumption(
        "auth-string-in-secure-profile",
        "Is By Authentication String accepted together with a secure profile?",
        ("accepted", "refused"),
        "accepted",
        why=WRITE,
    ),
)
