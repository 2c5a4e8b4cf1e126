"""The nodes that Informix's grammar needs beside sqlglot's own."""

from typing import ClassVar

from sqlglot import exp


class AllOf(exp.Expression):
    """`a AND b AND c`, flat, so that a thousand terms nest no deeper than two."""

    arg_types: ClassVar[dict[str, bool]] = {"expressions": True}


class AnyOf(exp.Expression):
    """`a OR b OR c`, flat."""

    arg_types: ClassVar[dict[str, bool]] = {"expressions": True}


class Pattern(exp.Expression):
    """`this LIKE expression ESCAPE escape`, or MATCHES: `operator` says which."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True, "expression": True, "escape": False, "operator": True}


class Compared(exp.Expression):
    """`this operator expression`; `over` is "all" or "any" when the right side is a subquery so marked."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True, "operator": True, "expression": True, "over": False}


class Arithmetic(exp.Expression):
    """`this operator expression` with + - * / or ||."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True, "operator": True, "expression": True}


class Now(exp.Expression):
    """CURRENT, TODAY, SYSDATE: `this` is the word, `qualifier` a kinds.Qualifier or None."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True, "qualifier": False}


class Typed(exp.Expression):
    """A cast, an EXTEND or a DATETIME/INTERVAL literal: `this` is brought into `type` (a kinds.Type)."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True, "to": True, "manner": True}


class Counted(exp.Expression):
    """`this UNITS unit`: an interval of so many; `unit` is a position in kinds.UNITS."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True, "unit": True}


class Subscripted(exp.Expression):
    """`column[first, last]`, counted from 1."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True, "first": True, "last": True}


class Call(exp.Expression):
    """A routine call; `distinct` for COUNT(DISTINCT x) and its like, `star` for COUNT(*)."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True, "expressions": False, "distinct": False, "star": False}


class Sources(exp.Expression):
    """A FROM clause: comma-separated Table, Subquery, Joined and Outer."""

    arg_types: ClassVar[dict[str, bool]] = {"expressions": True}


class Joined(exp.Expression):
    """An ANSI join: `side` is inner, left, right, full or cross."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True, "side": True, "expression": True, "on": False}


class Outer(exp.Expression):
    """Informix's own `OUTER table` or `OUTER (a, b)`: the tables before it keep all their rows."""

    arg_types: ClassVar[dict[str, bool]] = {"expressions": True}


class Combined(exp.Expression):
    """Selects joined by UNION or UNION ALL: `operators` has one word fewer than `expressions`."""

    arg_types: ClassVar[dict[str, bool]] = {"expressions": True, "operators": True, "order": False}
