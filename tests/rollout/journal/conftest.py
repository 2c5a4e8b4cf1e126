"""A folder of one's own, which somebody without privileges can reach too."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="lscctl-journal-"))
    if not os.geteuid():
        os.chown(made, 65534, -1)
    yield made
    made.chmod(0o700)
    shutil.rmtree(made)
