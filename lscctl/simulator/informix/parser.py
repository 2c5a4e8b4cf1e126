"""Informix's statements, as sqlglot nodes: the dialect that sqlglot has not."""

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.tokenizer_core import TokenType

from lscctl.simulator.informix import syntax
from lscctl.simulator.informix.errors import SqlError
from lscctl.simulator.informix.lexer import InformixTokenizer
from lscctl.simulator.informix.terms import CLAUSES, TermParser

MOST_COMBINED = 100


class InformixParser(TermParser):
    """SELECT, INSERT, UPDATE and DELETE of Informix 11 and 12, which know no WITH. Raises SqlError."""

    def _parse_statement(self) -> exp.Expr:
        self.depth = 0
        word = self._curr.text if self._curr.token_type == TokenType.VAR else ""
        match word:
            case "select":
                statement = self._query()
            case "insert":
                statement = self._insert_statement()
            case "update":
                statement = self._update_statement()
            case "delete":
                statement = self._delete_statement()
            case _:
                raise SqlError(201)
        if self._curr:
            raise SqlError(201)
        return statement

    # --- SELECT

    def _query(self) -> exp.Expr:
        selects, operators = [self._select_part()], []
        while self._word("union"):
            operators.append("UNION ALL" if self._word("all") else "UNION")
            selects.append(self._select_part())
            if len(selects) > MOST_COMBINED:
                raise SqlError(208)
        order = self._order_part()
        whole = selects[0]
        if operators:
            whole = syntax.Combined(expressions=selects, operators=operators)
        whole.set("order", order)
        if self._word("limit"):
            if operators or whole.args.get("limit") is not None:
                raise SqlError(201)
            whole.set("limit", self._position())
        return whole

    def _select_part(self) -> exp.Expr:
        self._need_word("select")
        paging = self._paging()
        distinct = self._starts_item("distinct", "unique") and self._word("distinct", "unique")
        if not distinct and self._starts_item("all"):
            self._word("all")
        items = self._listed(self._select_item)
        self._need_word("from")
        sources = syntax.Sources(expressions=self._listed(self._source))
        where = self._condition() if self._word("where") else None
        group = self._listed(self._value) if self._word("group") and self._need_word("by") else []
        having = self._condition() if self._word("having") else None
        return exp.Select(
            expressions=items, distinct=distinct, from_=sources, where=where, group=group, having=having, **paging
        )

    def _starts_item(self, *words: str) -> bool:
        """One of these words, and not as a column of that name."""
        followed = self._next.token_type in (TokenType.COMMA, TokenType.DOT) or self._next_is_word("from", "as")
        return self._is_word(*words) and not followed

    def _paging(self) -> dict[str, int]:
        paging: dict[str, int] = {}
        for word, part in (("skip", "offset"), ("first", "limit"), ("limit", "limit")):
            if self._is_word(word) and self._next.token_type == TokenType.NUMBER and part not in paging:
                self._advance()
                paging[part] = self._position()
        return paging

    def _select_item(self) -> exp.Expr:
        if self._match(TokenType.STAR):
            return exp.Star()
        if self._curr.token_type == TokenType.VAR and self._next.token_type == TokenType.DOT:
            at, table = self._index, self._curr.text
            self._advance(2)
            if self._match(TokenType.STAR):
                return exp.Column(this=exp.Star(), table=exp.to_identifier(table))
            self._retreat(at)
        value = self._value()
        alias = self._alias()
        return exp.Alias(this=value, alias=exp.to_identifier(alias)) if alias else value

    def _alias(self) -> str | None:
        """A label or another name for a table, with AS or without."""
        if self._word("as"):
            if self._curr.token_type != TokenType.VAR:
                raise SqlError(201)
            self._advance()
            return self._prev.text
        if self._curr.token_type == TokenType.VAR and self._curr.text not in CLAUSES:
            return self._name()
        return None

    def _order_part(self) -> list[exp.Expr]:
        if not self._word("order"):
            return []
        self._need_word("by")
        return self._listed(self._order_item)

    def _order_item(self) -> exp.Expr:
        value = self._value()
        descending = self._word("asc", "desc") and self._prev.text == "desc"
        return exp.Ordered(this=value, desc=descending)

    # --- FROM

    def _source(self) -> exp.Expr:
        if self._is_word("outer") and not (self._next_is_word(*CLAUSES) or self._next.token_type == TokenType.COMMA):
            self._advance()
            if self._match(TokenType.L_PAREN):
                inside = self._deeper(lambda: syntax.Outer(expressions=self._listed(self._source)))
                self._need(TokenType.R_PAREN)
                return inside
            return syntax.Outer(expressions=[self._table()])
        return self._joined(self._table())

    def _joined(self, left: exp.Expr) -> exp.Expr:
        while True:
            if self._word("cross"):
                side = "cross"
            elif self._word("left", "right", "full"):
                side = self._prev.text
                self._word("outer")
            elif self._word("inner") or self._is_word("join"):
                side = "inner"
            else:
                return left
            self._need_word("join")
            right = self._table()
            on = self._condition() if side != "cross" and self._need_word("on") else None
            left = syntax.Joined(this=left, side=side, expression=right, on=on)

    def _table(self) -> exp.Expr:
        if self._match(TokenType.L_PAREN):
            if self._is_word("select"):
                return self._derived(self._bracketed_query())
            inside = self._deeper(lambda: self._joined(self._table()))
            self._need(TokenType.R_PAREN)
            return inside
        if self._is_word("table") and self._next.token_type == TokenType.L_PAREN:
            self._advance(2)
            self._need_word("multiset")
            self._need(TokenType.L_PAREN)
            query = self._bracketed_query()
            self._need(TokenType.R_PAREN)
            return self._derived(query)
        if self._is_word("lateral"):
            raise SqlError(201)
        table = self._table_name()
        alias = self._alias()
        table.set("alias", exp.TableAlias(this=exp.to_identifier(alias)) if alias else None)
        return table

    def _derived(self, query: exp.Expr) -> exp.Expr:
        alias = self._alias()
        names = self._names() if alias and self._curr.token_type == TokenType.L_PAREN else []
        return exp.Subquery(this=query, alias=alias, columns=names)

    def _table_name(self) -> exp.Table:
        """`device`, `informix.device`, `sysmaster:sysdual`; the owner says nothing new."""
        name, catalog = self._name(), ""
        if self._match(TokenType.COLON):
            catalog, name = f"{name}:", self._name()
        if self._match(TokenType.DOT):
            name = self._name()
        return exp.Table(this=exp.to_identifier(catalog + name, quoted=True))

    # --- INSERT, UPDATE, DELETE

    def _insert_statement(self) -> exp.Expr:
        self._advance()
        self._need_word("into")
        table = self._table_name()
        columns = self._names() if self._curr.token_type == TokenType.L_PAREN else []
        if self._word("values"):
            self._need(TokenType.L_PAREN)
            values = self._listed(self._value)
            self._need(TokenType.R_PAREN)
            return exp.Insert(this=table, columns=columns, expression=exp.Tuple(expressions=values))
        return exp.Insert(this=table, columns=columns, expression=self._query())

    def _changed_table(self) -> exp.Table:
        table = self._table_name()
        alias = self._alias()
        table.set("alias", exp.TableAlias(this=exp.to_identifier(alias)) if alias else None)
        return table

    def _update_statement(self) -> exp.Expr:
        self._advance()
        table = self._changed_table()
        self._need_word("set")
        changes = self._listed(self._assignment)
        where = self._condition() if self._word("where") else None
        return exp.Update(this=table, expressions=changes, where=where)

    def _assignment(self) -> exp.Expr:
        if self._curr.token_type == TokenType.L_PAREN:
            names = self._names()
            self._need(TokenType.EQ)
            self._need(TokenType.L_PAREN)
            values = self._listed(self._value)
            self._need(TokenType.R_PAREN)
        else:
            names = [self._name()]
            if self._match(TokenType.DOT):
                names = [self._name()]
            self._need(TokenType.EQ)
            values = [self._value()]
        return exp.Tuple(columns=names, expressions=values)

    def _delete_statement(self) -> exp.Expr:
        self._advance()
        self._need_word("from")
        table = self._changed_table()
        where = self._condition() if self._word("where") else None
        return exp.Delete(this=table, where=where)


class Informix(Dialect):
    """Informix's SQL as CUCM speaks it, for `sqlglot.parse_one(sql, read=Informix)`."""

    Tokenizer = InformixTokenizer
    Parser = InformixParser


def parse(sql: str) -> exp.Expr:
    """Read one statement; a last semicolon is harmless.

    Raises SqlError: 201 and the lexer's numbers, 208 for nesting beyond reason, 555 for several statements.
    """
    tokens = InformixTokenizer(dialect=Informix).tokenize(sql)
    while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens.pop()
    if any(token.token_type == TokenType.SEMICOLON for token in tokens):
        raise SqlError(555)
    if not tokens:
        raise SqlError(201)
    statement = InformixParser(dialect=Informix).parse(tokens, sql)[0]
    if statement is None:
        raise SqlError(201)
    return statement
