"""SELECT and UNION of Informix, written as SQLite's."""

from dataclasses import dataclass, field
from itertools import count

from sqlglot import exp

from lscctl.simulator.informix import kinds, syntax
from lscctl.simulator.informix.catalog import Catalog, Column
from lscctl.simulator.informix.conversions import Conversions, Parameters
from lscctl.simulator.informix.errors import SqlError
from lscctl.simulator.informix.expressions import Expressions, Query
from lscctl.simulator.informix.kinds import Kind
from lscctl.simulator.informix.scope import Piece, Scope
from lscctl.simulator.informix.sources import Sources


@dataclass(eq=False)
class Item:
    """One column of a SELECT: how it is called, the columns it is made of outside of aggregates, and whether it has any."""

    name: str
    piece: Piece
    bare: list[Piece]
    aggregate: bool = False


@dataclass(eq=False)
class Selects:
    """Renders the queries of one statement, `without` some routines. Raises SqlError."""

    catalog: Catalog
    without: frozenset[str] = frozenset()
    parameters: Parameters = field(default_factory=Parameters)
    names: "count[int]" = field(default_factory=count)

    def __post_init__(self) -> None:
        self.to = Conversions(self.parameters)

    def expressions(self, scope: Scope) -> Expressions:
        """What renders conditions and values in a scope."""
        return Expressions(self.to, scope, self.query, self.without)

    def query(self, node: exp.Expr, outside: Scope | None) -> Query:
        """A SELECT or several of them combined, inside of a scope."""
        if isinstance(node, syntax.Combined):
            return self._combined(node, outside)
        return _Select(self, node, outside).query()

    def derived(self, node: exp.Expr, outside: Scope | None) -> tuple[str, tuple[Column, ...]]:
        """A SELECT to stand in a FROM clause."""
        query = self.query(node, outside)
        return query.sql, query.columns

    def _combined(self, node: exp.Expr, outside: Scope | None) -> Query:
        queries = [self.query(part, outside) for part in node.expressions]
        columns = queries[0].columns
        for query in queries[1:]:
            if len(query.columns) != len(columns):
                raise SqlError(317)
            columns = tuple(_common(a, b) for a, b in zip(columns, query.columns, strict=True))
        operators = ["", *(f" {word} " for word in node.args["operators"])]
        parts = [f"{operator}SELECT * FROM ({query.sql})" for operator, query in zip(operators, queries, strict=True)]
        order = []
        for ordered in node.args.get("order") or []:
            place = _place(ordered.this, [column.name for column in columns])
            if place is None:
                raise SqlError(309, ordered.this.name)
            order.append(f"{place + 1}{_direction(ordered)}")
        sql = "".join(parts)
        return Query(f"{sql} ORDER BY {', '.join(order)}" if order else sql, columns)


def _common(a: Column, b: Column) -> Column:
    """A column of a UNION. Raises SqlError 308 where its parts are of different kinds."""
    first, second = a.type, b.type
    if second.kind is Kind.NULL or first.kind is second.kind:
        return a
    if first.kind is Kind.NULL:
        return Column(a.name, second)
    if first.numeric and second.numeric:
        return Column(a.name, kinds.DECIMAL)
    if {first.kind, second.kind} == {Kind.TEXT, Kind.BOOLEAN}:
        return Column(a.name, kinds.TEXT)
    raise SqlError(308)


def _place(node: exp.Expr, names: list[str]) -> int | None:
    """Which column `ORDER BY 3` or `ORDER BY label` means; None for anything else. Raises SqlError 251, 324."""
    if isinstance(node, exp.Literal) and not node.is_string:
        if not node.this.isdecimal() or not 1 <= int(node.this[:9]) <= len(names):
            raise SqlError(251)
        return int(node.this) - 1
    if isinstance(node, exp.Column) and not node.text("table") and node.name in names:
        return names.index(node.name)
    return None


def _direction(ordered: exp.Expr) -> str:
    return " DESC" if ordered.args.get("desc") else ""


class _Select:
    """One SELECT, clause by clause."""

    def __init__(self, selects: Selects, node: exp.Expr, outside: Scope | None) -> None:
        self.node = node
        self.scope = Scope(outside)
        self.terms = selects.expressions(self.scope)
        self.sources = Sources(
            self.scope,
            catalog=selects.catalog,
            names=selects.names,
            parameters=selects.parameters,
            condition=self.terms.condition,
            subquery=selects.derived,
        )

    def query(self) -> Query:
        tables = self.sources.render(self.node.args["from_"])
        where = self._where()
        tables += "".join(group.joined() for group in self.sources.groups)
        self.scope.bare.clear()
        self.scope.aggregates_allowed = True
        items = self._items()
        group = self._group(items)
        having = self._having(group)
        grouped = bool(group) or bool(self.scope.aggregates)
        self.scope.aggregates_allowed = grouped
        order = self._order(items, group)
        if grouped:
            for item in items:
                self._must_be_grouped(item.piece.sql, item.bare, group)
        columns = ", ".join(f"{item.piece.sql} AS c{number}" for number, item in enumerate(items))
        sql = f"SELECT {'DISTINCT ' if self.node.args.get('distinct') else ''}{columns} FROM {tables}{where}"
        if group:
            sql += f" GROUP BY {', '.join(group)}"
        elif having and not self.scope.aggregates:
            raise SqlError(201)
        sql += having + order + self._paging()
        one_row = grouped and not group and self.node.args.get("offset") is None
        return Query(sql, tuple(Column(item.name, item.piece.type) for item in items), one_row)

    # --- WHERE

    def _where(self) -> str:
        """Terms that name a table of an OUTER decide what joins; the others which rows stay."""
        node = self.node.args.get("where")
        if node is None:
            return ""
        if not self.sources.groups:
            return f" WHERE {self.terms.condition(node)}"
        kept = []
        for term in _flat(node):
            self.scope.used.clear()
            sql = self.terms.condition(term)
            groups = [group for group in self.sources.groups if self.scope.used.intersection(group.relations)]
            if groups:
                groups[-1].conditions.append(sql)
            else:
                kept.append(sql)
        return f" WHERE {' AND '.join(kept)}" if kept else ""

    # --- the columns

    def _items(self) -> list[Item]:
        items: list[Item] = []
        for node in self.node.expressions:
            if isinstance(node, exp.Star) or (isinstance(node, exp.Column) and isinstance(node.this, exp.Star)):
                items += self._every_column(node.text("table"))
                continue
            value = node.this if isinstance(node, exp.Alias) else node
            before, aggregates = len(self.scope.bare), self.scope.aggregates
            piece = self.terms.value(value)
            name = node.alias if isinstance(node, exp.Alias) else piece.label
            items.append(Item(name, piece, self.scope.bare[before:], self.scope.aggregates > aggregates))
        return items

    def _every_column(self, table: str) -> list[Item]:
        relations = [one for one in self.scope.relations if not table or one.name == table]
        if not relations:
            raise SqlError(522, table)
        items = []
        for relation in relations:
            for number, column in enumerate(relation.columns):
                piece = self.scope.take(relation, relation.piece(number))
                items.append(Item(column.name, piece, [piece]))
        return items

    # --- GROUP BY, HAVING, ORDER BY

    def _group(self, items: list[Item]) -> list[str]:
        group = []
        for node in self.node.args.get("group") or []:
            piece = None
            if isinstance(node, exp.Literal):
                place = _place(node, [item.name for item in items])
                if place is not None and items[place].aggregate:
                    raise SqlError(321)
                piece = items[place].piece if place is not None else None
            else:
                piece = self._grouping_value(node, items)
            if piece is None:
                raise SqlError(201)
            group.append(piece.sql)
        return group

    def _grouping_value(self, node: exp.Expr, items: list[Item]) -> Piece:
        """A column of the tables; else a label of the SELECT; else an expression."""
        self.scope.aggregates_allowed = False
        try:
            return self.terms.value(node)
        except SqlError as refused:
            labels = [item.name for item in items]
            if refused.code != 217 or not isinstance(node, exp.Column) or node.name not in labels:
                raise
            item = items[labels.index(node.name)]
            if item.aggregate:
                raise SqlError(321) from None
            return item.piece
        finally:
            self.scope.aggregates_allowed = True

    def _having(self, group: list[str]) -> str:
        node = self.node.args.get("having")
        if node is None:
            return ""
        before = len(self.scope.bare)
        sql = self.terms.condition(node)
        self._must_be_grouped("", self.scope.bare[before:], group)
        return f" HAVING {sql}"

    def _must_be_grouped(self, sql: str, bare: list[Piece], group: list[str]) -> None:
        if sql in group:
            return
        for piece in bare:
            if piece.sql not in group:
                raise SqlError(294, piece.label)

    def _order(self, items: list[Item], group: list[str]) -> str:
        terms = []
        for ordered in self.node.args.get("order") or []:
            place = _place(ordered.this, [item.name for item in items])
            if place is None:
                before = len(self.scope.bare)
                piece = self.terms.value(ordered.this)
                same = [number for number, item in enumerate(items) if item.piece.sql == piece.sql]
                if same:
                    place = same[0]
                elif self.node.args.get("distinct"):
                    raise SqlError(309, piece.label)
                elif group or self.scope.aggregates:
                    self._must_be_grouped(piece.sql, self.scope.bare[before:], group)
            terms.append(f"{piece.sql if place is None else place + 1}{_direction(ordered)}")
        return f" ORDER BY {', '.join(terms)}" if terms else ""

    def _paging(self) -> str:
        limit, offset = self.node.args.get("limit"), self.node.args.get("offset")
        if limit is None and offset is None:
            return ""
        return f" LIMIT {-1 if limit is None else limit} OFFSET {offset or 0}"


def _flat(node: exp.Expr) -> list[exp.Expr]:
    """The terms that all must hold."""
    while isinstance(node, exp.Paren):
        node = node.this
    if not isinstance(node, syntax.AllOf):
        return [node]
    return [term for part in node.expressions for term in _flat(part)]
