"""Authentication strings that are given for phones that nobody writes: said once, for however many clusters there are plans."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lscctl.cli.screen import Notices
from lscctl.report.wording import count

if TYPE_CHECKING:
    from lscctl.plan import Plan

_MOST_NAMED = 10

Planned = Callable[["Plan"], None]
"""To be called with the plan of a cluster once it stands."""


class UnusedStrings:
    """The phones, of those that strings are `given` for, that none of so many clusters' plans writes.

    A name may be wrong, and another phone meant. They are named once the last cluster has its plan, or is known to get none.
    """

    def __init__(self, given: Iterable[str], clusters: int, notices: Notices) -> None:
        self._left = {name.casefold(): name for name in given}
        self._clusters = clusters
        self._notices = notices
        self._used = False
        self._turn = threading.Lock()

    @contextmanager
    def cluster(self) -> Iterator[Planned]:
        """What is done for one cluster. Whatever ends it, its plan writes what it has told until then."""
        told = False

        def planned(plan: "Plan") -> None:
            nonlocal told
            if not told:
                told = True
                self._take(step.phone.name for step in plan.steps)

        try:
            yield planned
        finally:
            if not told:
                self._take(())

    def _take(self, written: Iterable[str]) -> None:
        with self._turn:
            for name in written:
                self._used = True
                self._left.pop(name.casefold(), None)
            self._clusters -= 1
            if self._clusters == 0 and self._used and self._left:
                self._warn(list(self._left.values()))

    def _warn(self, names: list[str]) -> None:
        whose = ", ".join(names[:_MOST_NAMED]) + (" and others" if len(names) > _MOST_NAMED else "")
        phones = count(len(names), "phone")
        self._notices.warn(
            f"authentication strings are given for {phones} that no plan writes, and they do not get them: {whose}"
        )
