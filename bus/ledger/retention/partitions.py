"""PostgreSQL: the partitions of message, attempt and evidence. SQLite has none."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from ..session import Session
from .calendar import Interval, ahead, bound, day_name, lowest_id

_log = structlog.get_logger("lienthong.ledger")

KEYS = {"message": "id", "attempt": "response_out", "evidence": "at"}

# Two processes must not do it at once: any numbers, as long as they are ours alone.
_LOCK = 4_902_350
_ARCHIVER = 4_902_351

# How many are there before they are needed: a bus that is stopped for that long writes to none that is missing.
_AHEAD = 2

# Whoever waits for a table's lock makes everybody wait who comes after. Milliseconds.
PATIENCE = 500

_LISTED = """
SELECT c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bound
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass(:parent)
"""


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition: from `begin` (`None`: from ever) up to `end`, in seconds since 1970. The default one, without
    `end`, holds what no other does."""

    table: str
    name: str
    begin: float | None
    end: float | None


def listed(session: Session, table: str) -> list[Partition]:
    """The partitions of `table`, oldest first, the default one last."""
    rows = session.run(_LISTED, parent=table)
    found = [Partition(table, row.name, bound("FROM", row.bound), bound("TO", row.bound)) for row in rows]
    return sorted(found, key=lambda one: (one.end is None, one.end or 0.0))


def due(partitions: list[Partition], before: float) -> list[Partition]:
    """Those in which everything is older than `before`."""
    return [one for one in partitions if one.end is not None and one.end <= before]


def settled(partitions: list[Partition], before: float) -> float:
    """What is older than this moment is in partitions that are wholly older than `before`, or in the default one."""
    return next((one.begin or 0.0 for one in partitions if one.end is not None and one.end > before), 0.0)


def ensure(engine: Engine, now: float, interval: Interval) -> int:
    """Make what is missing for now and the next intervals; how many those were. A table that is busy is left for the
    next time: the default partition takes what comes meanwhile, and it is moved then."""
    if engine.dialect.name != "postgresql":
        return 0
    try:
        with engine.begin() as connection:
            session = Session(connection)
            session.run(f"SET LOCAL lock_timeout = {PATIENCE}")
            session.run(f"SELECT pg_advisory_xact_lock({_LOCK})")
            return sum(_make(session, table, begin, end) for table, begin, end in _missing(session, now, interval))
    except DBAPIError as error:
        if not timed_out(error):
            raise
        _log.warning("partitions are made later: the tables are busy")
        return 0


def only_archiver(connection: Connection) -> bool:
    """Take the lock of whoever archives, until the session ends; False if another has it."""
    taken = bool(Session(connection).run(f"SELECT pg_try_advisory_lock({_ARCHIVER})")[0][0])
    connection.commit()
    return taken


def let_go(connection: Connection) -> None:
    """Give that lock back. Where the connection is lost, it ended with the session."""
    try:
        Session(connection).run(f"SELECT pg_advisory_unlock({_ARCHIVER})")
        connection.commit()
    except DBAPIError as error:
        _log.warning("the connection of whoever archives was lost", reason=str(error.orig))
        connection.invalidate()
    connection.close()


def timed_out(error: DBAPIError) -> bool:
    """A lock was not to be had in time."""
    return getattr(error.orig, "sqlstate", None) == "55P03"


def literal(table: str, seconds: float) -> str:
    """A bound of `table` as SQL."""
    return f"'{lowest_id(seconds)}'" if table == "message" else f"'{seconds!r}'"


def _missing(session: Session, now: float, interval: Interval) -> list[tuple[str, float, float]]:
    found = []
    for table in KEYS:
        ends = [one.end for one in listed(session, table) if one.end is not None]
        # Where all were dropped a gap to the last of them does no harm: the default partition holds what is older.
        begin = max(ends, default=now - now % 86400)
        found += [(table, *bounds) for bounds in ahead(interval, begin, now, _AHEAD)]
    return found


def _make(session: Session, table: str, begin: float, end: float) -> int:
    name, key = f"{table}_from_{day_name(begin)}", KEYS[table]
    low, high = literal(table, begin), literal(table, end)
    session.run(f"LOCK TABLE {table}_default IN ACCESS EXCLUSIVE MODE")
    session.run(f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS)")
    session.run(f"""WITH moved AS (DELETE FROM {table}_default WHERE {key} >= {low} AND {key} < {high} RETURNING *)
      INSERT INTO {name} SELECT * FROM moved""")
    session.run(f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ({low}) TO ({high})")
    return 1
