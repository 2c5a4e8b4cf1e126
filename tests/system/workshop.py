"""A folder in which an example is tried: `lscctl` on the path, state of its own, a list of phones of the embedded CUCM."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.warm_start import WarmStart
from tests.system.conftest import ROOT

EXAMPLES = ROOT / "examples"


@dataclass
class Workshop:
    """The folder and the environment in which the steps of an example run."""

    folder: Path
    warm: WarmStart
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        programs = self.folder / "bin"
        programs.mkdir()
        self.warm.put_program(programs)
        self.environment |= {
            "PATH": f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "LSCCTL_CONFIG": str(self.folder / "lscctl.toml"),
        }
        (self.folder / "lscctl.toml").touch()

    def program(self, name: str, script: str) -> None:
        """Put a program of that name on the path."""
        file = self.folder / "bin" / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def take(self, *names: str) -> None:
        """Copy examples into the folder."""
        for name in names:
            (self.folder / name).write_bytes((EXAMPLES / name).read_bytes())
            (self.folder / name).chmod((EXAMPLES / name).stat().st_mode)

    def shell(
        self, script: str, *, also: Mapping[str, str] | None = None, shell: str = "sh -e", code: int = 0
    ) -> subprocess.CompletedProcess[str]:
        """Run a step; it must end with `code`."""
        done = subprocess.run(
            [*shell.split(), "-c", script],
            cwd=self.folder,
            env={**self.environment, **(also or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,  # some install
            check=False,
        )
        assert done.returncode == code, f"{script}\n{done.stdout}{done.stderr}"
        return done

    def list_phones(self, count: int = 3) -> list[str]:
        """Write phones.csv with so many phones of the embedded CUCM that can take an LSC."""
        plan = "lscctl bulk-install --cluster sim --model 7841 --dry-run --format json"
        names = [step["name"] for step in json.loads(self.shell(plan).stdout)["steps"][:count]]
        (self.folder / "phones.csv").write_text("Device Name\n" + "".join(f"{name}\n" for name in names))
        return names
