"""Phones that are written together are read back together, before any of them is applied: the chunks of a run."""

from collections import deque
from collections.abc import Sequence

from lscctl.rollout.events import ChunkWritten
from lscctl.rollout.parts import Chunk, Run
from lscctl.rollout.record import Record
from lscctl.rollout.standing import Call


class Chunks:
    """The chunk that phones join just now, and those that have not been read back. `closed` holds those that are to be."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._open: Chunk | None = None
        self._count = 0
        self.closed: deque[Chunk] = deque()
        self._unread: dict[int, Chunk] = {}
        self._doubtful: set[int] = set()

    @property
    def room(self) -> int:
        """How many phones may still join the chunk that the next ones join."""
        return self._run.options.chunk if self._open is None else self._open.room

    @property
    def unread(self) -> bool:
        """Whether anything written is still to be read back."""
        return bool(self._unread)

    @property
    def doubtful(self) -> bool:
        """Whether a chunk is to be read back before anything else is written: the answer to one of its writes was lost, for one."""
        return bool(self._doubtful)

    def join(self, phones: int) -> Chunk:
        """The chunk to which so many phones belong that are written now, as one call under way."""
        if self._open is None:
            self._open = self._begun(self._run.options.chunk)
        chunk = self._open
        chunk.room -= phones
        chunk.in_flight += 1
        if not chunk.room:
            self._open = None
        return chunk

    def leave(self, chunk: Chunk, phones: int) -> None:
        """The cluster did nothing for these phones of the chunk: they are written later, and others may join instead."""
        chunk.room += phones

    def answered(self, chunk: Chunk) -> None:
        """A call of the chunk came back, and its phones were noted."""
        chunk.in_flight -= 1
        if chunk is not self._open:
            self._hand_over(chunk)

    def written(self, chunk: Chunk, record: Record) -> None:
        """The phone was written, or may have been."""
        chunk.written.append(record)
        self._unread[chunk.number] = chunk

    def doubt(self, chunk: Chunk) -> None:
        """Nobody knows what became of a write of the chunk: it is read back before anything else is written."""
        self._doubtful.add(chunk.number)
        self.close()

    def take_up(self, records: Sequence[Record], *, first: bool = False) -> None:
        """Phones that were written before: they are read back (once more), with `first` before anything else is written."""
        for at in range(0, len(records), self._run.options.chunk):
            chunk = self._begun(0)
            chunk.written = list(records[at : at + self._run.options.chunk])
            for record in chunk.written:
                record.read_back = False
            self._unread[chunk.number] = chunk
            if first or any(record.write is Call.LOST for record in chunk.written):
                self._doubtful.add(chunk.number)
            self._hand_over(chunk)

    def close(self) -> None:
        """No more phones join the chunk that is open."""
        chunk, self._open = self._open, None
        if chunk:
            self._hand_over(chunk)

    def read_back(self, chunk: Chunk) -> None:
        """A page of the chunk has been read back."""
        if not chunk.unread:
            self._unread.pop(chunk.number, None)
            self._doubtful.discard(chunk.number)

    def abandon(self) -> None:
        """What has not been read back never will be, so it is never applied."""
        self.closed.clear()
        self._unread.clear()

    def _begun(self, room: int) -> Chunk:
        self._count += 1
        return Chunk(self._count, room)

    def _hand_over(self, chunk: Chunk) -> None:
        if chunk.in_flight or chunk.handed_over:
            return
        chunk.handed_over = True
        if chunk.written:
            self._run.announcer.tell(ChunkWritten(self._run.now(), chunk.number, len(chunk.written)))
            self.closed.append(chunk)
