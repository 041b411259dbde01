"""One suite for both databases: every test that takes `ledger` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bus.ledger import Ledger

from .keeping import Keeper
from .support import Desk

Open = Callable[[], Ledger]
_ids = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """An empty ledger's URL."""
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('ledger_file')}"
    found: str = request.getfixturevalue("ledger_database")
    return found


@pytest.fixture
async def ledger(url: str) -> AsyncIterator[Ledger]:
    opened = Ledger(url, id=next(_ids))
    yield opened
    await opened.close()


@pytest.fixture
def desk(ledger: Ledger) -> Desk:
    """Shorthand for what tests do with `ledger` all the time."""
    return Desk(ledger)


@pytest.fixture
def keeper(ledger: Ledger, tmp_path: Path) -> Keeper:
    """Retention of `ledger`."""
    return Keeper(ledger, tmp_path / "archives")
