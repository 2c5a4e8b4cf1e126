"""A leash: an open connection by which a client keeps the embedded simulator alive; the last one gone ends it."""

import contextlib
import hmac
import socket
import threading

PROMISE = b"ok\n"
LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 5.0


class Leashes:
    """The simulator's end: counts the leashes, and lets `wait_for_the_last` return when none is left.

    `first` is the leash of the process that started this one, there from the beginning. Others connect to `port` and
    say `token` on a line of its own.
    """

    def __init__(self, first: socket.socket, token: str) -> None:
        self._token = token.encode() + b"\n"
        self._listener = socket.create_server((LOOPBACK, 0))
        self._held = {first}
        self._change = threading.Condition()
        self._closing = False
        threading.Thread(target=self._accept, name="leashes", daemon=True).start()
        self._watch(first)

    @property
    def port(self) -> int:
        """Where further leashes are taken."""
        return int(self._listener.getsockname()[1])

    def wait_for_the_last(self) -> None:
        """Return when no leash is left; from then on none is taken any more."""
        with self._change:
            self._change.wait_for(lambda: self._closing)
        self._listener.close()

    def cut(self) -> None:
        """End as if the last leash were gone."""
        with self._change:
            self._closing = True
            self._change.notify_all()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._greet, args=(connection,), name="leash", daemon=True).start()

    def _greet(self, connection: socket.socket) -> None:
        connection.settimeout(PATIENCE_SECONDS)
        try:
            said = connection.makefile("rb").readline(len(self._token) + 1)
        except OSError:
            said = b""
        with self._change:
            welcome = not self._closing and hmac.compare_digest(said, self._token)
            if welcome:
                self._held.add(connection)
        if not welcome:
            connection.close()
            return
        connection.settimeout(None)
        with contextlib.suppress(OSError):  # a client that is gone already is noticed by the watch
            connection.sendall(PROMISE)
        self._watch(connection)

    def _watch(self, leash: socket.socket) -> None:
        threading.Thread(target=self._until_gone, args=(leash,), name="leash", daemon=True).start()

    def _until_gone(self, leash: socket.socket) -> None:
        with contextlib.suppress(OSError):  # a reset connection is gone just as a closed one
            while leash.recv(64):
                pass
        leash.close()
        with self._change:
            self._held.discard(leash)
            if not self._held:
                self._closing = True
                self._change.notify_all()


def take_leash(port: int, token: str) -> socket.socket | None:
    """A client's end of a new leash, to be kept open; None when nobody there gives one."""
    try:
        leash = socket.create_connection((LOOPBACK, port), timeout=PATIENCE_SECONDS)
    except OSError:
        return None
    try:
        leash.sendall(token.encode() + b"\n")
        promised = leash.recv(len(PROMISE)) == PROMISE
    except OSError:
        promised = False
    if not promised:
        leash.close()
        return None
    leash.settimeout(None)
    return leash
