"""How an answer leaves: whole and in pieces, or, on purpose, cut in half or not at all."""

import asyncio
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from lscctl.simulator.doors.exchange import Reply

PIECE = 64 * 1024
"""Bytes handed to the connection at a time, so that a slow reader's answer stays under way until it has been read."""


class Connections:
    """The open connections by the client's address, so that a disturbance can lose one."""

    def __init__(self) -> None:
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self) -> type[H11Protocol]:
        """The HTTP protocol class that keeps this register."""
        transports = self._transports

        class Registered(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                if self.client is not None:
                    transports[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                if self.client is not None:
                    transports.pop(self.client, None)
                super().connection_lost(exc)

        return Registered

    def lose(self, client: tuple[str, int]) -> None:
        """Reset this client's connection."""
        if client in self._transports:
            self._transports[client].abort()

    def lose_all(self) -> None:
        """Reset every connection: nobody waits for a client that keeps one open."""
        for transport in list(self._transports.values()):
            transport.abort()

    def close(self, client: tuple[str, int]) -> None:
        """End this client's connection once what was written has left."""
        if client in self._transports:
            self._transports[client].close()


class Delivery:
    """Sends `reply`; `cut` stops halfway, `lost` sends nothing and resets the connection; `sent` is called at the end."""

    def __init__(
        self,
        reply: Reply,
        connections: Connections,
        date: float,
        *,
        cut: bool = False,
        lost: bool = False,
        sent: Callable[[], None] = lambda: None,
    ) -> None:
        self.reply = reply
        self._connections = connections
        self._date = date
        self._cut = cut
        self._lost = lost
        self._sent = sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run as the ASGI application of this one request."""
        try:
            if self._lost:
                self._connections.lose(scope["client"])
                await _until_disconnected(receive)
                return
            await send({"type": "http.response.start", "status": self.reply.status, "headers": self._headers()})
            await self._send_body(scope, receive, send)
        finally:
            self._sent()

    async def _send_body(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = self.reply.body
        end = len(body) // 2 if self._cut else len(body)
        for start in range(0, max(end, 1), PIECE):
            more = self._cut or start + PIECE < end
            await send({"type": "http.response.body", "body": body[start : min(start + PIECE, end)], "more_body": more})
        if self._cut:
            self._connections.close(scope["client"])
            await _until_disconnected(receive)

    def _headers(self) -> list[tuple[bytes, bytes]]:
        named: list[tuple[str, Any]] = [
            ("Date", formatdate(self._date, usegmt=True)),
            ("Content-Type", self.reply.content_type),
            ("Content-Length", len(self.reply.body)),
            ("Cache-Control", "private"),
            ("X-Frame-Options", "SAMEORIGIN"),
            ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
            *self.reply.headers,
        ]
        return [(name.encode("ascii"), str(value).encode("latin-1")) for name, value in named]


async def _until_disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
