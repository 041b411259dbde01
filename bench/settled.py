"""How many deliveries the ledger has settled as delivered: asked of the database itself, beside the bus."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Protocol
from urllib.parse import urlsplit

import psycopg

_STATES = "SELECT state, count(*) FROM delivery GROUP BY state"


class Look(Protocol):
    """Looks once."""

    def __call__(self) -> dict[str, int]:
        """Deliveries by state."""


@contextmanager
def looking(ledger: str) -> Iterator[Look]:
    """A connection that reads only. `ledger`: as in the configuration."""
    if ledger.startswith("sqlite"):
        path = urlsplit(ledger).path.removeprefix("/")
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as file:
            yield lambda: dict(file.execute(_STATES).fetchall())
        return
    with psycopg.connect(ledger, autocommit=True) as server:
        yield lambda: dict(server.execute(_STATES).fetchall())
