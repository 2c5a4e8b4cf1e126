"""The web server of the cluster: routes, disturbances, delays, the request log and the counters."""

import asyncio
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from lscctl.simulator.doors import uds
from lscctl.simulator.doors.axl import AxlService
from lscctl.simulator.doors.control_center import ControlCenterService
from lscctl.simulator.doors.delivery import Connections, Delivery
from lscctl.simulator.doors.disturbances import Disturbance, Disturbances, Harm
from lscctl.simulator.doors.exchange import Ask, Reply, page
from lscctl.simulator.doors.limits import AnswerMemory
from lscctl.simulator.doors.ris import RisService

log = logging.getLogger("lscctl.simulator")
WORKERS = 4
_CONTROL_CENTER = "/controlcenterservice2/services/ControlCenterServices"
BEFORE_ACTING = {
    Harm.UNAVAILABLE: lambda: page(503, "Service Unavailable", "The service is temporarily not available."),
    Harm.BROKEN: lambda: page(500, "Internal Server Error", "The server encountered an internal error."),
    Harm.HTML: lambda: page(200, "Welcome", "Please sign in to the network.", outcome="html"),
}


class Doors:
    """Everything behind the cluster's HTTPS port.

    now: the clock of the node that was asked, in epoch seconds. requests: counts by (operation, outcome). followers:
    told the operation of each request as it arrives. latency: seconds before every answer. unavailable: for so many
    seconds from now on every request is answered with 503, since the services behind the web server are still
    starting.
    """

    def __init__(
        self,
        axl: AxlService,
        ris: RisService,
        control_center: ControlCenterService,
        *,
        ccm_version: str,
        now: Callable[[Ask], float],
        memory: AnswerMemory,
        disturbances: Disturbances,
        requests: Counter[tuple[str, str]],
        followers: Sequence[Callable[[str], None]] = (),
        latency: float = 0.0,
        unavailable: float = 0.0,
    ) -> None:
        self.axl = axl
        self.ris = ris
        self.control_center = control_center
        self.memory = memory
        self.disturbances = disturbances
        self.latency = latency
        self.connections = Connections()
        self.requests = requests
        self._followers = followers
        self._ccm_version = ccm_version
        self._now = now
        self._ready_at = time.monotonic() + unavailable
        self._count_lock = threading.Lock()
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="doors")
        self.app = Starlette(
            routes=[
                Route("/axl", self._redirect, methods=["GET", "POST"]),
                Route("/axl/", self._axl, methods=["GET", "POST"]),
                Route("/realtimeservice2/services/RISService70", self._ris, methods=["GET", "POST"]),
                Route(_CONTROL_CENTER, self._control, methods=["GET", "POST"]),
                Route("/cucm-uds/version", self._uds, methods=["GET"]),
                Route("/{path:path}", self._not_found),
            ]
        )

    def close(self) -> None:
        """Let the workers finish what they do, and end them."""
        self._pool.shutdown()

    async def _redirect(self, _request: Request) -> RedirectResponse:
        return RedirectResponse("/axl/", status_code=302)

    async def _not_found(self, request: Request) -> Delivery:
        return await self._serve(request, lambda _ask: page(404, "Not Found", request.url.path), lambda _ask: "-")

    async def _axl(self, request: Request) -> Delivery:
        return await self._serve(request, self.axl.answer, self.axl.operation_of)

    async def _ris(self, request: Request) -> Delivery:
        return await self._serve(request, self.ris.answer, self.ris.operation_of)

    async def _control(self, request: Request) -> Delivery:
        return await self._serve(request, self.control_center.answer, self.control_center.operation_of)

    async def _uds(self, request: Request) -> Delivery:
        return await self._serve(request, lambda ask: uds.version(ask, self._ccm_version), lambda _ask: "version")

    async def _serve(
        self, request: Request, service: Callable[[Ask], Reply], operation_of: Callable[[Ask], str]
    ) -> Delivery:
        started = time.perf_counter()
        try:
            ask = _ask(request, await request.body())
        except ClientDisconnect:
            log.info("%s went away in the middle of a request", _client(request))
            return Delivery(Reply(0, b""), self.connections, 0.0, lost=True)
        operation = operation_of(ask)
        for follow in self._followers:
            follow(operation)
        harms = self.disturbances.due(operation)
        pause = self.latency + sum(harm.seconds for harm in harms)
        if pause:
            await asyncio.sleep(pause)
        harm = next((due for due in harms if due.harm is not Harm.DELAY), None)
        reply = await self._reply(ask, service, harm)
        reply.operation = operation if reply.operation == "-" else reply.operation
        lost = harm is not None and harm.harm in (Harm.DROP_BEFORE, Harm.DROP_AFTER)
        size = len(reply.body)
        held = not lost and self.axl.counts(reply)
        if held and not self.memory.hold(size):
            reply, held = self.axl.out_of_memory(reply), False
        self._note(ask, reply, harm, time.perf_counter() - started)
        return Delivery(
            reply,
            self.connections,
            self._now(ask),
            cut=harm is not None and harm.harm is Harm.CUT,
            lost=lost,
            sent=(lambda: self.memory.release(size)) if held else (lambda: None),
        )

    async def _reply(self, ask: Ask, service: Callable[[Ask], Reply], disturbance: Disturbance | None) -> Reply:
        if disturbance is not None and disturbance.harm is Harm.DROP_BEFORE:
            return Reply(0, b"", outcome="dropped before acting")
        if time.monotonic() < self._ready_at:
            return page(503, "Service Unavailable", "The service is starting.", outcome="503 starting")
        if disturbance is not None and disturbance.harm in BEFORE_ACTING:
            return BEFORE_ACTING[disturbance.harm]()
        reply = await asyncio.get_running_loop().run_in_executor(self._pool, service, ask)
        if disturbance is not None and disturbance.harm is Harm.DROP_AFTER:
            reply.outcome += ", dropped before answering"
        if disturbance is not None and disturbance.harm is Harm.CUT:
            reply.outcome += ", cut in half"
        return reply

    def _note(self, ask: Ask, reply: Reply, disturbance: Disturbance | None, seconds: float) -> None:
        with self._count_lock:
            self.requests[(reply.operation, reply.outcome)] += 1
        log.info(
            "%s %s %s %s %s %s: %s in %.1f ms%s",
            ask.client,
            reply.user,
            ask.method,
            reply.operation,
            reply.version,
            reply.subject,
            reply.outcome,
            seconds * 1000,
            "" if disturbance is None else f" (disturbed: {disturbance.harm.value})",
        )


def _ask(request: Request, body: bytes) -> Ask:
    return Ask(
        method="GET" if request.method == "HEAD" else request.method,
        path=request.url.path,
        query=request.url.query,
        headers=request.headers,
        body=body,
        client=_client(request),
        address=f"{request.url.scheme}://{request.url.netloc}",
        port=(request.scope.get("server") or ("", 0))[1] or 0,
    )


def _client(request: Request) -> str:
    return "-" if request.client is None else f"{request.client.host}:{request.client.port}"
