"""How Informix brings two values together: what converts to what, and what to compare how."""

import json
from collections.abc import Sequence

from lscctl.simulator.informix import kinds, routines
from lscctl.simulator.informix.errors import SqlError
from lscctl.simulator.informix.kinds import Kind, Type
from lscctl.simulator.informix.scope import Piece


class Parameters:
    """The texts and numbers of a statement, kept out of SQLite's SQL: the same value has the same name."""

    def __init__(self) -> None:
        self.values: dict[str, str | int | float] = {}
        self._names: dict[tuple[type, str | int | float], str] = {}

    def name(self, value: str | float) -> str:
        """Keep a value; its SQL is `:p0` and such."""
        key = (type(value), value)
        if key not in self._names:
            self._names[key] = f"p{len(self.values)}"
            self.values[self._names[key]] = value
        return f":{self._names[key]}"


def call(routine: str, *arguments: str | int) -> str:
    """SQL that calls a routine of ours."""
    return f"ifx_{routine.replace(' ', '_')}({', '.join(str(argument) for argument in arguments)})"


class Conversions:
    """Conversions within one statement, whose parameters they add to. All raise SqlError."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters

    def text_literal(self, text: str) -> Piece:
        """A quoted string."""
        return Piece(self.parameters.name(text), kinds.TEXT, literal=text, label="constant")

    def number_literal(self, text: str) -> Piece:
        """A number as it stands in the statement, perhaps signed."""
        value = routines.number(text)
        kind = kinds.INTEGER if isinstance(value, int) else kinds.DECIMAL
        if value in (float("inf"), float("-inf")):
            raise SqlError(1226)
        return Piece(self.parameters.name(value), kind, literal=text, label="constant")

    # --- to one type

    def as_text(self, piece: Piece) -> str:
        """SQL of a value as text."""
        match piece.type.kind:
            case Kind.INTEGER:
                return f"CAST({piece.sql} AS TEXT)"
            case Kind.DECIMAL:
                return call("decimal_text", piece.sql)
            case Kind.INTERVAL:
                fields = piece.type.fields
                return call("show_interval", piece.sql, fields.first, fields.last)
        return piece.sql

    def as_number(self, piece: Piece) -> Piece:
        """A value as a number; text is converted when the statement runs, a literal at once."""
        if piece.type.numeric or piece.type.kind is Kind.NULL:
            return piece
        if piece.type.kind is not Kind.TEXT:
            raise SqlError(1260)
        if piece.literal is not None:
            return self.number_literal(piece.literal)
        return Piece(call("number", piece.sql), kinds.DECIMAL)

    def as_boolean(self, piece: Piece) -> Piece:
        """A value as 't' or 'f'."""
        if piece.type.kind in (Kind.BOOLEAN, Kind.NULL):
            return piece
        if piece.type.kind is not Kind.TEXT:
            raise SqlError(1260)
        if piece.literal is not None:
            return Piece(self.parameters.name(routines.boolean(piece.literal)), kinds.BOOLEAN, literal=piece.literal)
        return Piece(call("boolean", piece.sql), kinds.BOOLEAN)

    def as_moment(self, piece: Piece, to: Type) -> Piece:
        """A value as a DATE or DATETIME with the fields of `to`."""
        first, last = to.fields.first, to.fields.last
        if piece.type.kind is Kind.NULL or (piece.type.temporal and piece.type.fields == to.fields):
            return Piece(piece.sql, to if piece.type.temporal else piece.type)
        if piece.type.kind is Kind.TEXT:
            return Piece(call("any_moment", piece.sql, first, last), to)
        if piece.type.temporal:
            fields = piece.type.fields
            return Piece(call("extend", piece.sql, fields.first, fields.last, first, last), to)
        raise SqlError(1260)

    def as_interval(self, piece: Piece, to: Type) -> Piece:
        """A value as an INTERVAL."""
        if piece.type.kind is Kind.INTERVAL:
            if piece.type.fields.counts_months != to.fields.counts_months:
                raise SqlError(1266)
            return Piece(piece.sql, to)
        if piece.type.kind is Kind.TEXT:
            return Piece(call("read_interval", piece.sql, to.fields.first, to.fields.last), to)
        if piece.type.kind is Kind.NULL:
            return piece
        raise SqlError(1260)

    def cast(self, piece: Piece, to: Type) -> Piece:
        """`CAST(x AS type)`, `x::type`, and what an assignment to a column of that type does."""
        match to.kind:
            case Kind.TEXT:
                text = self.as_text(piece)
                return Piece(f"substr({text}, 1, {to.length})" if to.length else text, to)
            case Kind.INTEGER:
                found = self.as_number(piece)
                return Piece(found.sql if found.type == kinds.INTEGER else call("whole", found.sql), to)
            case Kind.DECIMAL:
                return Piece(self.as_number(piece).sql, to)
            case Kind.BOOLEAN:
                return Piece(self.as_boolean(piece).sql, to)
            case Kind.INTERVAL:
                return Piece(self.as_interval(piece, to).sql, to)
        return Piece(self.as_moment(piece, to).sql, to)

    def alike(self, pieces: Sequence[Piece]) -> tuple[Type, list[str]]:
        """Bring the branches of a CASE, NVL and such to one type."""
        types = [piece.type for piece in pieces if piece.type.kind is not Kind.NULL]
        if not types:
            return kinds.NULL, [piece.sql for piece in pieces]
        if all(one.kind is types[0].kind for one in types) and not types[0].temporal:
            return types[0], [piece.sql for piece in pieces]
        if all(one.numeric for one in types):
            return kinds.DECIMAL, [piece.sql for piece in pieces]
        if all(one.temporal for one in types):
            to = self._widest(types)
            return to, [self.as_moment(piece, to).sql for piece in pieces]
        return kinds.TEXT, [self.as_text(piece) for piece in pieces]

    def _widest(self, types: Sequence[Type]) -> Type:
        if all(one.kind is Kind.DATE for one in types):
            return kinds.DATE
        fields = [one.fields for one in types]
        return kinds.datetime_of(min(one.first for one in fields), max(one.last for one in fields))

    # --- comparison

    def comparable(self, left: Piece, right: Piece) -> tuple[str, str]:
        """Two values as SQL that SQLite compares as Informix would.

        Text and numbers meet as numbers, text and moments as moments; text and text without trailing blanks.
        """
        a, b = left.type, right.type
        if Kind.NULL in (a.kind, b.kind):
            return left.sql, right.sql
        if a.kind is Kind.TEXT and b.kind is Kind.TEXT:
            return self._texts(left, right)
        if a.numeric or b.numeric:
            return self.as_number(left).sql, self.as_number(right).sql
        if Kind.BOOLEAN in (a.kind, b.kind):
            return self.as_boolean(left).sql, self.as_boolean(right).sql
        if a.temporal or b.temporal:
            to = self._widest([one for one in (a, b) if one.temporal])
            return self.as_moment(left, to).sql, self.as_moment(right, to).sql
        to = a if a.kind is Kind.INTERVAL else b
        return self.as_interval(left, to).sql, self.as_interval(right, to).sql

    def _texts(self, left: Piece, right: Piece) -> tuple[str, str]:
        """Trailing blanks count for nothing; in an indexed column there are none, and its index must stay usable."""
        if left.indexed or right.indexed:
            return self._without_blanks(left), self._without_blanks(right)
        return f"{left.sql} COLLATE RTRIM", right.sql

    def _without_blanks(self, piece: Piece) -> str:
        return piece.sql if piece.literal is None else self.parameters.name(piece.literal.rstrip(" "))

    def within(self, left: Piece, members: Sequence[Piece]) -> str | None:
        """`left IN (literals)` with all literals in one parameter; None where that cannot say the same."""
        if any(member.literal is None for member in members):
            return None
        literals = [str(member.literal) for member in members]
        if left.type.kind is Kind.TEXT and all(member.type.kind is Kind.TEXT for member in members):
            sql = left.sql if left.indexed else f"{left.sql} COLLATE RTRIM"
            values: list[str | int | float] = [literal.rstrip(" ") for literal in literals]
        elif left.type.numeric:
            sql, values = left.sql, [routines.number(literal) for literal in literals]
            if not all(-(2**63) <= value < 2**63 for value in values if not isinstance(value, str)):
                return None
        else:
            return None
        return f"({sql} IN (SELECT value FROM json_each({self.parameters.name(json.dumps(values))})))"
