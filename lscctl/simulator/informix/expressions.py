"""Conditions and values of Informix, written as SQLite's."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlglot import exp

from lscctl.simulator.informix import kinds, syntax
from lscctl.simulator.informix.catalog import Column
from lscctl.simulator.informix.conversions import Conversions, call
from lscctl.simulator.informix.errors import SqlError
from lscctl.simulator.informix.functions import FUNCTIONS
from lscctl.simulator.informix.kinds import Kind, Type
from lscctl.simulator.informix.scope import Piece, Scope


@dataclass(frozen=True)
class Query:
    """A SELECT in SQLite's SQL, whose columns are c0, c1, ...; `one_row` where it can have no second."""

    sql: str
    columns: tuple[Column, ...]
    one_row: bool = False


class Expressions:
    """Renders what stands in one SELECT's scope. Raises SqlError.

    subquery: renders a SELECT inside this scope. without: routines that this server does not have.
    """

    def __init__(
        self,
        to: Conversions,
        scope: Scope,
        subquery: Callable[[exp.Expr, Scope], Query],
        without: Collection[str] = (),
    ) -> None:
        self.to = to
        self._without = without
        self.scope = scope
        self._subquery = subquery
        self._conditions: dict[type[exp.Expr], Callable[[exp.Expr], str]] = {
            syntax.AllOf: self._all_of,
            syntax.AnyOf: self._any_of,
            exp.Not: self._not,
            exp.Paren: self._inside,
            exp.Exists: self._exists,
            syntax.Compared: self._compared,
            exp.Is: self._is_null,
            exp.Between: self._between,
            exp.In: self._in,
            syntax.Pattern: self._pattern,
        }
        self._values: dict[type[exp.Expr], Callable[[exp.Expr], Piece]] = {
            exp.Literal: self._literal,
            exp.Null: self._null,
            exp.Paren: self._bracketed,
            exp.Column: self._column,
            exp.Neg: self._negated,
            syntax.Arithmetic: self._arithmetic,
            exp.Case: self._case,
            syntax.Now: self._now,
            syntax.Typed: self._typed,
            syntax.Counted: self._counted,
            syntax.Subscripted: self._subscripted,
            exp.Subquery: self._scalar,
            syntax.Call: self._call,
        }

    # --- conditions

    def condition(self, node: exp.Expr) -> str:
        """A condition as SQL, in brackets."""
        found = self._conditions.get(type(node))
        if found:
            return found(node)
        value = self.value(node)
        if value.type.kind is not Kind.BOOLEAN:
            raise SqlError(201)
        return f"({value.sql} = 't')"

    def _all_of(self, node: exp.Expr) -> str:
        return _balanced([self.condition(term) for term in node.expressions], "AND")

    def _any_of(self, node: exp.Expr) -> str:
        return _balanced([self.condition(term) for term in node.expressions], "OR")

    def _not(self, node: exp.Expr) -> str:
        return f"(NOT {self.condition(node.this)})"

    def _inside(self, node: exp.Expr) -> str:
        return self.condition(node.this)

    def _exists(self, node: exp.Expr) -> str:
        return f"(EXISTS ({self._subquery(node.this, self.scope).sql}))"

    def compared(self, left: Piece, operator: str, right: Piece) -> str:
        """Two values compared, in brackets."""
        a, b = self.to.comparable(left, right)
        return f"({a} {operator} {b})"

    def _compared(self, node: exp.Expr) -> str:
        left, operator = self.value(node.this), node.args["operator"]
        over = node.args.get("over")
        if not over:
            return self.compared(left, operator, self.value(node.expression))
        query, member = self._single_column(node.expression)
        test = self.compared(left, operator, member)
        if over == "all":
            return f"(NOT EXISTS (SELECT 1 FROM ({query.sql}) AS m WHERE NOT {test}))"
        return f"(EXISTS (SELECT 1 FROM ({query.sql}) AS m WHERE {test}))"

    def _is_null(self, node: exp.Expr) -> str:
        return f"({self.value(node.this).sql} IS NULL)"

    def _between(self, node: exp.Expr) -> str:
        value = self.value(node.this)
        low, high = self.value(node.args["low"]), self.value(node.args["high"])
        return f"({self.compared(value, '>=', low)} AND {self.compared(value, '<=', high)})"

    def _in(self, node: exp.Expr) -> str:
        value = self.value(node.this)
        if node.args.get("query"):
            query, member = self._single_column(node.args["query"])
            left, right = self.to.comparable(value, member)
            return f"({left} IN (SELECT {right} FROM ({query.sql}) AS m))"
        members = [self.value(member) for member in node.expressions]
        together = self.to.within(value, members)
        return together or _balanced([self.compared(value, "=", member) for member in members], "OR")

    def _pattern(self, node: exp.Expr) -> str:
        value, pattern = (self.to.as_text(self.value(side)) for side in (node.this, node.expression))
        escape = self.to.parameters.name(node.args["escape"])
        return f"({call(node.args['operator'], value, pattern, escape)} = 1)"

    def _single_column(self, node: exp.Expr) -> tuple[Query, Piece]:
        query = self._subquery(node, self.scope)
        if len(query.columns) != 1:
            raise SqlError(574)
        return query, Piece("m.c0", query.columns[0].type)

    # --- values

    def value(self, node: exp.Expr) -> Piece:
        """A value as SQL, safe to put beside any operator."""
        found = self._values.get(type(node))
        if found is None:
            raise SqlError(201)
        return found(node)

    def _literal(self, node: exp.Expr) -> Piece:
        return self.to.text_literal(node.this) if node.is_string else self.to.number_literal(node.this)

    def _null(self, _: exp.Expr) -> Piece:
        return Piece("NULL", kinds.NULL, label="constant")

    def _bracketed(self, node: exp.Expr) -> Piece:
        return self.value(node.this)

    def _column(self, node: exp.Expr) -> Piece:
        return self.scope.column(node.name, node.text("table"))

    def _negated(self, node: exp.Expr) -> Piece:
        value = self.value(node.this)
        if value.type.numeric and value.literal is not None and not value.literal.startswith("-"):
            return self.to.number_literal(f"-{value.literal}")
        if value.type.kind is Kind.INTERVAL:
            return Piece(f"(- {value.sql})", value.type)
        number = self.to.as_number(value)
        return Piece(f"(- {number.sql})", number.type)

    def _arithmetic(self, node: exp.Expr) -> Piece:
        left, right, operator = self.value(node.this), self.value(node.expression), node.args["operator"]
        if operator == "||":
            return Piece(f"({self.to.as_text(left)} || {self.to.as_text(right)})", kinds.TEXT)
        timed = any(side.type.temporal or side.type.kind is Kind.INTERVAL for side in (left, right))
        if timed and Kind.NULL not in (left.type.kind, right.type.kind):
            return self._timed(left, operator, right)
        left, right = self.to.as_number(left), self.to.as_number(right)
        if operator == "/":
            return Piece(call("divide", left.sql, right.sql), kinds.DECIMAL)
        both = left.type == right.type == kinds.INTEGER
        return Piece(f"({left.sql} {operator} {right.sql})", kinds.INTEGER if both else kinds.DECIMAL)

    def _timed(self, left: Piece, operator: str, right: Piece) -> Piece:
        """Arithmetic on moments and intervals."""
        a, b = left.type, right.type
        if a.kind is Kind.INTERVAL and b.kind is Kind.INTERVAL:
            found = self._intervals(left, operator, right)
        elif a.temporal and b.kind is Kind.INTERVAL and operator in "+-":
            found = self._moved(left, right, operator)
        elif a.kind is Kind.INTERVAL and b.temporal and operator == "+":
            found = self._moved(right, left, operator)
        elif a.kind is Kind.INTERVAL and operator in "*/":
            number = self.to.as_number(right).sql
            scaled = f"({left.sql} * {number})" if operator == "*" else call("divide", left.sql, number)
            found = Piece(call("whole", scaled), a)
        elif a.temporal and b.temporal and operator == "-":
            found = self._apart(left, right)
        elif a.kind is Kind.DATE and operator in "+-":
            found = Piece(call("days_later", left.sql, f"({operator} {self.to.as_number(right).sql})"), kinds.DATE)
        elif b.kind is Kind.DATE and operator == "+":
            found = Piece(call("days_later", right.sql, self.to.as_number(left).sql), kinds.DATE)
        else:
            raise SqlError(1266)
        return found

    def _intervals(self, left: Piece, operator: str, right: Piece) -> Piece:
        a, b = left.type.fields, right.type.fields
        if a.counts_months != b.counts_months or operator not in "+-":
            raise SqlError(1266)
        fields = kinds.interval_of(min(a.first, b.first), max(a.last, b.last))
        return Piece(f"({left.sql} {operator} {right.sql})", fields)

    def _moved(self, moment: Piece, interval: Piece, operator: str) -> Piece:
        fields, by = moment.type.fields, interval.type.fields
        if by.last > fields.last and fields.last < 6:
            raise SqlError(1266)
        amount = f"({operator} {interval.sql})"
        sql = call("moved", moment.sql, fields.first, fields.last, amount, int(by.counts_months))
        return Piece(sql, Type(Kind.DATETIME, fields))

    def _apart(self, left: Piece, right: Piece) -> Piece:
        if left.type.kind is right.type.kind is Kind.DATE:
            return Piece(call("days_apart", left.sql, right.sql), kinds.INTEGER)
        a, b = left.type.fields, right.type.fields
        if a.last <= 1 and b.last <= 1:
            return Piece(call("months_apart", left.sql, right.sql), kinds.interval_of(0, 1))
        sql = call("apart", left.sql, a.first, a.last, right.sql, b.first, b.last)
        return Piece(sql, kinds.interval_of(max(a.first, b.first, 2), max(a.last, b.last)))

    def _case(self, node: exp.Expr) -> Piece:
        subject = self.value(node.this) if node.this else None
        tests = [
            self.condition(branch.this) if subject is None else self.compared(subject, "=", self.value(branch.this))
            for branch in node.args["ifs"]
        ]
        values = [self.value(branch.args["true"]) for branch in node.args["ifs"]]
        default = node.args.get("default")
        values.append(self.value(default) if default else Piece("NULL", kinds.NULL))
        kind, texts = self.to.alike(values)
        branches = " ".join(f"WHEN {test} THEN {text}" for test, text in zip(tests, texts, strict=False))
        return Piece(f"(CASE {branches} ELSE {texts[-1]} END)", kind)

    def _now(self, node: exp.Expr) -> Piece:
        fields = kinds.datetime_of(0, {"current": 8, "today": 2, "sysdate": 10}[node.this])
        if node.args.get("qualifier"):
            fields = Type(Kind.DATETIME, node.args["qualifier"])
        if node.this == "today":
            fields = kinds.DATE
        return self.to.as_moment(Piece(":now", kinds.datetime_of(0, 10)), fields)

    def _typed(self, node: exp.Expr) -> Piece:
        value, to = self.value(node.this), node.args["to"]
        if node.args["manner"] == "extend" and not (value.type.temporal or value.type.kind in (Kind.TEXT, Kind.NULL)):
            raise SqlError(1260)
        if node.args["manner"] == "literal" and to.kind is Kind.DATETIME:
            fields = to.fields
            return Piece(call("extend", value.sql, *[fields.first, fields.last] * 2), to, label="constant")
        return self.to.cast(value, to)

    def _counted(self, node: exp.Expr) -> Piece:
        unit = node.args["unit"]
        number = self.to.as_number(self.value(node.this))
        return Piece(call("counted", number.sql, unit), kinds.interval_of(unit, 8 if unit == 6 else unit))

    def _subscripted(self, node: exp.Expr) -> Piece:
        column, first, last = self.value(node.this), node.args["first"], node.args["last"]
        if column.type.kind is not Kind.TEXT:
            raise SqlError(305, node.this.name)
        return Piece(f"substr({column.sql}, {first}, {last - first + 1})", kinds.TEXT, label=column.label)

    def _scalar(self, node: exp.Expr) -> Piece:
        query, _ = self._single_column(node.this)
        sql = query.sql if query.one_row else f"SELECT ifx_single(c0) FROM ({query.sql} LIMIT 2)"
        if " LIMIT " in query.sql and not query.one_row:
            sql = f"SELECT ifx_single(c0) FROM ({query.sql})"
        return Piece(f"({sql})", query.columns[0].type)

    def _call(self, node: exp.Expr) -> Piece:
        routine = FUNCTIONS.get(node.this)
        if routine is None or node.this in self._without:
            raise SqlError(674, node.this)
        if (node.args.get("distinct") or node.args.get("star")) and not routine.aggregate:
            raise SqlError(201)
        if not routine.fits(len(node.expressions)) and not node.args.get("star"):
            raise SqlError(674, node.this)
        return routine.render(self, node)


def _balanced(terms: list[str], operator: str) -> str:
    """Terms under one operator, nested only as deep as a binary tree must be."""
    if len(terms) == 1:
        return terms[0]
    if len(terms) <= 50:
        return f"({f' {operator} '.join(terms)})"
    middle = len(terms) // 2
    return f"({_balanced(terms[:middle], operator)} {operator} {_balanced(terms[middle:], operator)})"
