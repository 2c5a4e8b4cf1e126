"""The embedded simulator's process: `python -m lscctl.simulator --state FILE --leash DESCRIPTOR`.

The one who starts it says the options over the leash, one line of JSON, and is told the address, or what went wrong.
"""

import argparse
import json
import logging
import os
import signal
import socket
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from lscctl.simulator.embedded import OWNER, Embedded, new_token, remove_control, write_control
from lscctl.simulator.leash import Leashes
from lscctl.simulator.server import SimulatorServer
from lscctl.simulator.serving import OptionError, ServeOptions, serving

PREDECESSOR_SECONDS = 30
"""How long to wait for a simulator that is just ending on the same state file."""


def main() -> None:
    """Serve until the last leash is gone."""
    parser = argparse.ArgumentParser(prog="python -m lscctl.simulator")
    parser.add_argument("--state", type=Path, required=True, help="file that keeps the cluster")
    parser.add_argument("--leash", type=int, required=True, help="descriptor of the first leash")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    first = socket.socket(fileno=arguments.leash)
    first.set_inheritable(False)
    options = replace(_options(first), state=str(arguments.state))
    try:
        with serving(options, owner=OWNER, patience=PREDECESSOR_SECONDS) as server:
            _serve(arguments.state, first, server)
    except (OptionError, OSError) as error:
        _tell(first, {"error": str(error)})
        raise SystemExit(2) from None


def _serve(state: Path, first: socket.socket, server: SimulatorServer) -> None:
    embedded = Embedded(
        server.address, server.user, server.password, server.ca_file, server.capf_port, os.getpid(), server.doors()
    )
    token = new_token()
    leashes = Leashes(first, token)
    signal.signal(signal.SIGTERM, lambda _number, _frame: leashes.cut())
    write_control(state, embedded, leashes.port, token)
    try:
        _tell(first, asdict(embedded) | {"ca_file": str(embedded.ca_file)})
        leashes.wait_for_the_last()
    finally:
        remove_control(state)


def _options(leash: socket.socket) -> ServeOptions:
    said: dict[str, Any] = json.loads(leash.makefile("rb").readline())
    tuples = {field.name for field in fields(ServeOptions) if isinstance(field.default, tuple)}
    texts: Any = {name: tuple(value) if name in tuples else value for name, value in said.items()}
    return ServeOptions(**texts)


def _tell(leash: socket.socket, answer: dict[str, object]) -> None:
    leash.sendall(json.dumps(answer).encode() + b"\n")


if __name__ == "__main__":
    main()
