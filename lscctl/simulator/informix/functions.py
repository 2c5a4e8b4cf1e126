"""Informix's built-in functions: how many arguments they take, and how SQLite is told to compute them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sqlglot import exp

from lscctl.simulator.informix import kinds
from lscctl.simulator.informix.conversions import Conversions, call
from lscctl.simulator.informix.errors import SqlError
from lscctl.simulator.informix.kinds import Kind, Type
from lscctl.simulator.informix.scope import Piece, Scope


class Expressions(Protocol):
    """What renders the arguments of a call."""

    to: Conversions
    scope: Scope

    def value(self, node: exp.Expr) -> Piece:
        """A value. Raises SqlError."""

    def compared(self, left: Piece, operator: str, right: Piece) -> str:
        """Two values compared, in brackets."""


@dataclass(frozen=True)
class Function:
    """A function: `render` writes a call of it; `least` and `most` count its arguments."""

    render: Callable[[Expressions, exp.Expr], Piece]
    least: int
    most: int
    aggregate: bool = False

    def fits(self, count: int) -> bool:
        """So many arguments are right."""
        return self.least <= count <= self.most


def _simple(routine: str, result: Type, shape: str, optional: int = 0) -> Function:
    """A routine of ours by its arguments: `t` a text, `n` a number."""

    def render(within: Expressions, node: exp.Expr) -> Piece:
        arguments = []
        for letter, argument in zip(shape, node.expressions, strict=False):
            value = within.value(argument)
            arguments.append(within.to.as_text(value) if letter == "t" else within.to.as_number(value).sql)
        return Piece(call(routine, *arguments), result)

    return Function(render, len(shape) - optional, len(shape))


def _same_number(routine: str) -> Function:
    """A routine whose result is of its argument's type."""

    def render(within: Expressions, node: exp.Expr) -> Piece:
        number = within.to.as_number(within.value(node.expressions[0]))
        return Piece(call(routine, number.sql), number.type)

    return Function(render, 1, 1)


def _aggregate(name: str) -> Function:
    def render(within: Expressions, node: exp.Expr) -> Piece:
        if node.args.get("star"):
            if name != "count":
                raise SqlError(201)
            with within.scope.aggregating():
                return Piece("count(*)", kinds.INTEGER, label=name)
        with within.scope.aggregating():
            value = within.value(node.expressions[0])
        if name in ("sum", "avg") and not value.type.numeric and value.type.kind not in (Kind.INTERVAL, Kind.NULL):
            raise SqlError(367)
        types = {"count": kinds.INTEGER, "avg": value.type if value.type.kind is Kind.INTERVAL else kinds.DECIMAL}
        distinct = "DISTINCT " if node.args.get("distinct") else ""
        sql = f"{name}({distinct}{value.sql})"
        if name == "avg" and value.type.kind is Kind.INTERVAL:
            sql = call("whole", sql)
        return Piece(sql, types.get(name, value.type), label=name)

    return Function(render, 1, 1, aggregate=True)


def _first_known(within: Expressions, node: exp.Expr) -> Piece:
    """NVL and COALESCE."""
    kind, texts = within.to.alike([within.value(argument) for argument in node.expressions])
    return Piece(f"coalesce({', '.join(texts)})", kind)


def _nvl2(within: Expressions, node: exp.Expr) -> Piece:
    test, *branches = (within.value(argument) for argument in node.expressions)
    kind, (known, unknown) = within.to.alike(branches)
    return Piece(f"(CASE WHEN {test.sql} IS NULL THEN {unknown} ELSE {known} END)", kind)


def _nullif(within: Expressions, node: exp.Expr) -> Piece:
    left, right = (within.value(argument) for argument in node.expressions)
    return Piece(f"(CASE WHEN {within.compared(left, '=', right)} THEN NULL ELSE {left.sql} END)", left.type)


def _decode(within: Expressions, node: exp.Expr) -> Piece:
    """DECODE, to which NULL equals NULL."""
    subject, *rest = (within.value(argument) for argument in node.expressions)
    default = rest.pop() if len(rest) % 2 else Piece("NULL", kinds.NULL)
    whens, thens = rest[::2], rest[1::2]
    kind, texts = within.to.alike([*thens, default])
    branches = []
    for when, text in zip(whens, texts, strict=False):
        same = within.compared(subject, "=", when)
        branches.append(f"WHEN {same} OR ({subject.sql} IS NULL AND {when.sql} IS NULL) THEN {text}")
    return Piece(f"(CASE {' '.join(branches)} ELSE {texts[-1]} END)", kind)


def _concat(within: Expressions, node: exp.Expr) -> Piece:
    left, right = (within.to.as_text(within.value(argument)) for argument in node.expressions)
    return Piece(f"({left} || {right})", kinds.TEXT)


def _rounding(routine: str) -> Function:
    def render(within: Expressions, node: exp.Expr) -> Piece:
        arguments = [within.to.as_number(within.value(argument)) for argument in node.expressions]
        whole = arguments[0].type == kinds.INTEGER and len(arguments) == 1
        sql = call(routine, *(argument.sql for argument in arguments))
        return Piece(call("whole", sql), kinds.INTEGER) if whole else Piece(sql, kinds.DECIMAL)

    return Function(render, 1, 2)


def _moment(within: Expressions, node: exp.Expr) -> Piece:
    """The first argument as a moment; text is read as DATETIME YEAR TO SECOND or as a DATE."""
    value = within.value(node.expressions[0])
    return value if value.type.temporal else within.to.as_moment(value, kinds.datetime_of(0, 10))


def _part(unit: int) -> Function:
    def render(within: Expressions, node: exp.Expr) -> Piece:
        moment = _moment(within, node)
        fields = moment.type.fields
        if unit < 7 and not fields.first <= unit <= fields.last:
            raise SqlError(1266)
        return Piece(call("part", moment.sql, fields.first, fields.last, unit), kinds.INTEGER)

    return Function(render, 1, 1)


def _to_char(within: Expressions, node: exp.Expr) -> Piece:
    value = within.value(node.expressions[0])
    if len(node.expressions) == 1 or value.type.numeric:
        return Piece(within.to.as_text(value), kinds.TEXT)
    moment = _moment(within, node)
    layout = within.to.as_text(within.value(node.expressions[1]))
    return Piece(call("to_char", moment.sql, moment.type.fields.first, moment.type.fields.last, layout), kinds.TEXT)


def _to_date(within: Expressions, node: exp.Expr) -> Piece:
    text = within.value(node.expressions[0])
    if len(node.expressions) == 1:
        return within.to.as_moment(text, kinds.datetime_of(0, 10))
    layout = within.to.as_text(within.value(node.expressions[1]))
    return Piece(call("to_date", within.to.as_text(text), layout), kinds.datetime_of(0, 10))


def _date(within: Expressions, node: exp.Expr) -> Piece:
    return within.to.as_moment(within.value(node.expressions[0]), kinds.DATE)


def _last_day(within: Expressions, node: exp.Expr) -> Piece:
    moment = _moment(within, node)
    fields = moment.type.fields
    return Piece(call("last_day", moment.sql, fields.first, fields.last), moment.type)


def _add_months(within: Expressions, node: exp.Expr) -> Piece:
    moment = _moment(within, node)
    fields = moment.type.fields
    months = within.to.as_number(within.value(node.expressions[1])).sql
    return Piece(call("moved", moment.sql, fields.first, fields.last, call("whole", months), 1), moment.type)


def _dbinfo(within: Expressions, node: exp.Expr) -> Piece:
    """DBINFO: the server's own clock [CUCMSQL]; options that AXL's users have no need for are not known."""
    option = within.value(node.expressions[0]).literal or ""
    if option == "utc_current" and len(node.expressions) == 1:
        return Piece(":utc", kinds.INTEGER)
    if option == "utc_to_datetime" and len(node.expressions) == 2:
        epoch = within.to.as_number(within.value(node.expressions[1]))
        return Piece(call("utc_to_datetime", epoch.sql), kinds.datetime_of(0, 5))
    if option == "dbname" and len(node.expressions) == 1:
        return within.to.text_literal("ccm")
    raise SqlError(728, option)


def _newid(_: Expressions, __: exp.Expr) -> Piece:
    return Piece(call("newid"), kinds.TEXT)


FUNCTIONS: dict[str, Function] = {
    **{name: _aggregate(name) for name in ("count", "sum", "avg", "min", "max")},
    **{name: _simple(name, kinds.TEXT, "t") for name in ("lower", "upper", "initcap", "reverse")},
    "length": _simple("length", kinds.INTEGER, "t"),
    "char_length": _simple("char_length", kinds.INTEGER, "t"),
    "character_length": _simple("char_length", kinds.INTEGER, "t"),
    "octet_length": _simple("octet_length", kinds.INTEGER, "t"),
    "ascii": _simple("ascii", kinds.INTEGER, "t"),
    "instr": _simple("instr", kinds.INTEGER, "ttn", optional=1),
    "substr": _simple("substr", kinds.TEXT, "tnn", optional=1),
    "substring": _simple("substring", kinds.TEXT, "tnn", optional=1),
    "replace": _simple("replace", kinds.TEXT, "ttt", optional=1),
    "lpad": _simple("lpad", kinds.TEXT, "tnt", optional=1),
    "rpad": _simple("rpad", kinds.TEXT, "tnt", optional=1),
    "ltrim": _simple("trim leading", kinds.TEXT, "tt", optional=1),
    "rtrim": _simple("trim trailing", kinds.TEXT, "tt", optional=1),
    **{
        f"trim {where}": _simple(f"trim {where}", kinds.TEXT, "tt", optional=1)
        for where in ("both", "leading", "trailing")
    },
    "concat": Function(_concat, 2, 2),
    "abs": _same_number("abs"),
    "floor": _simple("floor", kinds.INTEGER, "n"),
    "ceil": _simple("ceil", kinds.INTEGER, "n"),
    "mod": _simple("mod", kinds.INTEGER, "nn"),
    "pow": _simple("pow", kinds.DECIMAL, "nn"),
    "power": _simple("pow", kinds.DECIMAL, "nn"),
    **{name: _simple(name, kinds.DECIMAL, "n") for name in ("sqrt", "exp", "logn", "log10")},
    "round": _rounding("round"),
    "trunc": _rounding("trunc"),
    "nvl": Function(_first_known, 2, 2),
    "nvl2": Function(_nvl2, 3, 3),
    "coalesce": Function(_first_known, 2, 50),
    "nullif": Function(_nullif, 2, 2),
    "decode": Function(_decode, 3, 200),
    **{name: _part(unit) for unit, name in enumerate(("year", "month", "day"))},
    "weekday": _part(7),
    "mdy": _simple("mdy", kinds.DATE, "nnn"),
    "date": Function(_date, 1, 1),
    "last_day": Function(_last_day, 1, 1),
    "add_months": Function(_add_months, 2, 2),
    "to_char": Function(_to_char, 1, 2),
    "to_date": Function(_to_date, 1, 2),
    "dbinfo": Function(_dbinfo, 1, 2),
    "newid": Function(_newid, 0, 0),
}
