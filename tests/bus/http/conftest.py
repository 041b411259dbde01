"""A ledger of its own for every test, from a copy that was migrated once; and every answer must be documented."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .support import House, documented, house


@pytest.fixture
def fresh(ledger_file: Path) -> Path:
    """An empty ledger."""
    return ledger_file


@pytest.fixture
async def bus(fresh: Path) -> AsyncIterator[House]:
    async with house(fresh) as running:
        yield running
        documented(running)
