"""`lscctl config check --assumptions`: asks a cluster, remembers what it showed, and tells all that is known."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lscctl import __version__
from lscctl.cli.answer import Answer
from lscctl.cli.connection import Session
from lscctl.cli.screen import Notices
from lscctl.cli.whole_file import write_whole
from lscctl.preflight.assumptions import ALL, Assumption, Finding, find_out
from lscctl.report.assumptions import AssumptionTold, assumptions_report
from lscctl.rollout.journal.place import journal_file, lock_folder, make_private, state_folder
from lscctl.rollout.journal.reading import History
from lscctl.rollout.journal.store import Store

if TYPE_CHECKING:
    from lscctl.history import PastRun

_RUNS = 5
"""So many of the cluster's last runs say which finish times lscctl wrote."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a cluster showed on a day (ISO)."""

    value: str
    evidence: str
    seen: str


def tell_assumptions(session: Session, notices: Notices) -> Answer:
    """Find out what the cluster shows, and tell it together with what it showed before. Raises WireFault."""
    cluster = session.cluster
    notices.say(f"asking {cluster.name} what it shows of {len(ALL)} assumptions")
    publisher = cluster.identity().publisher
    findings = find_out(cluster, _written(publisher))
    path = memory_of(publisher)
    known = recall(path) | _of_today(findings)
    if publisher:
        _remember(path, known, notices)
    told = [_told(one, findings.get(one.key), known.get(one.key)) for one in ALL]
    return Answer(assumptions_report(told, lscctl_version=__version__, cucm_version=cluster.version))


def memory_of(publisher: str) -> Path:
    """The file that remembers the cluster with this publisher, by a name that tells it to nobody."""
    return state_folder() / "assumptions" / f"{hashlib.sha256(publisher.encode()).hexdigest()[:16]}.json"


def recall(path: Path) -> dict[str, Remembered]:
    """What is remembered, `{key: Remembered}`; nothing where the file is not there, or is no such file."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {key: Remembered(**one) for key, one in kept["found"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _remember(path: Path, known: Mapping[str, Remembered], notices: Notices) -> None:
    text = json.dumps({"version": 1, "found": {key: asdict(one) for key, one in known.items()}}, indent=2)
    try:
        make_private(path.parent)
        write_whole(path, [text, "\n"])
    except OSError as error:
        notices.warn(f"what the cluster showed cannot be remembered in {path}: {error.strerror}")


def _of_today(findings: Mapping[str, Finding]) -> dict[str, Remembered]:
    today = datetime.fromtimestamp(time.time(), UTC).date().isoformat()
    return {
        key: Remembered(finding.value, finding.evidence, today)
        for key, finding in findings.items()
        if finding.value is not None
    }


def _told(one: Assumption, finding: Finding | None, known: Remembered | None) -> AssumptionTold:
    if known is not None:
        found, evidence, seen = known.value, known.evidence, known.seen
    else:
        found, evidence, seen = None, one.why if finding is None else finding.evidence, None
    return AssumptionTold(one.key, one.question, one.values, one.assumed, one.look is not None, found, evidence, seen)


def _written(publisher: str) -> dict[str, str]:
    """The finish times that lscctl wrote last on this cluster, `{phone name: text}`, as far as its journal remembers."""
    path = journal_file()
    if not path.exists():
        return {}
    with History(Store.for_reading(path), lock_folder()) as history:
        ours: list[PastRun] = [run for run in history.runs() if run.identity.publisher == publisher][:_RUNS]
        standings = [history.load(run.number).standings for run in reversed(ours)]
    return {name: one.deadline for run in standings for name, one in run.items() if one.deadline}
