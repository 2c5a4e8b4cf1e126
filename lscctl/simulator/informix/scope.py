"""Names: which column of which table a word in a statement means."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from lscctl.simulator.informix import kinds
from lscctl.simulator.informix.catalog import Column
from lscctl.simulator.informix.errors import SqlError


@dataclass(frozen=True)
class Piece:
    """A rendered value: SQLite text, Informix type, and what of its origin matters further on.

    literal: the value of a quoted string or a number, where it is one.
    indexed: a bare column that an index finds.
    label: what the column is called in an answer where the statement gives no name.
    """

    sql: str
    type: kinds.Type
    literal: str | None = None
    indexed: bool = False
    label: str = "expression"


@dataclass(eq=False)
class Relation:
    """Something in a FROM clause: the name it goes by, SQLite's name for it, its columns."""

    name: str
    sql_name: str
    columns: tuple[Column, ...]
    pieces: dict[str, Piece] = field(init=False)
    doubled: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.pieces = {}
        doubled = set()
        for number, column in enumerate(self.columns):
            if column.name in self.pieces:
                doubled.add(column.name)
            self.pieces.setdefault(column.name, self.piece(number))
        self.doubled = frozenset(doubled)

    def piece(self, number: int) -> Piece:
        """The column at a position."""
        column = self.columns[number]
        sql = f'{self.sql_name}."{column.name}"' if self.named_by_table else f"{self.sql_name}.c{number}"
        return Piece(sql, column.type, indexed=column.indexed, label=column.name)

    @property
    def named_by_table(self) -> bool:
        """A table's columns have their own names; a subquery's have c0, c1, ..."""
        return self.sql_name.startswith("t")


@dataclass(eq=False)
class Scope:
    """The tables that one SELECT sees, inside those that the SELECT around it sees.

    bare: columns used outside of aggregates, in order; used: tables that were named; aggregates: how many were used.
    """

    parent: "Scope | None" = None
    relations: list[Relation] = field(default_factory=list)
    bare: list[Piece] = field(default_factory=list)
    used: set[Relation] = field(default_factory=set)
    aggregates: int = 0
    aggregates_allowed: bool = False
    inside_aggregate: bool = False

    def add(self, relation: Relation) -> None:
        """Let a table be seen. Raises SqlError 223."""
        if relation.name and any(other.name == relation.name for other in self.relations):
            raise SqlError(223, relation.name)
        self.relations.append(relation)

    def column(self, name: str, table: str) -> Piece:
        """Find a column, here or further out. Raises SqlError 217, 324, 522."""
        scope: Scope | None = self
        table_seen = False
        while scope is not None:
            candidates = [one for one in scope.relations if not table or one.name == table]
            table_seen = table_seen or bool(candidates)
            found = [one for one in candidates if name in one.pieces]
            if len(found) > 1 or any(name in one.doubled for one in found):
                raise SqlError(324, name)
            if found:
                return scope.take(found[0], found[0].pieces[name])
            scope = scope.parent
        raise SqlError(522, table) if table and not table_seen else SqlError(217, name)

    def take(self, relation: Relation, piece: Piece) -> Piece:
        """Note that a column is used."""
        self.used.add(relation)
        if not self.inside_aggregate:
            self.bare.append(piece)
        return piece

    @contextmanager
    def aggregating(self) -> Iterator[None]:
        """Columns inside belong to an aggregate. Raises SqlError 544, 595."""
        if self.inside_aggregate:
            raise SqlError(544)
        if not self.aggregates_allowed:
            raise SqlError(595)
        self.aggregates += 1
        self.inside_aggregate = True
        try:
            yield
        finally:
            self.inside_aggregate = False
