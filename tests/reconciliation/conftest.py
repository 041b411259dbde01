"""What the tests of reconciliation share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reconciliation.books import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty folder of runs."""
    return Desk(tmp_path)
