"""Informix's words: what a statement is made of before any grammar."""

import re

from sqlglot.tokenizer_core import Token, TokenType
from sqlglot.tokens import Tokenizer

from lscctl.simulator.informix.errors import SqlError

_SHAPES = re.compile(
    r"""(?P<blank>\s+|--[^\n]*|/\*.*?\*/|\{[^}]*\})
      | (?P<string>'[^']*(?:''[^']*)*'|"[^"]*(?:""[^"]*)*")
      | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<word>[^\W\d]\w*)
      | (?P<sign>::|\|\||<>|!=|<=|>=|[-+*/(),.=<>;:\[\]])""",
    re.VERBOSE | re.DOTALL,
)
_SIGNS = {
    "::": TokenType.DCOLON,
    "||": TokenType.DPIPE,
    "<>": TokenType.NEQ,
    "!=": TokenType.NEQ,
    "<=": TokenType.LTE,
    ">=": TokenType.GTE,
    "-": TokenType.DASH,
    "+": TokenType.PLUS,
    "*": TokenType.STAR,
    "/": TokenType.SLASH,
    "(": TokenType.L_PAREN,
    ")": TokenType.R_PAREN,
    ",": TokenType.COMMA,
    ".": TokenType.DOT,
    "=": TokenType.EQ,
    "<": TokenType.LT,
    ">": TokenType.GT,
    ";": TokenType.SEMICOLON,
    ":": TokenType.COLON,
    "[": TokenType.L_BRACKET,
    "]": TokenType.R_BRACKET,
}


class InformixTokenizer(Tokenizer):
    """Splits a statement into tokens.

    Both quotes make strings (DELIMIDENT is off), doubled quotes stand for one, a backslash is only a backslash, and
    Informix reserves no words: every word is a VAR in lower case, what it means is the grammar's affair.
    Raises SqlError 202, 282, 283.
    """

    def tokenize(self, sql: str) -> list[Token]:
        """Split a statement; comments and blanks are left out."""
        tokens: list[Token] = []
        at = 0
        while at < len(sql):
            found = _SHAPES.match(sql, at)
            if found is None:
                raise _unreadable(sql, at)
            at = found.end()
            text = found.group()
            match found.lastgroup:
                case "string":
                    quote = text[0]
                    kind, text = TokenType.STRING, text[1:-1].replace(quote * 2, quote)
                case "number":
                    kind = TokenType.NUMBER
                case "word":
                    kind, text = TokenType.VAR, text.lower()
                case "sign":
                    kind = _SIGNS[text]
                case _:
                    continue
            tokens.append(Token(kind, text, start=found.start(), end=at - 1))
        return tokens


def _unreadable(sql: str, at: int) -> SqlError:
    if sql[at] in "'\"":
        return SqlError(282)
    if sql[at] == "{" or sql.startswith("/*", at):
        return SqlError(283)
    return SqlError(202)
