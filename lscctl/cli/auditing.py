"""The audit log: a line for each write to a cluster, on disk before the write leaves. What became of it, the journal tells."""

import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lscctl.auth_string import StringAtCluster
from lscctl.capf import CertificateOperation
from lscctl.cli.who import who
from lscctl.errors import JournalError
from lscctl.plan import Plan, Step
from lscctl.rollout.events import Event, Intended, ProfileIntended, Purpose
from lscctl.rollout.standing import Standing

_SCHEMA = "lscctl.audit/1"
_MASKED = "***"


@dataclass(frozen=True, slots=True)
class AuditLog:
    """A file that only grows, one JSON object a line; `user` is the cluster's user in whose name lscctl writes."""

    path: Path
    cluster: str
    user: str

    def require(self) -> None:
        """Make sure that lines can be added. Raises JournalError."""
        self._append("")

    def remedy(self, what: str) -> None:
        """Tell what is about to be done to the cluster itself. Raises JournalError, and then it must not be done."""
        self.add(time.time(), [{"action": "remedy", "what": what}])

    def of_run(self, number: int, plan: Plan) -> "RunAudit":
        """The observer that tells every write of a run."""
        return RunAudit(self, number, plan)

    def add(self, at: float, told: Iterable[Mapping[str, object]]) -> None:
        """Add a line for each; they are on disk when this returns. Raises JournalError."""
        about = {
            "schema": _SCHEMA,
            "time": datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "who": who(),
            "cluster": self.cluster,
            "user": self.user,
        }
        self._append("".join(json.dumps({**about, **one}, ensure_ascii=False) + "\n" for one in told))

    def _append(self, text: str) -> None:
        try:
            file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                whole = text.encode()
                if (size := os.fstat(file).st_size) and text and os.pread(file, 1, size - 1) != b"\n":
                    whole = b"\n" + whole  # a full disk cut the last line off
                while whole:
                    whole = whole[os.write(file, whole) :]
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            raise JournalError(
                f"the audit log {self.path} cannot be written: {error.strerror}",
                hint="Nothing is written to a cluster without it. Make room or give access, or set another `audit-log`.",
            ) from error


class RunAudit:
    """An observer that the run must not go on without: each intended write becomes a line before it leaves."""

    def __init__(self, log: AuditLog, number: int, plan: Plan) -> None:
        self._log = log
        self._number = number
        self._operation = plan.operation
        self._steps = {step.phone.name: step for step in plan.steps}

    def on_event(self, event: Event) -> None:
        """Take one event; raises JournalError where its line cannot be written."""
        if isinstance(event, Intended):
            self._log.add(event.at, [self._line(event.purpose, name, standing) for name, standing in event.phones])
        elif isinstance(event, ProfileIntended):
            self._log.add(event.at, [self._of_profile(event)])

    def _of_profile(self, event: ProfileIntended) -> dict[str, object]:
        old, new = event.change.profile.settings, event.change.settings
        changes = {"mode": {"old": old and old.mode.value, "new": new.mode.value}}
        return {
            "run": self._number,
            "profile": event.change.profile.name,
            "action": event.purpose.value,
            "changes": changes if event.purpose is Purpose.WRITE else {},
        }

    def _line(self, purpose: Purpose, name: str, standing: Standing) -> dict[str, object]:
        step = self._steps[name]
        changes = {
            setting: {"old": old, "new": new}
            for setting, (old, new) in _changes(purpose, step, standing, self._operation).items()
        }
        return {"run": self._number, "phone": name, "action": purpose.value, "changes": changes}


def _changes(
    purpose: Purpose, step: Step, standing: Standing, operation: CertificateOperation
) -> dict[str, tuple[object, object]]:
    """What the write is to change, `{setting: (old, new)}`. An apply changes nothing: the phone fetches its configuration."""
    phone, settings, own = step.phone, step.settings, step.phone.profile.settings
    match purpose:
        case Purpose.APPLY:
            return {}
        case Purpose.TAKE_BACK:
            return {"operation": (operation.value, CertificateOperation.NONE.value)} | _string(standing, None)
        case Purpose.CLEAR_STRING:
            return _string(standing, None)
        case Purpose.WRITE if step.move_to is not None:
            return {"profile": (phone.profile.name, step.move_to.name)}
        case Purpose.WRITE:
            return {
                "operation": (phone.operation.value, operation.value),
                "finish_time": (phone.finish_time or None, standing.deadline),
                "mode": (own and own.mode.value, settings.mode.value),
                "key_order": (own and own.key_order, settings.key_order),
                "key_size": (own and own.key_size, settings.key_size),
                "ec_key_size": (own and own.ec_key_size, settings.ec_key_size),
            } | _string(standing, _MASKED)


def _string(standing: Standing, new: str | None) -> dict[str, tuple[object, object]]:
    """The change of an authentication string, masked; nothing in a run that hands out none."""
    if standing.string is StringAtCluster.NOT_ASKED:
        return {}
    return {"authentication_string": (None if standing.string is StringAtCluster.NONE else _MASKED, new)}
