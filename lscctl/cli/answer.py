"""What a command answers, and how that is told."""

from dataclasses import dataclass

from lscctl.cli.screen import Destination, Notices, OutputFailed
from lscctl.errors import LscctlError
from lscctl.report.interface import Report


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found out or did, and the exit code that it means. `failure` cut it short, or makes a refusal of it: it
    is told beside the report, and brings its own exit code. `hint` is the next step where nothing failed."""

    report: Report
    exit_code: int = 0
    failure: LscctlError | None = None
    hint: str = ""

    def tell(self, destination: Destination, notices: Notices) -> int:
        """Deliver the report; the exit code. Raises the failure, and OutputFailed where the report could not be written."""
        try:
            destination.deliver(self.report)
        except OutputFailed as failed:
            if self.failure is None:
                raise
            notices.warn(failed.message)  # what became of the work is the worse news
        if self.failure is not None:
            raise self.failure
        if self.hint:
            notices.say(f"hint: {self.hint}")
        return self.exit_code
