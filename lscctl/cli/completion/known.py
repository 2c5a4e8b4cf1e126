"""What completion knows of a cluster: the names that commands met there, in a small file in the cache folder.

It is written as a by-product, and may be old, damaged or not there at all: then completion knows less. It holds no secret.
"""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from lscctl.cli.whole_file import write_whole
from lscctl.rollout.journal.place import make_private

if TYPE_CHECKING:
    from lscctl.phone import Phone


@dataclass(frozen=True, slots=True)
class Known:
    """The names that were met on a cluster."""

    models: frozenset[str] = frozenset()
    device_pools: frozenset[str] = frozenset()
    locations: frozenset[str] = frozenset()
    profiles: frozenset[str] = frozenset()

    @classmethod
    def of(cls, phones: Iterable["Phone"]) -> "Known":
        """The names that these phones bear."""
        met = {(phone.model, phone.device_pool, phone.location, phone.profile.name) for phone in phones}
        return cls(*(frozenset(filter(None, names)) for names in zip(*met, strict=True))) if met else cls()

    def __or__(self, other: "Known") -> "Known":
        return Known(*(getattr(self, one.name) | getattr(other, one.name) for one in fields(self)))


def remember(cluster: str, met: Known) -> None:
    """Add names to what is known of the cluster. Where that cannot be written, nothing is said: the command has other work."""
    before = known_of(cluster)
    after = before | met
    if after == before:
        return
    content = {one.name: sorted(getattr(after, one.name)) for one in fields(after)}
    with suppress(OSError):
        make_private(_folder())
        write_whole(_file_of(cluster), [json.dumps(content, ensure_ascii=False, indent=1), "\n"])


def known_of(cluster: str) -> Known:
    """What is known of the cluster: nothing where there is no file, or none that can be understood."""
    with suppress(OSError, ValueError, TypeError, LookupError):
        content = json.loads(_file_of(cluster).read_text(encoding="utf-8"))
        return Known(*(frozenset(map(str, content[one.name])) for one in fields(Known)))
    return Known()


def _file_of(cluster: str) -> Path:
    return _folder() / f"{quote(cluster, safe='')}.json"


def _folder() -> Path:
    """In LSCCTL_STATE_DIR where it is set, else in the user's cache folder."""
    chosen = os.environ.get("LSCCTL_STATE_DIR")
    if chosen:
        return Path(chosen) / "known"
    from platformdirs import user_cache_path

    return user_cache_path("lscctl")
