"""`--notify`: a program of the admin's hears of what needs a person: a gate, a window's end, a run's end."""

import json
import os
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime

from lscctl.config.environment import without_password
from lscctl.outcome import RunSummary
from lscctl.report.wording import utc_text
from lscctl.rollout.events import Event, GateClosed, RunEnded, WindowClosed

PATIENCE = 30.0
"""Seconds that the programs may take in all once the run has ended."""


class Notifier:
    """An observer that starts the program at each such event, with the event as one line of JSON on its standard input.

    It does not wait while the run goes on. `troubles` says afterwards which calls of it went wrong.
    """

    def __init__(self, command: Sequence[str], *, run: int, cluster: str) -> None:
        self._command = tuple(command)
        self._about = {"schema": "lscctl.event/1", "cluster": cluster, "run": run}
        self._started: list[subprocess.Popen[bytes]] = []
        self.troubles: list[str] = []

    def on_event(self, event: Event) -> None:
        """Start the program where the event is worth it."""
        match event:
            case GateClosed(at, gate, why):
                self._tell(at, {"event": "gate-closed", "gate": gate, "why": why})
            case WindowClosed(at, until):
                self._tell(at, {"event": "window-closed", "opens": utc_text(until)})
            case RunEnded(at, summary):
                self._tell(at, _ended(summary))
            case _:
                pass

    def close(self) -> None:
        """Wait for the programs that still run."""
        for process in self._started:
            try:
                code = process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                self.troubles.append(f"--notify {self._command[0]} did not end within {PATIENCE:.0f} seconds")
            else:
                if code:
                    self.troubles.append(f"--notify {self._command[0]} ended with exit code {code}")

    def _tell(self, at: float, told: dict[str, object]) -> None:
        line = json.dumps(
            {**self._about, "at": datetime.fromtimestamp(at, UTC).isoformat(), **told}, ensure_ascii=False
        )
        try:
            process = subprocess.Popen(  # noqa: S603 - the user's own
                self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=without_password(os.environ)
            )
        except OSError as error:
            self.troubles.append(f"--notify {self._command[0]} cannot be run: {error.strerror}")
            return
        self._started.append(process)
        if process.stdin is not None:
            try:
                process.stdin.write(line.encode() + b"\n")
                process.stdin.close()
            except OSError:
                pass  # it does not read what it is told; its exit code says whether that is well


def _ended(summary: RunSummary) -> dict[str, object]:
    counts = {state.value: phones for state, phones in summary.counts.items()}
    told: dict[str, object] = {"counts": counts}
    if summary.profiles:
        told["profiles"] = {one.change.profile.name: one.standing.state.value for one in summary.profiles}
    if summary.failure is not None:
        return {"event": "failed", "why": str(summary.failure), **told}
    ended = "gate" if summary.gate else "left" if summary.left else "stopped" if summary.stopped else "end"
    return {"event": "finished", "by": ended, "why": summary.gate or summary.left or summary.stopped, **told}
