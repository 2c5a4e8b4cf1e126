"""FROM clauses: tables, subqueries, ANSI joins, and Informix's own OUTER."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from sqlglot import exp

from lscctl.simulator.informix import kinds, syntax
from lscctl.simulator.informix.catalog import Catalog, Column, Table
from lscctl.simulator.informix.conversions import Parameters
from lscctl.simulator.informix.errors import SqlError
from lscctl.simulator.informix.scope import Relation, Scope


@dataclass(eq=False)
class OuterGroup:
    """The tables of one OUTER: joined to what stands before them by the WHERE terms that name them."""

    sql: str
    relations: list[Relation]
    conditions: list[str] = field(default_factory=list)

    def joined(self) -> str:
        """The group as a LEFT JOIN."""
        return f" LEFT JOIN {self.sql} ON {' AND '.join(self.conditions) or '1'}"


class Sources:
    """Renders one FROM clause into a scope. Raises SqlError 206, 223, 249.

    condition: renders an ON condition; subquery: renders a SELECT that sees only what is outside of this one.
    """

    def __init__(
        self,
        scope: Scope,
        *,
        catalog: Catalog,
        names: "count[int]",
        parameters: Parameters,
        condition: Callable[[exp.Expr], str],
        subquery: Callable[[exp.Expr, Scope | None], tuple[str, tuple[Column, ...]]],
    ) -> None:
        self.catalog = catalog
        self.names = names
        self.scope = scope
        self.groups: list[OuterGroup] = []
        self._parameters = parameters
        self._condition = condition
        self._subquery = subquery

    def render(self, node: exp.Expr) -> str:
        """The tables that keep all their rows; those in an OUTER wait in `groups`."""
        dominant = [source for source in node.expressions if not isinstance(source, syntax.Outer)]
        if not dominant:
            raise SqlError(201)
        tables = [self._one(dominant[0]), *(self._apart(source) for source in dominant[1:])]
        for source in node.expressions:
            if isinstance(source, syntax.Outer):
                self._group(source)
        return ", ".join(tables)

    def _group(self, node: exp.Expr) -> None:
        before = len(self.scope.relations)
        inside = [self._apart(source) for source in node.expressions if not isinstance(source, syntax.Outer)]
        if not inside:
            raise SqlError(201)
        sql = inside[0] if len(inside) == 1 else f"({' CROSS JOIN '.join(inside)})"
        self.groups.append(OuterGroup(sql, self.scope.relations[before:]))
        for source in node.expressions:
            if isinstance(source, syntax.Outer):
                self._group(source)

    def _apart(self, node: exp.Expr) -> str:
        """What must not run into what stands before it."""
        sql = self._one(node)
        return f"({sql})" if isinstance(node, syntax.Joined) else sql

    def _one(self, node: exp.Expr) -> str:
        if isinstance(node, syntax.Joined):
            left, right = self._one(node.this), self._apart(node.expression)
            on = f" ON {self._condition(node.args['on'])}" if node.args.get("on") else ""
            return f"{left} {node.args['side'].upper()} JOIN {right}{on}"
        if isinstance(node, exp.Table):
            table = _SYSTEM.get(node.name) or find_table(self.catalog, node.name)
            sql_name = f"t{next(self.names)}"
            self.scope.add(Relation(node.alias or table.name.rpartition(":")[2], sql_name, table.columns))
            return f"{self._table_sql(table)} AS {sql_name}"
        return self._derived(node)

    def _table_sql(self, table: Table) -> str:
        if table.name not in _SYSTEM:
            return f'"{table.name}"'
        rows = self._parameters.name(json.dumps(_system_rows(self.catalog, table.name)))
        columns = (f"json_extract(value, '$[{at}]') AS {column.name}" for at, column in enumerate(table.columns))
        return f"(SELECT {', '.join(columns)} FROM json_each({rows}) LIMIT -1)"  # read once, not once for each row of others

    def _derived(self, node: exp.Expr) -> str:
        sql, columns = self._subquery(node.this, self.scope.parent)
        names = node.args.get("columns") or [column.name for column in columns]
        if len(names) != len(columns):
            raise SqlError(249)
        sql_name = f"q{next(self.names)}"
        renamed = tuple(Column(name, column.type) for name, column in zip(names, columns, strict=True))
        self.scope.add(Relation(node.args.get("alias") or "", sql_name, renamed))
        return f"({sql}) AS {sql_name}"


def find_table(catalog: Catalog, name: str) -> Table:
    """A table that the statement can see. Raises SqlError 206."""
    table = catalog.tables.get(name)
    if table is None:
        raise SqlError(206, name.rpartition(":")[2])
    return table


# What stands for one row in people's SQL, and the system catalog as far as they look things up there.
_SYSTEM = {
    "sysmaster:sysdual": Table("sysmaster:sysdual", (Column("dummy", kinds.TEXT),)),
    "systables": Table(
        "systables",
        (Column("tabname", kinds.TEXT), Column("tabid", kinds.INTEGER), Column("ncols", kinds.INTEGER)),
    ),
    "syscolumns": Table(
        "syscolumns",
        (Column("colname", kinds.TEXT), Column("tabid", kinds.INTEGER), Column("colno", kinds.INTEGER)),
    ),
}
_FIRST_USER_TABLE = 100


def _system_rows(catalog: Catalog, name: str) -> list[tuple[str | int, ...]]:
    if name == "sysmaster:sysdual":
        return [("X",)]
    numbered = [
        *enumerate((_SYSTEM["systables"], _SYSTEM["syscolumns"]), start=1),
        *enumerate(sorted(catalog.tables.values(), key=lambda table: table.name), start=_FIRST_USER_TABLE),
    ]
    if name == "systables":
        return [(table.name, number, len(table.columns)) for number, table in numbered]
    return [
        (column.name, number, place)
        for number, table in numbered
        for place, column in enumerate(table.columns, start=1)
    ]
