"""The simulator's own grammar of AXL messages: all that the AXL schemas allow, for every schema version."""

from lscctl.simulator.grammar.fields import Field
from lscctl.simulator.grammar.grammar import (
    VERSIONS,
    Grammar,
    GrammarError,
    UnknownVersion,
    WrongValue,
)

__all__ = ["VERSIONS", "Field", "Grammar", "GrammarError", "UnknownVersion", "WrongValue"]
