"""Informix's grammar of conditions and values, as sqlglot nodes."""

from collections.abc import Callable
from typing import TypeVar

from sqlglot import exp
from sqlglot.parsers.base import BaseParser
from sqlglot.tokenizer_core import TokenType

from lscctl.simulator.informix import kinds, syntax
from lscctl.simulator.informix.errors import SqlError

# Deeper nesting than this would exhaust SQLite's own parser; no statement that people write comes near.
DEEPEST = 24
LONGEST_CHAIN = 200

_T = TypeVar("_T")

_COMPARISONS = {
    TokenType.EQ: "=",
    TokenType.NEQ: "<>",
    TokenType.LT: "<",
    TokenType.LTE: "<=",
    TokenType.GT: ">",
    TokenType.GTE: ">=",
}
# Words that end a term; anywhere else Informix takes them as names too.
CLAUSES = frozenset(
    {
        *("select", "from", "where", "group", "by", "having", "order", "asc", "desc", "union", "limit"),
        *("insert", "into", "values", "update", "set", "distinct", "unique", "as", "units"),
        *("join", "inner", "left", "right", "full", "outer", "cross", "on", "using"),
        *("and", "or", "not", "is", "null", "between", "in", "like", "matches", "escape", "exists"),
        *("case", "when", "then", "else", "end"),
    }
)
_TYPES = {
    **dict.fromkeys(("char", "character", "varchar", "lvarchar", "nchar", "nvarchar", "text"), kinds.TEXT),
    **dict.fromkeys(("int", "integer", "int8", "bigint", "smallint", "serial", "serial8", "bigserial"), kinds.INTEGER),
    **dict.fromkeys(("decimal", "dec", "numeric", "float", "smallfloat", "real", "double", "money"), kinds.DECIMAL),
    "boolean": kinds.BOOLEAN,
    "date": kinds.DATE,
}


class TermParser(BaseParser):
    """Conditions, values and types. Raises SqlError."""

    depth: int = 0

    def _is_word(self, *words: str) -> bool:
        return self._curr.token_type == TokenType.VAR and self._curr.text in words

    def _next_is_word(self, *words: str) -> bool:
        return self._next.token_type == TokenType.VAR and self._next.text in words

    def _word(self, *words: str) -> bool:
        """Take the next token if it is one of these words."""
        if self._is_word(*words):
            self._advance()
            return True
        return False

    def _need_word(self, *words: str) -> str:
        if not self._word(*words):
            raise SqlError(201)
        return self._prev.text

    def _need(self, kind: TokenType) -> str:
        if not self._match(kind):
            raise SqlError(201)
        return self._prev.text

    def _name(self) -> str:
        if self._curr.token_type != TokenType.VAR or self._curr.text in CLAUSES:
            raise SqlError(201)
        self._advance()
        return self._prev.text

    def _names(self) -> list[str]:
        """A list of names in brackets."""
        self._need(TokenType.L_PAREN)
        names = self._listed(self._name)
        self._need(TokenType.R_PAREN)
        return names

    def _listed(self, part: Callable[[], _T]) -> list[_T]:
        found = [part()]
        while self._match(TokenType.COMMA):
            found.append(part())
        return found

    def _deeper(self, part: Callable[[], exp.Expr]) -> exp.Expr:
        self.depth += 1
        if self.depth > DEEPEST:
            raise SqlError(208)
        found = part()
        self.depth -= 1
        return found

    def _query(self) -> exp.Expr:
        raise NotImplementedError

    def _bracketed_query(self) -> exp.Expr:
        """A subquery whose opening bracket has been taken."""
        query = self._deeper(self._query)
        self._need(TokenType.R_PAREN)
        return query

    def _opens_query(self) -> bool:
        return self._curr.token_type == TokenType.L_PAREN and self._next_is_word("select")

    # --- conditions

    def _condition(self) -> exp.Expr:
        terms = [self._conjunction()]
        while self._word("or"):
            terms.append(self._conjunction())
        return terms[0] if len(terms) == 1 else syntax.AnyOf(expressions=terms)

    def _conjunction(self) -> exp.Expr:
        terms = [self._negation()]
        while self._word("and"):
            terms.append(self._negation())
        return terms[0] if len(terms) == 1 else syntax.AllOf(expressions=terms)

    def _negation(self) -> exp.Expr:
        if self._word("not"):
            return exp.Not(this=self._deeper(self._negation))
        if self._is_word("exists") and self._next.token_type == TokenType.L_PAREN:
            self._advance(2)
            return exp.Exists(this=self._bracketed_query())
        return self._predicate()

    def _predicate(self) -> exp.Expr:
        left = self._value()
        if self._curr.token_type in _COMPARISONS:
            operator = _COMPARISONS[self._curr.token_type]
            self._advance()
            over = self._prev.text if self._word("all", "any", "some") else None
            if over:
                self._need(TokenType.L_PAREN)
                return syntax.Compared(this=left, operator=operator, expression=self._bracketed_query(), over=over)
            return syntax.Compared(this=left, operator=operator, expression=self._value())
        if self._word("is"):
            negated = self._word("not")
            self._need_word("null")
            test: exp.Expr = exp.Is(this=left, expression=exp.Null())
            return exp.Not(this=test) if negated else test
        negated = self._is_word("not") and self._next_is_word("between", "in", "like", "matches") and self._word("not")
        ranged = self._range(left)
        if ranged is None:
            return left
        return exp.Not(this=ranged) if negated else ranged

    def _range(self, left: exp.Expr) -> exp.Expr | None:
        if self._word("between"):
            low = self._value()
            self._need_word("and")
            return exp.Between(this=left, low=low, high=self._value())
        if self._word("in"):
            if self._opens_query():
                self._advance()
                return exp.In(this=left, query=self._bracketed_query())
            self._need(TokenType.L_PAREN)
            members = self._listed(self._value)
            self._need(TokenType.R_PAREN)
            return exp.In(this=left, expressions=members)
        if self._word("like", "matches"):
            operator, pattern = self._prev.text, self._value()
            escape = self._need(TokenType.STRING) if self._word("escape") else "\\"
            if len(escape) > 1:
                raise SqlError(543)
            return syntax.Pattern(this=left, expression=pattern, escape=escape, operator=operator)
        return None

    # --- values

    def _value(self) -> exp.Expr:
        return self._chain(self._sum, {TokenType.DPIPE: "||"})

    def _sum(self) -> exp.Expr:
        return self._chain(self._product, {TokenType.PLUS: "+", TokenType.DASH: "-"})

    def _product(self) -> exp.Expr:
        return self._chain(self._signed, {TokenType.STAR: "*", TokenType.SLASH: "/"})

    def _chain(self, part: Callable[[], exp.Expr], operators: dict[TokenType, str]) -> exp.Expr:
        left = part()
        links = 0
        while self._curr.token_type in operators:
            operator = operators[self._curr.token_type]
            self._advance()
            left = syntax.Arithmetic(this=left, operator=operator, expression=part())
            links += 1
            if links > LONGEST_CHAIN:
                raise SqlError(208)
        return left

    def _signed(self) -> exp.Expr:
        if self._match(TokenType.DASH):
            return exp.Neg(this=self._deeper(self._signed))
        if self._match(TokenType.PLUS):
            return self._deeper(self._signed)
        value = self._primary()
        for _ in range(LONGEST_CHAIN):
            if self._match(TokenType.DCOLON):
                value = syntax.Typed(this=value, to=self._type(), manner="cast")
            elif self._is_word("units") and self._next_is_word(*kinds.UNITS):
                self._advance()
                value = syntax.Counted(this=value, unit=kinds.UNITS.index(self._need_word(*kinds.UNITS)))
            else:
                return value
        raise SqlError(208)

    def _primary(self) -> exp.Expr:
        if self._match(TokenType.STRING):
            return exp.Literal.string(self._prev.text)
        if self._match(TokenType.NUMBER):
            return exp.Literal.number(self._prev.text)
        if self._curr.token_type == TokenType.L_PAREN:
            return self._bracketed()
        if self._word("null"):
            return exp.Null()
        if self._word("case"):
            return self._deeper(self._case)
        return self._named()

    def _bracketed(self) -> exp.Expr:
        query = self._opens_query()
        self._advance()
        if query:
            return exp.Subquery(this=self._bracketed_query())
        inner = self._deeper(self._condition)
        self._need(TokenType.R_PAREN)
        return exp.Paren(this=inner)

    def _named(self) -> exp.Expr:
        """A call, a word for the present moment, or a column."""
        if self._next.token_type == TokenType.L_PAREN and self._curr.token_type == TokenType.VAR:
            return self._deeper(self._call)
        if self._is_word("current", "today", "sysdate") and self._next.token_type != TokenType.DOT:
            self._advance()
            word = self._prev.text
            qualified = word == "current" and self._is_word(*kinds.UNITS) and self._next_is_word("to")
            return syntax.Now(this=word, qualifier=self._qualifier() if qualified else None)
        return self._column()

    def _case(self) -> exp.Expr:
        subject = None if self._is_word("when") else self._value()
        branches = []
        while self._word("when"):
            when = self._condition() if subject is None else self._value()
            self._need_word("then")
            branches.append(exp.If(this=when, true=self._value()))
        default = self._value() if self._word("else") else None
        self._need_word("end")
        if not branches:
            raise SqlError(201)
        return exp.Case(this=subject, ifs=branches, default=default)

    def _column(self) -> exp.Expr:
        path = [self._name()]
        while self._match(TokenType.DOT):
            if self._curr.token_type != TokenType.VAR:
                raise SqlError(201)
            self._advance()
            path.append(self._prev.text)
        if len(path) > 3:
            raise SqlError(201)
        column = exp.column(path[-1], table=path[-2] if len(path) > 1 else None)
        if not self._match(TokenType.L_BRACKET):
            return column
        first = last = self._position()
        if self._match(TokenType.COMMA):
            last = self._position()
        self._need(TokenType.R_BRACKET)
        if not 1 <= first <= last:
            raise SqlError(307)
        return syntax.Subscripted(this=column, first=first, last=last)

    def _position(self) -> int:
        text = self._need(TokenType.NUMBER)
        if not text.isdecimal() or len(text) > 9:
            raise SqlError(201)
        return int(text)

    # --- calls

    def _call(self) -> exp.Expr:
        name = self._curr.text
        if name in CLAUSES:
            raise SqlError(201)
        self._advance(2)
        special: dict[str, Callable[[], exp.Expr]] = {
            "cast": self._cast,
            "extend": self._extend,
            "trim": self._trim,
            "substring": self._substring,
            "datetime": lambda: self._written("datetime"),
            "interval": lambda: self._written("interval"),
        }
        if name in special:
            return special[name]()
        if name == "count" and self._match(TokenType.STAR):
            self._need(TokenType.R_PAREN)
            return syntax.Call(this=name, star=True)
        distinct = self._word("distinct", "unique")
        if not distinct:
            self._word("all")
        values = [] if self._curr.token_type == TokenType.R_PAREN else self._listed(self._value)
        self._need(TokenType.R_PAREN)
        return syntax.Call(this=name, expressions=values, distinct=distinct)

    def _cast(self) -> exp.Expr:
        value = self._value()
        self._need_word("as")
        to = self._type()
        self._need(TokenType.R_PAREN)
        return syntax.Typed(this=value, to=to, manner="cast")

    def _extend(self) -> exp.Expr:
        value, to = self._value(), kinds.datetime_of(0, 8)
        if self._match(TokenType.COMMA):
            to = kinds.Type(kinds.Kind.DATETIME, self._qualifier())
        self._need(TokenType.R_PAREN)
        return syntax.Typed(this=value, to=to, manner="extend")

    def _trim(self) -> exp.Expr:
        where = self._prev.text if self._word("both", "leading", "trailing") else "both"
        first = exp.Literal.string(" ") if self._is_word("from") else self._value()
        values = [self._value(), first] if self._word("from") else [first]
        self._need(TokenType.R_PAREN)
        return syntax.Call(this=f"trim {where}", expressions=values)

    def _substring(self) -> exp.Expr:
        values = [self._value()]
        self._need_word("from")
        values.append(self._value())
        if self._word("for"):
            values.append(self._value())
        self._need(TokenType.R_PAREN)
        return syntax.Call(this="substring", expressions=values)

    def _written(self, what: str) -> exp.Expr:
        """`DATETIME (2024-01-31 10:00) YEAR TO MINUTE`: what stands in the brackets is no expression."""
        start = self._curr.start
        while self._curr and self._curr.token_type != TokenType.R_PAREN:
            self._advance()
        text = self.sql[start : self._curr.start]
        self._need(TokenType.R_PAREN)
        kind = kinds.Kind.DATETIME if what == "datetime" else kinds.Kind.INTERVAL
        to = kinds.Type(kind, self._qualifier())
        return syntax.Typed(this=exp.Literal.string(text.strip()), to=to, manner="literal")

    # --- types

    def _unit(self) -> int:
        return kinds.UNITS.index(self._need_word(*kinds.UNITS))

    def _qualifier(self) -> kinds.Qualifier:
        """`YEAR TO FRACTION(3)`, `DAY(5) TO SECOND`: the number of digits of a first field changes nothing here."""
        first = self._unit()
        if self._match(TokenType.L_PAREN):
            self._position()
            self._need(TokenType.R_PAREN)
        self._need_word("to")
        last = self._unit()
        if last == len(kinds.UNITS) - 1:
            digits = 3
            if self._match(TokenType.L_PAREN):
                digits = self._position()
                self._need(TokenType.R_PAREN)
            if not 1 <= digits <= 5:
                raise SqlError(1268)
            last = 5 + digits
        if first > last:
            raise SqlError(1268)
        return kinds.Qualifier(first, last)

    def _type(self) -> kinds.Type:
        if self._curr.token_type != TokenType.VAR:
            raise SqlError(201)
        name = self._curr.text
        self._advance()
        if name in ("datetime", "interval"):
            return kinds.Type(kinds.Kind(name), self._qualifier())
        if name == "character" and self._word("varying"):
            name = "varchar"
        if name == "double":
            self._word("precision")
        sizes = []
        if self._match(TokenType.L_PAREN):
            sizes = self._listed(self._position)
            self._need(TokenType.R_PAREN)
        if name not in _TYPES:
            raise SqlError(201)
        if _TYPES[name] is kinds.TEXT and sizes:
            return kinds.Type(kinds.Kind.TEXT, length=sizes[0])
        return _TYPES[name]
