"""What a wheel carries beside the package: man pages, made from the same help as `--help`."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ManPages(BuildHookInterface[Any]):
    """Writes the pages into build/man, and tells the wheel to install them as share/man/man1."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Runs before each wheel is built; a checkout that is installed as it is needs none."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from lscctl.cli.manual import pages  # noqa: PLC0415 - only there once the root is on the path

        folder = Path(self.root) / "build" / "man"
        folder.mkdir(parents=True, exist_ok=True)
        for name, page in pages().items():
            (folder / name).write_text(page, encoding="utf-8")
            build_data["shared_data"][str(folder / name)] = f"share/man/man1/{name}"
