"""`bulk`: 2,000 simulated phones from start to summary.

The simulator runs in a process of its own, with fast phones and no throttle; lscctl runs as a user runs it. Wall time
and peak memory are the client's as the system accounts for them; writes and reads are counted from the simulator's log,
not by the client.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

WRITES = ("updatePhone", "applyPhone", "doDeviceReset", "executeSQLUpdate")
READS = ("executeSQLQuery", "getPhone", "listPhone", "getCCMVersion", "selectCmDevice", "selectCmDeviceExt")


PHONES = 2000


def run(seed: int) -> dict[str, float]:
    """Run it and give the figures: `phones`, `seconds`, `peak_mb`, `writes_per_phone`, `reads`."""
    with tempfile.TemporaryDirectory() as folder:
        return _measure(Path(folder), seed, PHONES)


def _measure(folder: Path, seed: int, phones: int) -> dict[str, float]:
    log = folder / "simulator.log"
    serve = [sys.executable, "-m", "lscctl", "sim", "serve", "--port", "0", "--capf-port", "0", "--seed", str(seed)]
    serve += ["--phones", str(phones * 5), "--phone-speed", "2000", "--assume", "notification-limit=1000000"]
    with (
        log.open("w") as stderr,
        subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=stderr, text=True) as simulator,
    ):
        try:
            environment = _configure(folder, simulator)
            names = _plannable(environment, phones)
            before = _requests(log)
            (folder / "phones.txt").write_text("\n".join(names) + "\n")
            run = [
                sys.executable,
                "-m",
                "lscctl",
                "bulk-install",
                "--from",
                str(folder / "phones.txt"),
                "--yes",
                "--format",
                "json",
            ]
            seconds, peak_mb, out = _timed(run, environment)
            requests = _requests(log) - before
        finally:
            simulator.send_signal(signal.SIGTERM)
    states = Counter(phone["state"] for phone in json.loads(out)["phones"])
    if states != {"installed": phones}:
        raise SystemExit(f"not all phones were installed: {dict(states)}")
    return {
        "phones": phones,
        "seconds": round(seconds, 1),
        "peak_mb": round(peak_mb, 1),
        "writes_per_phone": sum(requests[operation] for operation in WRITES) / phones,
        "reads": sum(requests[operation] for operation in READS),
    }


def _configure(folder: Path, simulator: "subprocess.Popen[str]") -> dict[str, str]:
    """Read the address from the simulator's own lines; give the environment in which lscctl finds it."""
    told: dict[str, str] = {}
    for line in simulator.stdout or ():
        key, _, value = line.strip().partition(": ")
        told[key] = value
        if {"address", "user", "password", "ca-certificate"} <= told.keys():
            break
    port = told["address"].rpartition(":")[2]
    (folder / "config.toml").write_text(
        f'[clusters.bench]\nhost = "127.0.0.1"\nport = {port}\nuser = "{told["user"]}"\nca-bundle = "{told["ca-certificate"]}"\n'
    )
    own = {
        "LSCCTL_CONFIG": str(folder / "config.toml"),
        "LSCCTL_STATE_DIR": str(folder / "state"),
        "LSCCTL_PASSWORD": told["password"],
    }
    return {**os.environ, **own}


def _plannable(environment: dict[str, str], wanted: int) -> list[str]:
    dry_run = [sys.executable, "-m", "lscctl", "bulk-install", "--model", "8845", "--model", "88*", "--model", "78*"]
    dry_run += ["--dry-run", "--format", "json"]
    answer = subprocess.run(dry_run, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    names = [step["name"] for step in json.loads(answer)["steps"]]
    if len(names) < wanted:
        raise SystemExit(f"the simulated cluster has only {len(names)} phones that a plan would write")
    return names[:wanted]


def _timed(command: list[str], environment: dict[str, str]) -> tuple[float, float, str]:
    """Wall seconds, peak resident megabytes and standard output of a command that must succeed."""
    started = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        out = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode != 0:
        raise SystemExit(f"lscctl ended with exit code {process.returncode}")
    return seconds, usage.ru_maxrss / 1024, out


def _requests(log: Path) -> Counter[str]:
    """Requests by operation, as the simulator logged them."""
    return Counter(re.findall(r" POST (\w+) ", log.read_text()))
