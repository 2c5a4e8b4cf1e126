"""How phones tell: in the words that were published, or each in words of its own, with much or little between, whole or cut."""

from dataclasses import dataclass
from zlib import crc32


@dataclass(frozen=True, slots=True)
class Telling:
    """How all phones of a cluster write their logs.

    varied: each phone words what it says in its own way, within what is published; else as the published logs have it.
    noise: at most so many lines of no interest between two things that happen. cut: the oldest file has lost its beginning, and a
    line in it its first half, as in a buffer that ran over.
    """

    varied: bool = False
    noise: int = 12
    cut: bool = False

    def word(self, speaker: str, phrasings: tuple[str, ...]) -> str:
        """How one phone says it: always in the same way."""
        if not self.varied:
            return phrasings[0]
        return phrasings[crc32(f"{speaker} {phrasings[0]}".encode()) % len(phrasings)]


AS_PUBLISHED = Telling()
