"""What a write does."""

from typing import Final

from lscctl.preflight.assumptions.catalogue.why import WRITE
from lscctl.preflight.assumptions.interface import Assumption
from lscctl.preflight.assumptions.looks import operations

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
        why=WRITE,
    ),
    Assumption(
        "finish-time-malformed",
        "What does a write do with a finish time that is none?",
        ("refused", "stored"),
        "refused",
        why=WRITE,
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
        why=WRITE,
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
        why=WRITE,
    ),
    Assumption(
        "auth-string-cleared",
        "What does an empty authentication string do that is written while no operation stands?",
        ("cleared", "ignored", "refused"),
        "cleared",
        why=WRITE,
    ),
    Assumption(
        "auth-string-format",
        "Does updatePhone refuse an authentication string that is not 4 to 10 digits?",
        ("digits", "any"),
        "digits",
        why=WRITE,
    ),
    Assumption(
        "pending-at",
        "When does the status become Operation Pending?",
        ("write", "apply"),
        "write",
        why=WRITE,
    ),
    Assumption(
        "status-after-cancel",
        "Which certificate status has a phone that was set back to No Pending Operation?",
        ("none", "kept"),
        "none",
        why=WRITE,
    ),
)
