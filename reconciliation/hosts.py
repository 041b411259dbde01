"""One run of a day at a time on all machines that share a ledger in PostgreSQL."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from bus.ledger import Unavailable
from bus.ledger.engine import open_for_reading
from reconciliation.runs import Day, Locked

_CLASS = 4_902_350  # beside the ledger's own lock of migrations


@contextmanager
def held(ledger: str | None, place: Day) -> Iterator[None]:
    """Holds the day in the ledger, if that is one that several machines can use; nothing is written.

    Raises `runs.Locked` if another process has it, `bus.ledger.LedgerError` if the ledger is away.
    """
    if ledger is None or make_url(ledger).get_backend_name() != "postgresql":
        yield
        return
    key = zlib.crc32(f"{place.kind}/{place.system}/{place.day}".encode()) - (1 << 31)
    engine = open_for_reading(ledger)
    try:
        with _taken(engine, key) as got:
            if not got:
                raise Locked(f"another process reconciles {place.kind} of {place.system} on {place.day}")
            yield
    finally:
        engine.dispose()


@contextmanager
def _taken(engine: Engine, key: int) -> Iterator[bool]:
    try:
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        got = connection.execute(select(func.pg_try_advisory_lock(_CLASS, key))).scalar()
    except OperationalError as error:
        raise Unavailable(f"the database cannot be read: {str(error.orig).strip().splitlines()[0]}") from error
    with connection:
        yield bool(got)


__all__ = ["held"]
