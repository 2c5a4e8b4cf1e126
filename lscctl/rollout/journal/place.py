"""Where the journal and the locks are, and the folder that holds them."""

import os
from pathlib import Path

from platformdirs import user_state_path

NAME = "journal.sqlite"


def state_folder() -> Path:
    """LSCCTL_STATE_DIR where it is set, else the user's own state folder."""
    chosen = os.environ.get("LSCCTL_STATE_DIR")
    return Path(chosen) if chosen else user_state_path("lscctl")


def journal_file(chosen: Path | None = None) -> Path:
    """The journal that the user chose (`--journal`), else the one in the state folder."""
    return chosen or state_folder() / NAME


def lock_folder() -> Path:
    """Where the locks of all clusters are, whichever journal a run writes."""
    return state_folder() / "locks"


def make_private(folder: Path) -> None:
    """Make the folder and what is missing above it, for its owner only (0700); one that exists stays as it is."""
    if folder.is_dir():
        return
    make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
