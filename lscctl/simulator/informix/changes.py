"""INSERT, UPDATE and DELETE of Informix, written as SQLite's."""

from sqlglot import exp

from lscctl.simulator.informix.catalog import Column, Table
from lscctl.simulator.informix.conversions import call
from lscctl.simulator.informix.errors import SqlError
from lscctl.simulator.informix.scope import Piece, Relation, Scope
from lscctl.simulator.informix.selects import Selects
from lscctl.simulator.informix.sources import find_table


def change(node: exp.Expr, selects: Selects) -> tuple[str, Table]:
    """Render a change, and say which table it changes. Raises SqlError."""
    table = find_table(selects.catalog, node.this.name)
    if isinstance(node, exp.Insert):
        return _insert(node, table, selects), table
    scope = Scope()
    scope.add(Relation(node.this.alias or table.name, "t_changed", table.columns))
    terms = selects.expressions(scope)
    where = f" WHERE {terms.condition(node.args['where'])}" if node.args.get("where") else ""
    if isinstance(node, exp.Delete):
        return f'DELETE FROM "{table.name}" AS t_changed{where}', table
    assignments = []
    for assignment in node.expressions:
        columns = _columns(table, assignment.args["columns"])
        if len(columns) != len(assignment.expressions):
            raise SqlError(505)
        for column, value in zip(columns, assignment.expressions, strict=True):
            assignments.append(f'"{column.name}" = {selects.to.cast(terms.value(value), column.type).sql}')
    return f'UPDATE "{table.name}" AS t_changed SET {", ".join(assignments)}{where}', table


def _insert(node: exp.Expr, table: Table, selects: Selects) -> str:
    """A row's pkid is newid() unless the statement says otherwise [CUCM data dictionary]."""
    columns = _columns(table, node.args["columns"]) if node.args["columns"] else list(table.columns)
    if isinstance(node.expression, exp.Tuple):
        terms = selects.expressions(Scope())
        values = [terms.value(value) for value in node.expression.expressions]
        source = "VALUES ({})"
    else:
        query = selects.query(node.expression, None)
        values = [Piece(f"c{number}", column.type) for number, column in enumerate(query.columns)]
        source = f"SELECT {{}} FROM ({query.sql}) WHERE 1"
    if len(values) != len(columns):
        raise SqlError(236)
    stored = [selects.to.cast(value, column.type).sql for value, column in zip(values, columns, strict=True)]
    if "pkid" not in [column.name for column in columns] and any(column.name == "pkid" for column in table.columns):
        columns, stored = [*columns, *_columns(table, ["pkid"])], [*stored, call("newid")]
    names = ", ".join(f'"{column.name}"' for column in columns)
    return f'INSERT INTO "{table.name}" ({names}) {source.replace("{}", ", ".join(stored))}'


def _columns(table: Table, names: list[str]) -> list[Column]:
    known = {column.name: column for column in table.columns}
    for name in names:
        if name not in known:
            raise SqlError(217, name)
    return [known[name] for name in names]
