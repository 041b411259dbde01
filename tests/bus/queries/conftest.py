"""The office under test, closed at the end whatever happened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .world import Office


@pytest.fixture(params=["sqlite", "postgresql"])
async def office(
    request: pytest.FixtureRequest, ledger_file: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    """Over either database. Start it with the settings that the test needs."""
    sqlite = f"sqlite:///{ledger_file}"
    made = Office(sqlite if request.param == "sqlite" else request.getfixturevalue("ledger_database"), monkeypatch)
    yield made
    await made.end()
