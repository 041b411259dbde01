"""A ledger of its own for every test, from a copy that was migrated once; and every answer must be documented."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bus.ledger import Ledger

from .support import House, documented, house


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "ledger.db"
    opened = Ledger(f"sqlite:///{path}", id=1)
    asyncio.run(opened.close())
    return path


@pytest.fixture
def fresh(migrated: Path, tmp_path: Path) -> Path:
    """An empty ledger."""
    return Path(shutil.copy(migrated, tmp_path / "ledger.db"))


@pytest.fixture
async def bus(fresh: Path) -> AsyncIterator[House]:
    async with house(fresh) as running:
        yield running
        documented(running)
