"""Plans that are kept as files: reads back what `lscctl.report.plan` wrote as JSON, to be carried out just so.

A file counts only if lscctl would write the same one for the plan that it holds. So nothing in it can say one thing to whoever
reviews it and another to whoever carries it out, and what was changed by hand since is found. The digest finds that a change was
made, not who made it: whoever can write the file can write a digest.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from pydantic import BaseModel, ValidationError

from lscctl.capf import CertificateOperation
from lscctl.errors import UsageError
from lscctl.given_file import read_given
from lscctl.identity import ClusterIdentity
from lscctl.plan import CapfRequest, LeftOut, Plan, Step
from lscctl.profile_change import ProfileChange
from lscctl.report.interface import Report
from lscctl.report.plan import VERSION, PlanForCluster, plan_report
from lscctl.report.wording import does
from lscctl.rules import Rules

MOST = 256 * 2**20
"""Bytes of a file at most: 40,000 phones take 60 MB."""

_SCHEMA = re.compile(r"lscctl\.([a-z-]+)/([0-9]{1,6})")

_MAKE = "Make one with: lscctl bulk-install ... --dry-run --output plan.json"
_ANEW = "Make the plan anew with the command that made it, and have it reviewed again."


class _HowPlanned(BaseModel):
    identity: ClusterIdentity
    request: CapfRequest
    rules: Rules


class _Step(BaseModel):
    planned: Step


class _LeftOut(BaseModel):
    planned: LeftOut


class _Then(BaseModel):
    planned: ProfileChange


class _Content(BaseModel):
    """What is read of a file; all else that it says must follow from this."""

    digest: str
    cucm_version: str
    operation: str
    notes: tuple[str, ...]
    planned: _HowPlanned
    steps: list[_Step]
    left_out: list[_LeftOut]
    then: list[_Then]

    def told(self) -> PlanForCluster:
        """What the report told, from which lscctl wrote the file."""
        how = self.planned
        plan = Plan(
            how.request.operation,
            how.request.deadline,
            tuple(record.planned for record in self.steps),
            tuple(record.planned for record in self.left_out),
            tuple(record.planned for record in self.then),
        )
        return PlanForCluster(plan, how.identity, self.cucm_version, how.request, how.rules, self.notes)


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A plan out of a file. `where` is what messages call the file, `digest` the one that stands in it."""

    where: str
    digest: str
    told: PlanForCluster


def read_plan(path: str | Path, stdin: BinaryIO) -> KeptPlan:
    """The plan that the file holds (`-`: standard input).

    Raises UsageError for a file that is no plan, is of another version of lscctl, moves phones to other profiles, or is not as
    lscctl wrote it.
    """
    return parse_plan(*read_given("the plan", path, stdin, MOST + 1))


def parse_plan(content: bytes, where: str) -> KeptPlan:
    """The plan that the content holds; `where` is what errors call it. Raises as `read_plan` does."""
    given = _json(content, where)
    _require_this_version(given, where)
    try:
        read = _Content.model_validate(given)
        if read.operation == does(CertificateOperation.NONE):
            raise UsageError(
                f"{where} moves phones to another security profile, which `apply` does not do",
                hint="Move them with: lscctl profiles set-mode PROFILE MODE --copy-to NAME",
            )
        told = read.told()
        differs = _changed(given, plan_report(told))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise UsageError(
            f"{where} is not as lscctl wrote it: {_place(first['loc'])}: {first['msg']}", hint=_ANEW
        ) from None
    except (ArithmeticError, ValueError) as error:  # a fraction of nothing, a size beyond all bounds
        raise UsageError(f"{where} is not as lscctl wrote it: {error}", hint=_ANEW) from None
    if differs:
        raise UsageError(f"{where} was changed since lscctl wrote it: {differs}", hint=_ANEW)
    return KeptPlan(where, read.digest, told)


def _json(content: bytes, where: str) -> dict[str, Any]:
    if len(content) > MOST:
        raise UsageError(f"{where} is larger than any plan: more than {MOST // 2**20} MB", hint=_MAKE)
    try:
        given = json.loads(content, object_pairs_hook=_once_each, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else error
        raise UsageError(
            f"{where} is no plan, or not the whole of one: it is not one JSON object ({why})",
            hint=f"A plan is JSON, whole as lscctl wrote it. {_MAKE}",
        ) from error
    return given if isinstance(given, dict) else {}


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand in it once: of two, one person sees the first and a program takes the second."""
    once = dict(pairs)
    if len(once) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return once


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _require_this_version(given: Mapping[str, Any], where: str) -> None:
    schema = _SCHEMA.fullmatch(str(given.get("schema")))
    if schema is None:
        raise UsageError(f"{where} is JSON, but no plan of lscctl", hint=_MAKE)
    kind, version = schema[1], int(schema[2])
    if kind != "plan":
        raise UsageError(f"{where} is no plan, but what lscctl told of the kind {kind!r}", hint=_MAKE)
    if version != VERSION:
        raise UsageError(
            f"{where} was written by {'an older' if version < VERSION else 'a newer'} lscctl: its format is {version}, and this "
            f"lscctl carries out format {VERSION} only",
            hint=_ANEW if version < VERSION else "Use that lscctl, or make the plan anew.",
        )


def _changed(given: Mapping[str, Any], report: Report) -> str:
    """What of the file is otherwise than lscctl writes it for the plan that it holds; empty where nothing is."""
    expected = {"schema": report.schema, **report.heading}
    digest = expected.pop("digest")
    rest = {key: value for key, value in given.items() if key != "digest" and key not in report.records}
    differs = _difference(rest, expected, ())
    for name, records in report.records.items():
        differs = differs or _first_difference(given[name], records, (name,))
    if not differs and given["digest"] != digest:
        differs = f"its digest is {given['digest']}, and its content has {digest}"
    return differs


_NOTHING = object()


def _difference(given: object, expected: object, place: tuple[str | int, ...]) -> str:
    """The first thing that is otherwise than expected, with where it stands; empty where all is the same."""
    if given == expected:
        return ""
    if given is _NOTHING:
        return f"{_place(place)} is missing"
    if expected is _NOTHING:
        return f"{_place(place)} is none of what was planned"
    if isinstance(given, Mapping) and isinstance(expected, Mapping):
        keys = (*expected, *(key for key in given if key not in expected))
        pairs = ((given.get(key, _NOTHING), expected.get(key, _NOTHING), (*place, key)) for key in keys)
        return next(filter(None, (_difference(*pair) for pair in pairs)), "")
    if isinstance(given, list) and isinstance(expected, list | tuple):
        return _first_difference(given, expected, place)
    return f"{_place(place)} is {json.dumps(given)}, and by what is planned {json.dumps(expected)}"


def _first_difference(given: Iterable[object], expected: Iterable[object], place: tuple[str | int, ...]) -> str:
    both = enumerate(zip_longest(given, expected, fillvalue=_NOTHING))
    return next(filter(None, (_difference(*pair, (*place, number)) for number, pair in both)), "")


def _place(parts: Iterable[str | int]) -> str:
    """`steps[3].planned.phone.name`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")
