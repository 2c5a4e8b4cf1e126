import json
import os
import signal
import ssl
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lscctl.simulator.embedded import STATE_NAME, Embedded, EmbeddedError, join, reset
from lscctl.simulator.leash import Leashes, take_leash
from lscctl.simulator.serving import ServeOptions
from lscctl.simulator.state import StateInUseError, StateLock
from tests.simulator.doors.client import Client

SMALL = ServeOptions(phones=12)


def client(embedded: Embedded) -> Client:
    return Client(embedded.address, embedded.user, embedded.password, str(embedded.ca_file))


def wait_for_the_end(folder: Path) -> None:
    """Return once no simulator uses the folder's state file any more; fails after ten seconds."""
    StateLock(folder / STATE_NAME, "the test", patience=10).release()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "simulator"
    wait_for_the_end(tmp_path / "simulator")


def test_commands_share_one_simulator_that_ends_with_the_last_and_remembers(folder: Path) -> None:
    with join(folder, SMALL) as first:
        name = client(first).sql("select first 1 name from device where tkclass = 1")[0]["name"]
        client(first).call("updatePhone", f"<name>{name}</name><description>remembered</description>")
        with join(folder) as second:
            assert second == first
        assert client(first).raw("getCCMVersion").status_code == 200
        control = folder / f"{STATE_NAME}.control"
        assert stat.S_IMODE(control.stat().st_mode) == 0o600
        shown = ssl.get_server_certificate(("127.0.0.1", first.capf_port), timeout=5)
        assert shown.startswith("-----BEGIN CERTIFICATE")
    wait_for_the_end(folder)
    assert not (folder / f"{STATE_NAME}.control").exists()
    with join(folder) as later:
        assert later.pid != first.pid
        assert client(later).phone(name, "description") == {"description": "remembered"}
        assert client(later).sql("select count(*) n from device where tkclass = 1") == [{"n": "12"}]


def test_two_starters_at_once_get_the_same_simulator(folder: Path) -> None:
    found: list[int] = []
    meeting = threading.Barrier(2)

    def use() -> None:
        with join(folder, SMALL) as embedded:
            found.append(embedded.pid)
            meeting.wait(30)

    users = [threading.Thread(target=use) for _ in range(2)]
    for user in users:
        user.start()
    for user in users:
        user.join()
    assert len(found) == 2
    assert len(set(found)) == 1


USER = """
import sys, time
from pathlib import Path
from lscctl.simulator.embedded import join
from lscctl.simulator.serving import ServeOptions
with join(Path(sys.argv[1]), ServeOptions(phones=3)) as embedded:
    print(embedded.pid, flush=True)
    time.sleep(600)
"""


def test_nothing_is_left_behind_after_kill_9_of_every_user(folder: Path) -> None:
    users = []
    for _ in range(2):
        user = subprocess.Popen([sys.executable, "-c", USER, str(folder)], stdout=subprocess.PIPE, text=True)
        assert user.stdout is not None
        users.append((user, user.stdout.readline().strip()))
    assert users[0][1] == users[1][1]
    users[0][0].kill()
    users[0][0].wait()
    with pytest.raises(StateInUseError, match="in use by the embedded simulator, process"):
        StateLock(folder / STATE_NAME, "the test")
    users[1][0].kill()
    users[1][0].wait()
    wait_for_the_end(folder)


def test_a_killed_simulator_is_replaced_by_the_next_command(folder: Path) -> None:
    with join(folder, SMALL) as first:
        os.kill(first.pid, signal.SIGKILL)
        wait_for_the_end(folder)
        with join(folder) as second:
            assert second.pid != first.pid
            assert client(second).raw("getCCMVersion").status_code == 200


def test_a_control_file_that_nobody_understands_is_passed_over(folder: Path) -> None:
    folder.mkdir()
    (folder / f"{STATE_NAME}.control").write_text(json.dumps({"leash_port": 1, "token": "x"}))
    with join(folder, SMALL) as embedded:
        assert client(embedded).raw("getCCMVersion").status_code == 200


def test_reset_forgets_everything_and_refuses_while_in_use(folder: Path) -> None:
    assert reset(folder) is False
    with join(folder, SMALL), pytest.MonkeyPatch.context() as impatient:
        impatient.setattr("lscctl.simulator.embedded.ENDING_SECONDS", 0.1)
        with pytest.raises(EmbeddedError, match="in use by the embedded simulator, process"):
            reset(folder)
    assert reset(folder) is True
    assert not (folder / STATE_NAME).exists()
    assert reset(folder) is False


def test_what_prevents_a_start_is_told(folder: Path) -> None:
    with pytest.raises(EmbeddedError, match=r"did not start: .*7\.7"), join(folder, ServeOptions(version="7.7")):
        pass
    (folder / STATE_NAME).unlink(missing_ok=True)
    (folder / STATE_NAME).write_text("this is no database, only text that stands where one should be " * 30)
    with pytest.raises(EmbeddedError, match="cannot be used"), join(folder):
        pass


def test_a_leash_needs_the_token_and_the_last_one_gone_ends_it() -> None:
    import socket

    ours, theirs = socket.socketpair()
    leashes = Leashes(theirs, "the token")
    assert take_leash(leashes.port, "another token") is None
    second = take_leash(leashes.port, "the token")
    assert second is not None
    waiter = threading.Thread(target=leashes.wait_for_the_last)
    waiter.start()
    ours.close()
    waiter.join(0.1)
    assert waiter.is_alive()
    port = leashes.port
    second.close()
    waiter.join(5)
    assert not waiter.is_alive()
    assert take_leash(port, "the token") is None
