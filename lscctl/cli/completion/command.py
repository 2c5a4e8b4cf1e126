"""`lscctl completion`: the few lines with which a shell asks lscctl what could come next, and lscctl's answer."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from lscctl.cli.completion.line import Typed, next_words, typed
from lscctl.cli.completion.values import Word
from lscctl.cli.parameters import one_of

_BARE = re.compile(r"([^\w@%+=:,./^-])")
"""What needs a backslash before it in a word without quotes."""

_WITHIN_QUOTES = re.compile(r'(["$`\\])')


def completion(
    context: typer.Context,
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.", show_default=False)],
    line: Annotated[str | None, typer.Option("--for", hidden=True, metavar="LINE")] = None,
) -> None:
    """Print what makes bash, zsh or fish complete lscctl's words.

    Commands, options and their values: clusters of the configuration, and the
    models, device pools, locations and profiles that earlier commands met there;
    runs, checks, formats. Nothing is asked of a cluster while you type.

    Examples

        lscctl completion bash

        source <(lscctl completion bash)    # in ~/.bashrc

        source <(lscctl completion zsh)     # in ~/.zshrc, after compinit

        lscctl completion fish > ~/.config/fish/completions/lscctl.fish
    """
    chosen = one_of("SHELL", shell, _ANSWERS)
    if line is None:
        typer.echo((Path(__file__).parent / f"lscctl.{chosen}").read_text(encoding="utf-8"), nl=False)
        return
    so_far = typed(line)
    words = next_words(context.find_root().command, so_far)
    typer.echo("files" if words is None else "words")
    for word in words or ():
        answer = _ANSWERS[chosen](word, so_far) if word.text.isprintable() else None
        if answer is not None:
            typer.echo(answer)


def _for_bash(word: Word, line: Typed) -> str | None:
    """As readline wants it: quoted as the word under way is, and without what stands before the last break in it."""
    if not word.text.startswith(line.last):
        return None
    if not line.quote:
        return _BARE.sub(r"\\\1", word.text[max(map(line.last.rfind, ":=")) + 1 :])
    quoted = word.text.partition("=")[2] if line.last.startswith("-") else word.text
    return quoted.replace("'", "'\\''") if line.quote == "'" else _WITHIN_QUOTES.sub(r"\\\1", quoted)


def _with_summary(word: Word, _line: Typed) -> str:
    """As the functions for zsh and fish take it, which choose and quote themselves."""
    return f"{word.text}\t{word.says}" if word.says else word.text


_ANSWERS: dict[str, Callable[[Word, Typed], str | None]] = {
    "bash": _for_bash,
    "zsh": _with_summary,
    "fish": _with_summary,
}
