"""What the ledger has settled, and of what it has evidence: asked of the database itself, beside the bus."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import LiteralString, Protocol
from urllib.parse import urlsplit

import psycopg

_STATES = "SELECT state, count(*) FROM delivery GROUP BY state"
_ACTIONS = "SELECT action, count(*) FROM evidence GROUP BY action"


class Look(Protocol):
    """Looks once."""

    def __call__(self) -> dict[str, int]:
        """Deliveries by state."""


@contextmanager
def looking(ledger: str) -> Iterator[Look]:
    """A connection that reads only. `ledger`: as in the configuration."""
    with _counting(ledger) as count:
        yield lambda: count(_STATES)


def recorded(ledger: str, action: str) -> int:
    """How many records of evidence have this action."""
    with _counting(ledger) as count:
        return count(_ACTIONS).get(action, 0)


@contextmanager
def _counting(ledger: str) -> Iterator[Callable[[LiteralString], dict[str, int]]]:
    if ledger.startswith("sqlite"):
        path = urlsplit(ledger).path.removeprefix("/")
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as file:
            yield lambda query: dict(file.execute(query).fetchall())
        return
    with psycopg.connect(ledger, autocommit=True) as server:
        yield lambda query: dict(server.execute(query).fetchall())
