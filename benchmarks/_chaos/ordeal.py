"""One rollout from its beginning to its end, through all the troubles of its scenario."""

import json
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks._chaos.chronicle import PROFILE_APPLIES, Chronicle, Part, Rival, run_of, story_of
from benchmarks._chaos.lab import Client, Lab, Launch, Truth, cold, lab
from benchmarks._chaos.mischief import Mischief
from benchmarks._chaos.preparation import MODELS
from benchmarks._chaos.scenario import Kind, Operation, Scenario, Trouble
from lscctl.simulator.finish_time import epoch_of

LONGEST_PART = 150.0
"""Seconds after which a client that has not ended never will."""

MOST_CALM_PARTS = 15
"""A run whose gates close is resumed so often, once nothing troubles it any more."""

_LOOK = 0.02


def suffer(seed: int, operation: Operation = Operation.INSTALL, launch: Launch = cold) -> Chronicle:
    """Let a rollout, whose clients `launch` begins, go through the scenario of the seed, and tell what happened."""
    scenario = Scenario.of(seed, operation)
    with tempfile.TemporaryDirectory(prefix="lscctl-chaos-") as folder, lab(scenario, Path(folder), launch) as place:
        return _Ordeal(place).chronicle()


class _Ordeal:
    def __init__(self, place: Lab) -> None:
        self._lab = place
        self._scenario = place.scenario
        self._before = place.truth()
        self._parts: list[Part] = []
        self._rivals: list[Rival] = []
        self._looks: tuple[Truth, ...] = ()
        self._mischief: Mischief | None = None
        self._command = self._agreed()
        place.server.follow(self._on_request)

    def _agreed(self) -> tuple[str, ...]:
        """The command that begins the rollout, with all that it needs to go on unasked."""
        match self._scenario.operation:
            case Operation.INSTALL:
                return ("bulk-install", "--yes")
            case Operation.AUTH_STRING:
                return ("bulk-install", "--auth-mode=auth-string", "--yes")
            case Operation.THEN_LSC_FIRST:
                return ("bulk-install", "--then-lsc-first", "--yes")
            case Operation.TROUBLESHOOT:
                return ("troubleshoot", "--yes")
            case Operation.DELETE | Operation.DELETE_BY_STRING as operation:
                strings = ("--auth-mode=auth-string",) if operation.by_string else ()
                command = ("delete", "--include-lsc-first", "--include-secure", *strings)
                patient = f"--config={self._lab.patient}"
                dry = self._lab.start(*command, patient, "--cluster=lab", "--name=*", "--dry-run", "--format=json")
                if dry.end() != 0:
                    raise RuntimeError(f"there is no plan: {''.join(dry.err)}")
                return (*command, f"--confirm-count={json.loads(''.join(dry.out))['phones_to_change']}")

    def chronicle(self) -> Chronicle:
        for troubles, impatient in zip(self._scenario.parts, self._scenario.impatient, strict=True):
            if self._state() != "finished":
                self._part(troubles, "--no-wait" if impatient else "")
        for _ in range(MOST_CALM_PARTS):
            if self._state() == "finished":
                break
            self._part((), "")
        if self._scenario.once_more and self._state() == "finished":
            self._part((), "")
        place = self._lab
        truth = place.truth(advance=True)
        with place.cluster.lock:
            every = place.cluster.history.writes()
            writes = tuple(write for write in every if write.operation not in PROFILE_APPLIES)
            fifth = place.cluster.assumptions.finish_time_field
            deadlines = {
                text: epoch_of(text, place.cluster.clock, fifth)
                for text in {write.finish_time for write in writes} - {""}
            }
        return Chronicle(
            scenario=self._scenario,
            parts=tuple(self._parts),
            rivals=tuple(self._rivals),
            before=self._before,
            looks=(*self._looks, truth),
            writes=writes,
            applied_with_profile=tuple(write for write in every if write.operation in PROFILE_APPLIES),
            deadlines=deadlines,
            run=run_of(place, self._run()),
            story=story_of(place),
            password=place.server.password,
            truth=place.witness.testimony(),
            journal=place.journal.read_bytes() if place.journal.exists() else b"",
        )

    def _on_request(self, operation: str) -> None:
        if self._mischief is not None:
            self._mischief.on_request(operation)

    def _run(self) -> int | None:
        rows = self._lab.read("SELECT max(number) FROM run")
        return int(str(rows[0][0])) if rows and rows[0][0] is not None else None

    def _state(self) -> str:
        return "".join(str(state) for (state,) in self._lab.read("SELECT state FROM run ORDER BY number DESC LIMIT 1"))

    def _arguments(self, *more: str) -> tuple[str, ...]:
        number = self._run()
        scenario = self._scenario
        if number is not None:
            return ("runs", "resume", str(number), "--format", "json", *more)
        sql = ("--write-path=sql",) if scenario.sql else ()
        concurrency = f"--concurrency={scenario.concurrency}"
        return (
            *self._command,
            "--cluster=lab",
            *self._selectors(),
            "--format=json",
            concurrency,
            *scenario.rules,
            *sql,
            *more,
        )

    def _selectors(self) -> tuple[str, ...]:
        if self._scenario.operation is Operation.THEN_LSC_FIRST:
            return tuple(f"--model={model}" for model in MODELS)
        return ("--name=*",)

    def _part(self, troubles: tuple[Trouble, ...], more: str) -> None:
        arguments = self._arguments(*filter(None, [more]))
        story = len(self._lab.read("SELECT number FROM story"))
        began = time.monotonic()
        client = self._lab.start(*arguments)
        mischief = self._mischief = Mischief(self._lab, client, list(troubles))
        late = self._wait(client, mischief)
        exit_code = client.end()
        self._mischief = None
        mischief.end()
        if mischief.fault is not None:
            raise mischief.fault
        self._looks = tuple(mischief.looks)
        with self._lab.cluster.lock:
            writes = max((write.number for write in self._lab.cluster.history.writes()), default=0)
        self._parts.append(
            Part(
                arguments=arguments,
                exit_code=exit_code,
                out="".join(client.out),
                err="".join(client.err),
                fired=tuple(mischief.fired),
                begun=client.begun,
                state=self._state(),
                story=story,
                writes=writes,
                reads=tuple(mischief.reads),
                seconds=time.monotonic() - began,
                late=late,
            )
        )

    def _wait(self, client: Client, mischief: Mischief) -> bool:
        """Wait for the client, and do what cannot be done in the server's thread; whether it had to be ended."""
        give_up = time.monotonic() + LONGEST_PART
        while True:
            try:
                client.process.wait(_LOOK)
            except subprocess.TimeoutExpired:
                pass
            else:
                return False
            while mischief.outside:
                self._outside(mischief.outside.popleft(), client, mischief)
            if time.monotonic() > give_up:
                client.process.kill()
                return True

    def _outside(self, trouble: Trouble, client: Client, mischief: Mischief) -> None:
        if trouble.kind is Kind.RESTART:
            self._lab.server.go_down()
            time.sleep(trouble.amount)  # the outage itself
            self._lab.server.come_up(unavailable=trouble.choice)
            return
        rival = self._lab.start(
            *("bulk-install", "--config", str(self._lab.patient), "--cluster=lab", "--name=*", "--yes"),
            *("--journal", str(self._lab.folder / "rival.sqlite")),
        )
        self._rivals.append(Rival(rival.end(), "".join(rival.err)))
        mischief.stopped = False
        client.resume()
