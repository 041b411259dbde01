"""Follows what other processes, and commands beside them, pause and resume in the ledger that they share."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Protocol

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bus.ledger import Ledger, LedgerError, operate
from bus.ledger.session import Session

_log = structlog.get_logger("lienthong.pauses")

# An operator waits for it; it is one read of a table with a row for each paused system.
_LOOK = 1.0


class Pausable(Protocol):
    """A gate, as far as pausing needs it."""

    paused: str | None

    def pause(self, reason: str) -> None:
        """Begin no more calls."""

    def resume(self) -> None:
        """Call again."""


class Pauses:
    """Keeps the gates of this process as the ledger says. `paused`, `resumed`: what it said at the start."""

    def __init__(
        self, ledger: Ledger, gates: Mapping[str, Pausable], paused: Iterable[str], resumed: Iterable[str] = ()
    ) -> None:
        self._ledger = ledger
        self._gates = gates
        self._paused = frozenset(paused)
        self._resumed = frozenset(resumed)

    async def run(self) -> None:
        """Look until cancelled. A ledger that is away is waited for."""
        while True:
            await asyncio.sleep(_LOOK)
            try:
                await self.look()
            except (LedgerError, SQLAlchemyError) as error:
                _log.warning("the ledger is away", reason=type(error).__name__)

    async def look(self) -> None:
        """One look. A system is resumed where the ledger said so since the last one; before, the configuration did."""
        paused, resumed = await self._ledger.read(_said)
        news = (self._paused - paused.keys()) | (resumed - self._resumed)
        for name, gate in self._gates.items():
            if name in paused and gate.paused is None:
                gate.pause(paused[name])
            elif name in news and name not in paused and gate.paused is not None:
                gate.resume()
        self._paused, self._resumed = frozenset(paused), frozenset(resumed)


def _said(connection: Connection) -> tuple[dict[str, str], set[str]]:
    session = Session(connection)
    return operate.paused(session), operate.resumed(session)
