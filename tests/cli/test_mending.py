"""Each remedy is asked for by itself; a no leaves it undone, and what comes after it is asked all the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import pytest
import typer

from lscctl.cli.keeping import Keeper
from lscctl.cli.mending import Mender
from lscctl.cli.screen import Notices
from lscctl.errors import ClusterError, Interrupted
from lscctl.preflight.mending import SafeRemedy


class Book:
    """A keeper that remembers what was done."""

    def __init__(self) -> None:
        self.told: list[str] = []

    @contextmanager
    def remedy(self, what: str) -> Iterator[None]:
        self.told.append(what)
        yield


def remedies(done: list[str]) -> list[SafeRemedy]:
    def of(name: str) -> SafeRemedy:
        return SafeRemedy(name, "Nothing restarts.", lambda: done.append(name))

    return [of("start CAPF"), of("set a profile")]


def mender(book: Book, *, yes: bool = False) -> Mender:
    return Mender(cast(Keeper, book), Notices(), yes)


def test_a_no_leaves_one_remedy_undone_and_the_next_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False, True])
    asked: list[str] = []

    def confirm(question: str, **_: object) -> bool:
        asked.append(question)
        return next(answers)

    monkeypatch.setattr(typer, "confirm", confirm)
    done: list[str] = []
    book = Book()
    assert mender(book).mend(remedies(done)) is True
    assert (len(asked), done, book.told) == (2, ["set a profile"], ["set a profile"])


def test_with_yes_nobody_is_asked_and_each_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(typer, "confirm", lambda *_, **__: pytest.fail("somebody was asked"))
    done: list[str] = []
    mender(Book(), yes=True).mend(remedies(done))
    assert done == ["start CAPF", "set a profile"]
    told = capsys.readouterr().err
    assert all(f"remedy: {name}. Nothing restarts." in told for name in done)


def test_an_interruption_at_the_question_does_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def abort(*_: object, **__: object) -> bool:
        raise typer.Abort

    monkeypatch.setattr(typer, "confirm", abort)
    done: list[str] = []
    with pytest.raises(Interrupted):
        mender(Book()).mend(remedies(done))
    assert not done


def test_a_remedy_that_fails_is_told_and_things_are_looked_at_again(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise ClusterError("the node is away")

    assert mender(Book(), yes=True).mend([SafeRemedy("start CAPF", "", fail)]) is True
    assert "could not start CAPF: the node is away" in capsys.readouterr().err
