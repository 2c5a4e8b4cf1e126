"""`--log-format json`: what is told on stderr as lines that a program reads, one JSON object each."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum

import typer

from lscctl.cli.parameters import one_of

SCHEMA = "lscctl.log/1"
VARIABLE = "LSCCTL_LOG_FORMAT"


class LogFormat(StrEnum):
    """How stderr is written."""

    TEXT = "text"
    JSON = "json"


_CHOSEN: ContextVar[LogFormat] = ContextVar("log format", default=LogFormat.TEXT)


def chosen() -> LogFormat:
    """What holds for the command that is carried out."""
    return _CHOSEN.get()


@contextmanager
def of_one_command() -> Iterator[None]:
    """What is chosen within the block, by an option or by `heed_environment`, holds for it alone."""
    token = _CHOSEN.set(LogFormat.TEXT)
    try:
        yield
    finally:
        _CHOSEN.reset(token)


def heed_environment() -> None:
    """Choose what the environment says. Raises UsageError."""
    _CHOSEN.set(_read(VARIABLE, os.environ.get(VARIABLE) or LogFormat.TEXT))


def choose_log_format(context: typer.Context, given: str | None) -> str | None:  # noqa: ARG001 - as a callback is called
    """The callback of --log-format. Raises UsageError."""
    if given is not None:
        _CHOSEN.set(_read("--log-format", given))
    return given


def _read(name: str, text: str) -> LogFormat:
    return LogFormat(one_of(name, text, list(LogFormat)))


def line(level: str, message: str, about: Mapping[str, object], at: float | None = None) -> str:
    """One line of the log; `at` is in epoch seconds, now without it. What `about` holds of None is left away."""
    moment = datetime.fromtimestamp(time.time() if at is None else at, UTC).isoformat(timespec="milliseconds")
    told = {"schema": SCHEMA, "time": moment.replace("+00:00", "Z"), "level": level, "message": message}
    more = {key: value for key, value in about.items() if value is not None}
    return json.dumps({**told, **more}, ensure_ascii=False) + "\n"
