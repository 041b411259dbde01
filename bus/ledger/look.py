"""A look into a ledger that somebody else may be using: needs no lock and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from . import engine as opening
from .records import Unavailable

T = TypeVar("T")


def is_there(url: str) -> bool:
    """Whether there is an SQLite file of this name; of PostgreSQL only a connection knows."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").is_file()


def look(url: str, query: Callable[[Connection], T]) -> T:
    """What `query` (of `bus.ledger.read`) gives. Raises `LedgerError` for a ledger that is away, or is none.

    One in SQLite must be there: see `is_there`.
    """
    engine = opening.open_for_reading(url)
    try:
        opening.check_version(engine)
        with engine.connect() as connection:
            return query(connection)
    except OperationalError as error:
        raise Unavailable(f"the database cannot be read: {str(error.orig).strip().splitlines()[0]}") from error
    finally:
        engine.dispose()
