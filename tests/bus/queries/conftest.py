"""The office under test, closed at the end whatever happened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .world import Office


@pytest.fixture(params=["sqlite", "postgresql"])
async def office(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    """Over either database. Start it with the settings that the test needs."""
    sqlite = f"sqlite:///{tmp_path}/ledger.db"
    made = Office(sqlite if request.param == "sqlite" else request.getfixturevalue("database"), monkeypatch)
    yield made
    await made.end()
