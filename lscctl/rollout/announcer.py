"""Hands events to observers, and keeps an observer's error from harming the run or going unheard."""

from collections.abc import Sequence

from lscctl.errors import LscctlError
from lscctl.rollout.events import Event, Observer


class Announcer:
    """Tells every observer every event, in order. One that raises is not called again.

    `failure` is the first LscctlError that an observer raised, `notes` tells every other exception.
    """

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = list(observers)
        self.failure: LscctlError | None = None
        self.notes: list[str] = []

    def tell(self, event: Event) -> None:
        """Hand the event to all who still listen."""
        for observer in tuple(self._observers):
            try:
                observer.on_event(event)
            except LscctlError as error:
                self._observers.remove(observer)
                self.failure = self.failure or error
            except Exception as error:  # noqa: BLE001 - phones are under way, whatever a listener does wrong
                self._observers.remove(observer)
                self.notes.append(
                    f"{type(observer).__name__} failed at {type(event).__name__} and heard no more: "
                    f"{type(error).__name__}: {error}"
                )
