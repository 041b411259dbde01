"""Why a database could not be opened: is it away for now, or does it say no?"""

from __future__ import annotations

from psycopg import pq
from psycopg.conninfo import make_conninfo
from psycopg.errors import ConnectionTimeout
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from .records import LedgerError, Unavailable

# What PostgreSQL answers, in the language of most servers, when it has no room for another connection.
_FULL = ("too many clients", "connection slots are reserved", "too many connections")
# Class 08 and 57P: the connection broke, or the server is going down or coming up.
_PASSING = ("08", "57P")


def failure(engine: Engine, error: OperationalError) -> LedgerError:
    """`Unavailable` where waiting helps, else a plain `LedgerError`: a wrong password, an unknown database.

    What a refused connection was refused for, libpq tells in words of the server's language only; so it is asked again
    whether the server takes connections at all, which it tells without a password.
    """
    said = str(error.orig).strip().splitlines()[0]
    if engine.dialect.name != "postgresql":
        return LedgerError(f"the database cannot be opened: {said}")
    code = getattr(error.orig, "sqlstate", None)
    if isinstance(error.orig, ConnectionTimeout):
        passing = True
    else:
        passing = (_takes_none(engine) or _takes_us(engine)) if code is None else code.startswith(_PASSING)
    if passing or any(words in said for words in _FULL):
        return Unavailable(f"the database cannot be reached: {said}")
    return LedgerError(f"the database refuses us: {said} - correct ledger.url, or what the server allows")


def _takes_us(engine: Engine) -> bool:
    """Whether it takes us now: it came up between our attempt and the question whether it takes connections."""
    try:
        with engine.connect():
            return True
    except OperationalError:
        return False


def _takes_none(engine: Engine) -> bool:
    """Whether the server takes no connections now: it is not there, or starting, stopping, recovering."""
    _, arguments = engine.dialect.create_connect_args(engine.url)
    arguments.pop("context", None)  # psycopg's own, which libpq does not know
    # Short, because all threads of this process stand still meanwhile; who answers to nothing was a time-out before.
    conninfo = make_conninfo(**{**arguments, "connect_timeout": 2})
    return pq.PGconn.ping(conninfo.encode()) in (pq.Ping.NO_RESPONSE, pq.Ping.REJECT)
