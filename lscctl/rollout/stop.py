"""How a person or the system asks a run to stop."""


class Stop:
    """A wish to stop, set from a signal handler (ctrl-C, SIGTERM, SIGHUP) and looked at by the engine between calls.

    Asked once: no phone is written any more; those already written are read back and applied, since a written phone
    that nobody applies would stand pending and be left out of the next plan; one last read, and the run ends. Asked
    again: no call is sent any more, and the run ends as soon as the calls under way are answered. The engine notices
    within a second.
    """

    def __init__(self) -> None:
        self._why: str | None = None
        self._again = False

    def request(self, why: str) -> None:
        """Ask to stop; `why` names the cause for the summary (`ctrl-C`). Only sets fields, so a signal handler may call it."""
        self._again = self._why is not None
        self._why = self._why or why

    @property
    def why(self) -> str | None:
        """Why to stop, None while nobody asked."""
        return self._why

    @property
    def at_once(self) -> bool:
        """Whether it was asked a second time."""
        return self._again
