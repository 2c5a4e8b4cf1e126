import socket

import pytest

from lscctl.simulator.sockets import bind, listen, port_of

HERE = "127.0.0.1"


def test_a_free_port_is_nobody_elses_even_before_anyone_listens() -> None:
    with bind(HERE, 0) as ours, pytest.raises(OSError, match="in use"):
        bind(HERE, port_of(ours))


def test_a_port_is_taken_again_while_the_system_remembers_its_connections() -> None:
    with bind(HERE, 0) as first:
        listen(first, 1)
        port = port_of(first)
        with socket.create_connection((HERE, port)) as client:
            connection, _ = first.accept()
            connection.close()  # who closes first is the one that is remembered
            assert client.recv(1) == b""
    with bind(HERE, port) as again:
        listen(again, 1)
