"""What the ledger says of itself: to know when all is quiet, and that a test really hit something.

Never the measure of what arrived: that is counted at the simulated portals.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

from bus.ledger import read
from bus.ledger.engine import open_engine, open_reader

# What will still move by itself: not what stands behind a delivery that waits for an operator.
_MOVING = """
SELECT count(*) FROM delivery d WHERE d.state IN ('ready', 'sending') OR (d.state = 'waiting' AND NOT EXISTS (
  SELECT 1 FROM delivery p WHERE p.system = d.system AND p.lane = d.lane AND p.is_open AND p.position < d.position
  AND p.state IN ('held', 'rejected', 'dead')))
"""


class Book:
    """A ledger, read beside the bus that writes it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count(self, statement: str) -> int:
        """The number that `statement` selects."""
        with self._engine.connect() as connection:
            return int(connection.execute(text(statement)).scalar_one())

    @property
    def moving(self) -> int:
        """Deliveries that nobody has to wait for an operator for."""
        return self.count(_MOVING)

    @property
    def in_doubt(self) -> int:
        """Deliveries of which nobody knows whether they took effect."""
        return self.count("SELECT count(*) FROM delivery WHERE in_doubt_since IS NOT NULL OR state = 'sending'")

    @property
    def taken_over(self) -> int:
        """How often a delivery was taken over from a worker that is gone."""
        return self.count("SELECT count(*) FROM evidence WHERE action = 'taken-over'")

    @property
    def workers_gone(self) -> int:
        """Workers that ended without signing off."""
        return self.count("SELECT count(*) FROM worker WHERE state = 'gone'")

    def totals(self) -> dict[str, dict[str, int]]:
        """Deliveries by system and state."""
        with self._engine.connect() as connection:
            return read.totals(connection)

    def states(self) -> set[str]:
        """The states in which there are deliveries."""
        return {state for states in self.totals().values() for state in states}


@contextmanager
def book(url: str) -> Iterator[Book]:
    """Open the ledger at `url` for reading."""
    engine = open_reader(url) if url.startswith("sqlite") else open_engine(url)
    try:
        yield Book(engine)
    finally:
        engine.dispose()
