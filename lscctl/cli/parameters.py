"""Options that several commands share, each group of them one dataclass.

A command that takes a parameter of such a type gets all of the group's options; `@shares_options` unfolds them for Typer.
"""

import difflib
import inspect
from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lscctl.cli.standard_input import nobody_reads
from lscctl.deadline import parse_duration
from lscctl.errors import UsageError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def shares_options(command: Callable[..., int | None]) -> Callable[..., None]:
    """Unfold the command's option groups into single options, and end with the exit code that the command returns."""
    signature = inspect.signature(command, eval_str=True)
    groups: dict[str, type[DataclassInstance]] = {
        name: parameter.annotation
        for name, parameter in signature.parameters.items()
        if isinstance(parameter.annotation, type) and is_dataclass(parameter.annotation)
    }
    unfolded: list[inspect.Parameter] = []
    for name, parameter in signature.parameters.items():
        if name in groups:
            unfolded += [_parameter(option) for option in fields(groups[name])]
        else:
            unfolded.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))

    def call(**given: Any) -> None:
        import typer

        arguments = {
            name: group(**{option.name: given.pop(option.name) for option in fields(group)})
            for name, group in groups.items()
        }
        nobody_reads()
        exit_code = command(**arguments, **given)
        if exit_code:
            raise typer.Exit(exit_code)

    call.__name__ = command.__name__
    call.__doc__ = command.__doc__
    call.__signature__ = signature.replace(parameters=unfolded, return_annotation=None)  # type: ignore[attr-defined]
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in unfolded}
    return call


def _parameter(option: Field[Any]) -> inspect.Parameter:
    default = inspect.Parameter.empty if option.default is MISSING else option.default
    return inspect.Parameter(option.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=option.type)


def one_of(option: str, text: str, choices: Iterable[str]) -> str:
    """The choice that `text` names, in any case; UsageError for another one, with the nearest choice."""
    known = list(choices)
    for choice in known:
        if choice.casefold() == text.strip().casefold():
            return choice
    folded = {choice.casefold(): choice for choice in known}
    near = difflib.get_close_matches(text.strip().casefold(), folded, n=1)
    raise UsageError(
        f"{option} {text!r} is not known",
        hint=(f"Did you mean {folded[near[0]]}? " if near else "") + f"Choose one of {', '.join(known)}.",
    )


def length_of_time(option: str, text: str) -> timedelta:
    """The duration that `text` tells (`90d`, `4h`, `1h30m`); UsageError tells the forms."""
    duration = parse_duration(text)
    if duration is None:
        raise UsageError(f"{option} {text!r} is not a duration", hint="Give one such as 30m, 4h, 90d or 2w.")
    return duration


def share(option: str, text: str) -> float:
    """The share that `text` tells (`33%`, `0.33`), from 0 to 1; UsageError tells the forms."""
    number, percent, rest = text.strip().partition("%")
    try:
        told = float(number) / (100 if percent else 1)
    except ValueError:
        told = -1.0
    if rest or not 0 <= told <= 1:
        raise UsageError(f"{option} {text!r} is not a share", hint="Give a percentage from 0% to 100%, such as 33%.")
    return told
