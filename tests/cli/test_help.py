"""The help of every command: what it says, and that its examples are ones."""

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from lscctl.cli.main import app
from tests.cli.conftest import Lscctl

ROOT: Any = typer.main.get_command(app)


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group, with the words that lead to it."""
    yield path, command
    for name in command.list_commands(None) if hasattr(command, "list_commands") else ():
        yield from commands(command.get_command(None, name), (*path, name))


TREE = dict(commands(ROOT))
LEAVES = {path: command for path, command in TREE.items() if not hasattr(command, "list_commands")}


def examples(command: Any) -> list[list[str]]:
    """The words of each example, without what a shell does with them."""
    section = re.search(r"^Examples?\n(.*?)(?=^\S|\Z)", command.help, re.DOTALL | re.MULTILINE)
    lines = section[1].replace("\\\n", " ").splitlines() if section else []
    found = []
    for line in lines:
        lexer = shlex.shlex(line, posix=True, punctuation_chars="|<>&;")
        lexer.whitespace_split = True
        words = list(lexer)
        starts = [index for index, word in enumerate(words) if word == "lscctl"]
        for start in starts:
            rest = words[start + 1 :]
            ends = [index for index, word in enumerate(rest) if set(word) & set("|<>&;")]
            found.append(rest[: ends[0]] if ends else rest)
    return found


@pytest.mark.parametrize("path", TREE, ids=" ".join)
def test_every_help_fits_eighty_columns_and_begins_with_what_the_command_does(
    lscctl: Lscctl, path: tuple[str, ...]
) -> None:
    ran = lscctl(*path, "--help")
    assert ran.exit_code == 0, ran.output
    assert max(len(line) for line in ran.stdout.splitlines()) <= 80
    assert not re.search(r"<[a-z ]+>", ran.stdout), "a value has a name, not a type"
    summary = TREE[path].help.strip().splitlines()[0]
    assert summary.endswith((".", ":"))
    assert len(summary) <= 110, "a summary is one sentence"
    assert " ".join(summary.split()) in " ".join(ran.stdout.split())
    shown = [line.strip() for line in ran.stdout.splitlines()]
    for example in re.findall(r"^ {4}(.*)", TREE[path].help, re.MULTILINE):
        assert example.strip() in shown, "an example can be copied as it stands"


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_has_examples_of_itself(path: tuple[str, ...]) -> None:
    assert any(tuple(words[: len(path)]) == path for words in examples(LEAVES[path]))


@pytest.mark.parametrize("words", [words for command in TREE.values() for words in examples(command)], ids=" ".join)
def test_every_example_can_be_typed_as_it_stands(words: list[str]) -> None:
    command, context = ROOT, None
    name = "lscctl"
    rest = list(words)
    while hasattr(command, "list_commands"):
        context = command.make_context(name, rest[:1], parent=context, resilient_parsing=True)
        name, *rest = rest
        command = command.get_command(context, name)
        assert command is not None, f"there is no command {name}"
    with command.make_context(name, rest, parent=context):
        pass
