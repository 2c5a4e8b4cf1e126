"""What benchmarks share: a simulator in a process of its own, and lscctl configured for it."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

LSCCTL = (sys.executable, "-m", "lscctl")
_TOLD = {"address", "user", "password", "ca-certificate"}
_DOORS = 4
_DOORS_OF_PHONES = 3


@dataclass(frozen=True)
class Timed:
    """A command that succeeded: wall seconds, peak resident megabytes, standard output, seconds of the processor."""

    seconds: float
    peak_mb: float
    out: str
    processor_seconds: float


@dataclass(frozen=True)
class Lab:
    """A served cluster, the environment in which lscctl finds it, and a folder for files."""

    folder: Path
    environment: dict[str, str]
    told: dict[str, str] = field(repr=False)
    """What `sim serve` announced: `address`, `user`, `password`, `ca-certificate`."""
    simulator: "subprocess.Popen[str]"

    def lscctl(self, *arguments: str, accepted: tuple[int, ...] = (0,), to: Path | None = None) -> Timed:
        """Run `lscctl ARGUMENTS` and measure it as the system accounts for it; SystemExit for another exit code. With `to` that
        file gets what it prints, and `out` is empty."""
        return timed([*LSCCTL, *arguments], self.environment, accepted, to)

    def requests(self) -> Counter[str]:
        """Requests by operation since the start, as the simulator logged them."""
        return Counter(re.findall(r" POST (\w+) ", (self.folder / "simulator.log").read_text()))

    def phones_of_a_plan(self, number: int) -> list[str]:
        """Names of so many phones that a plan would write; SystemExit if the cluster has fewer."""
        dry_run = self.lscctl("bulk-install", "--model", "88*", "--model", "78*", "--dry-run", "--format", "json")
        names = [step["name"] for step in json.loads(dry_run.out)["steps"]]
        if len(names) < number:
            raise SystemExit(f"the simulated cluster has only {len(names)} phones that a plan would write")
        return names[:number]

    def stop(self) -> str:
        """End the simulator and give its log, all of it."""
        self.simulator.send_signal(signal.SIGTERM)
        self.simulator.wait()
        return (self.folder / "simulator.log").read_text()


@contextmanager
def lab(*options: str, nodes: int = 3) -> Iterator[Lab]:
    """Serve a cluster of so many nodes with these options of `sim serve` until the block ends."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        serve = [*LSCCTL, "sim", "serve", "--port", "0", "--capf-port", "0", "--nodes", str(nodes), *options]
        with (
            (folder / "simulator.log").open("w") as log,
            subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=log, text=True) as simulator,
        ):
            try:
                told = _told(simulator, nodes * _DOORS + _DOORS_OF_PHONES)
                yield Lab(folder, _configure(folder, told), told, simulator)
            finally:
                simulator.send_signal(signal.SIGTERM)


def timed(
    command: list[str],
    environment: dict[str, str] | None = None,
    accepted: tuple[int, ...] = (0,),
    to: Path | None = None,
) -> Timed:
    """Run a command that must end with one of these exit codes; SystemExit if it does not. `to` as in `Lab.lscctl`: a child's peak
    starts at its parent's, which has to stay small where much is printed."""
    with to.open("w") if to else nullcontext(subprocess.PIPE) as place:
        started = time.perf_counter()
        with subprocess.Popen(command, env=environment, stdout=place, text=True) as process:
            out = process.stdout.read() if process.stdout else ""
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
    if process.returncode not in accepted:
        raise SystemExit(f"{' '.join(command)} ended with exit code {process.returncode}")
    return Timed(seconds, usage.ru_maxrss / 1024, out, usage.ru_utime + usage.ru_stime)


def _told(simulator: "subprocess.Popen[str]", doors: int) -> dict[str, str]:
    """Read what the simulator says of itself on its first lines, the nodes' doors last."""
    told: dict[str, str] = {}
    for line in simulator.stdout or ():
        key, _, value = line.strip().partition(": ")
        told[key] = value
        if told.keys() >= _TOLD and sum(key.startswith("door ") for key in told) == doors:
            break
    return told


def _configure(folder: Path, told: dict[str, str]) -> dict[str, str]:
    """Write a configuration with that cluster; give the environment in which lscctl finds it."""
    settings = {
        "host": '"127.0.0.1"',
        "port": told["address"].rpartition(":")[2],
        "user": f'"{told["user"]}"',
        "ca-bundle": f'"{told["ca-certificate"]}"',
    }
    lines = [f"{key} = {value}" for key, value in settings.items()]
    doors = [f'"{key.removeprefix("door ")}" = "{place}"' for key, place in told.items() if key.startswith("door ")]
    tables = ["[clusters.bench]", *lines, "[clusters.bench.connect-to]", *doors, ""]
    (folder / "config.toml").write_text("\n".join(tables))
    own = {
        "LSCCTL_CONFIG": str(folder / "config.toml"),
        "LSCCTL_STATE_DIR": str(folder / "state"),
        "LSCCTL_PASSWORD": told["password"],
    }
    return {**os.environ, **own}
