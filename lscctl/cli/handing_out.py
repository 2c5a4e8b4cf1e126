"""Authentication strings of a run: which phones get which, the file in which they are handed out, and the way back to it."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from lscctl.capf import CertificateOperation
from lscctl.cli.screen import Notices
from lscctl.errors import JournalError, UsageError
from lscctl.outcome import PhoneState
from lscctl.report.wording import count, zone_name
from lscctl.rollout.events import Event, Intended, Purpose
from lscctl.rollout.journal.place import journal_file, make_private
from lscctl.rollout.record import Record
from lscctl.rollout.standing import Standing

if TYPE_CHECKING:
    from lscctl.auth_string import AuthString
    from lscctl.cucm.cluster import Cluster
    from lscctl.hand_out.sheet import HandOut, SheetFormat
    from lscctl.plan import CapfRequest
    from lscctl.report.plan import PlanForCluster
    from lscctl.rollout.journal.hand_outs import HandedOut
    from lscctl.rollout.journal.reading import Loaded

FOLDER = "hand-out"
"""Where hand-outs are, beside the journal, unless another file is named."""


@dataclass(frozen=True, slots=True)
class Strings:
    """How the strings of a run come to be: `given` are taken as they are, `{phone name: string}`, the others are made.

    `place` and `form` are the file's; `option` is the first option about it that was given, '' where none was.
    """

    place: Path | None = None
    form: "SheetFormat | None" = None
    given: "Mapping[str, AuthString]" = field(default_factory=dict)
    option: str = ""

    def check(self, request: "CapfRequest", *, one_cluster: bool = True) -> None:
        """UsageError where strings are given that nobody asked for, or where the hand-out cannot be.

        Lists of phones whose certificates are deleted or fetched may have a column of strings that an install handed out.
        """
        if not request.hands_out_strings:
            if self.option or (self.given and request.operation is CertificateOperation.INSTALL):
                what = self.option or "the list's column of authentication strings"
                raise UsageError(
                    f"{what}: no strings are handed out unless that is asked for",
                    hint="Add --auth-mode auth-string, or leave it away.",
                )
            return
        if self.place is not None:
            from lscctl.hand_out.file import require_free

            if not one_cluster:
                raise UsageError("--hand-out names one file for several clusters", hint="Name one cluster.")
            require_free(self.place)

    def tell(self, told: "PlanForCluster", journal: Path | None, notices: Notices) -> None:
        """What a dry run says: where strings would be handed out, and of how many phones they are given."""
        if not (told.request.hands_out_strings and told.plan.steps):
            return
        given = self._used(told)
        place = self.place or _folder(journal)
        some = f", {given:,} of them as given," if given else ""
        notices.say(
            f"authentication strings of {count(len(told.plan.steps), 'phone')}{some} would be handed out in {place}"
        )
        if given:
            notices.say("note: a plan that is kept holds no strings: give them again to apply with --strings-from FILE")

    def _used(self, told: "PlanForCluster") -> int:
        given = self._by_name()
        return sum(step.phone.name.casefold() in given for step in told.plan.steps)

    def handed_out(self, told: "PlanForCluster", cluster: "Cluster", journal: Path | None) -> "Handing | None":
        """Make the strings, and be ready to hand them out; None where there are none. Raises UsageError, ClusterError."""
        if not told.request.hands_out_strings:
            return None
        from lscctl.auth_string import make_strings

        given, held = self._by_name(), cluster.authentication_strings()
        strings: dict[str, AuthString] = {}
        whose: dict[AuthString, str] = {}
        taken = set(given.values())
        for step in told.plan.steps:
            phone = step.phone
            string = given.get(phone.name.casefold())
            if string is not None and (other := whose.get(string)):
                raise UsageError(
                    f"{other} and {phone.name} are given the same authentication string",
                    hint="Give each one of its own.",
                )
            kept = held.get(phone.pkid) if told.request.keep_strings else None
            if string is None and kept not in whose and kept not in taken:
                string = kept
            if string is not None:
                strings[phone.name] = string
                whose[string] = phone.name
        missing = [step.phone.name for step in told.plan.steps if step.phone.name not in strings]
        strings |= make_strings(missing, told.request.string_length, {*held.values(), *whose})
        return Handing(self, told, strings, journal)

    def _by_name(self) -> "Mapping[str, AuthString]":
        """The strings that are given, by names as a list may spell them."""
        return {name.casefold(): string for name, string in self.given.items()}


def _folder(journal: Path | None) -> Path:
    return journal_file(journal).parent / FOLDER


@dataclass(slots=True)
class Handing:
    """Strings that are to be handed out, `{phone name: string}`, before the run's first write; `file` once they are."""

    how: Strings
    told: "PlanForCluster"
    strings: "Mapping[str, AuthString]"
    journal: Path | None
    file: "HandedOut | None" = None

    def write(self, run: int) -> "HandedOut":
        """Write the file; it is on disk when this returns. Raises UsageError, JournalError: then there is none."""
        from lscctl.hand_out.file import write
        from lscctl.hand_out.sheet import SheetFormat

        form = self.how.form or SheetFormat.CSV
        self.file = write(self._sheet(run), self.how.place or self._usual_place(run, form), form)
        return self.file

    def withdraw(self) -> None:
        """Take the file away again, where no run came to be that knows of it: nobody will ever need its strings.

        Where the disk lets nothing be taken away it stays: what befell the journal is to be told, not that."""
        if self.file is not None:
            with suppress(OSError):
                self.file.path.unlink()
            self.file = None

    def known(self, notices: Notices) -> "Known | None":
        """The strings for the run, once they are handed out, and tell where."""
        if self.file is None:
            return None
        phones = count(self.file.phones, "phone")
        notices.say(
            f"authentication strings of {phones}: handed out in {self.file.path}, which runs resume needs as it is"
        )
        return Known(self.strings, self.file.path, self.file.digest)

    def _sheet(self, run: int) -> "HandOut":
        from lscctl.hand_out.sheet import HandOut, Label

        due = self.told.due
        until = "the deadline"
        if due is not None:
            at = due.deadline.at.astimezone(due.clock.zone)
            until = f"{at:%Y-%m-%d %H:%M} ({zone_name(due.clock, at)})"
        labels = tuple(Label.of(step.phone, self.strings[step.phone.name]) for step in self.told.plan.steps)
        return HandOut(self.told.identity.name, run, until, labels)

    def _usual_place(self, run: int, form: "SheetFormat") -> Path:
        """A name that no file has yet: a journal that was deleted begins with run 1 again."""
        folder = _folder(self.journal)
        try:
            make_private(folder)
        except OSError as error:
            raise JournalError(
                f"the folder {folder} for the hand-out cannot be made: {error.strerror or error}; no phone was changed",
                hint="Make room or give access, or name a file elsewhere with --hand-out.",
            ) from error
        stem, number = f"{journal_file(self.journal).stem}-run-{run}", 1
        while (path := folder / f"{stem}{'' if number == 1 else f'-{number}'}{form.suffix}").exists():
            number += 1
        return path


class InPlace:
    """An observer that lets no string be written which nobody could type any more: the file must stay where it is, as it is."""

    def __init__(self, known: "Known") -> None:
        self._known = known
        self._looks: tuple[int, ...] | None = None

    def on_event(self, event: Event) -> None:
        """Raises JournalError where a phone is about to be written and the hand-out is gone, or is another."""
        if not (isinstance(event, Intended) and event.purpose is Purpose.WRITE):
            return
        path = self._known.path
        try:
            seen = path.stat()
            looks = (seen.st_ino, seen.st_size, seen.st_mtime_ns)
            same = looks == self._looks or self._unchanged(path)
        except OSError as error:
            raise JournalError(
                f"the hand-out {path} was taken away while the run was writing its strings",
                hint="Nobody could type them. Put it back, or resume the run with --hand-out FILE where it is now.",
            ) from error
        if not same:
            raise JournalError(
                f"the hand-out {path} was changed while the run was writing its strings",
                hint="People would type others than phones are given. Put it back as it was, or resume the run with --hand-out "
                "FILE, an unchanged copy.",
            )
        self._looks = looks

    def _unchanged(self, path: Path) -> bool:
        from lscctl.hand_out.file import digest_of

        return digest_of(path.read_bytes()) == self._known.digest


@dataclass(frozen=True, slots=True)
class Known:
    """The strings of a run, `{phone name: string}`, the file that they stand in, and the digest of all its bytes."""

    strings: "Mapping[str, AuthString]"
    path: Path
    digest: str


def known_strings(loaded: "Loaded", moved_to: Path | None, zone: tzinfo, *, named: bool) -> Known | None:
    """The strings that the run needs to go on: to write phones, and to clear what they held. None where it needs none.

    `named`: somebody said which run goes on, so that a file of which it has no use is a mistake. Raises UsageError for that, and
    where the file is gone, or is not the one that was handed out.
    """
    handed_out = loaded.hand_out
    if handed_out is None:
        if moved_to is not None:
            raise UsageError(f"run {loaded.run.number} has handed nothing out", hint="Leave --hand-out away.")
        return None
    if not _needed(loaded, zone):
        if moved_to is not None and named:
            raise UsageError(
                f"run {loaded.run.number} has no use for --hand-out: all of its phones have ended, and the cluster holds no "
                "authentication string of theirs",
                hint="Leave it away.",
            )
        return None
    from lscctl.hand_out.file import read

    strings = read(handed_out, moved_to, (step.phone.name for step in loaded.plan.steps))
    return Known(strings, moved_to or handed_out.path, handed_out.digest)


def _needed(loaded: "Loaded", zone: tzinfo) -> bool:
    untouched = Standing()
    records = (
        Record.resumed(step, loaded.standings.get(step.phone.name, untouched), zone) for step in loaded.plan.steps
    )
    return any(_needs(record) for record in records)


def _needs(record: Record) -> bool:
    return not record.state.final or record.state is PhoneState.STALLED or record.in_doubt or record.holds_string


def strings_of(loaded: "Loaded", names: Iterable[str]) -> "dict[str, AuthString]":
    """The strings that an earlier run handed out for those of these phones that it had: they try again with the same ones.

    Raises UsageError where its file is gone or was changed, and one of them had a string.
    """
    wanted = set(names).intersection(step.phone.name for step in loaded.plan.steps)
    if loaded.hand_out is None or not wanted:
        return {}
    from lscctl.hand_out.file import read

    strings = read(loaded.hand_out, None, (), option="--strings-from")
    return {name: string for name, string in strings.items() if name in wanted}
