"""The bus under test, stopped at the end whatever happened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .world import World


@pytest.fixture
async def world(ledger_file: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Over SQLite. Start it with the settings that the test needs."""
    made = World(f"sqlite:///{ledger_file}", monkeypatch)
    yield made
    await made.end()


@pytest.fixture
async def shared(ledger_database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Over PostgreSQL, where several buses may be started side by side."""
    made = World(ledger_database, monkeypatch)
    yield made
    await made.end()
