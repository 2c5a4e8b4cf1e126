"""CUCM's SQL: Informix's dialect, answered from SQLite."""

from lscctl.simulator.informix.engine import Answer, query, update
from lscctl.simulator.informix.errors import SqlError
from lscctl.simulator.informix.routines import ServerClock

__all__ = ["Answer", "ServerClock", "SqlError", "query", "update"]
