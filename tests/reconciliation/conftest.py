"""What the tests of reconciliation share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reconciliation.books import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty folder of runs."""
    return Desk(tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty ledger's URL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    found: str = request.getfixturevalue("database")
    return found
