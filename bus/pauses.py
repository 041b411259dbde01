"""Follows what other processes, and commands beside them, pause and resume in the ledger that they share."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bus.ledger import Ledger, LedgerError, operate
from bus.ledger.session import Session

_log = structlog.get_logger("lienthong.pauses")

# An operator waits for it; it is one read of a table with a row for each paused system.
_LOOK = 1.0


class Pausable(Protocol):
    """An outlet, as far as pausing needs it."""

    paused: str | None

    def pause(self, reason: str) -> None:
        """Begin no more calls."""

    def resume(self) -> None:
        """Call again."""


class Pauses:
    """Keeps the outlets of this process as the ledger says. `known`: systems that it said were paused at the start."""

    def __init__(self, ledger: Ledger, outlets: Mapping[str, Pausable], known: Iterable[str]) -> None:
        self._ledger = ledger
        self._outlets = outlets
        self._known = frozenset(known)

    async def run(self) -> None:
        """Look until cancelled. A ledger that is away is waited for."""
        while True:
            await asyncio.sleep(_LOOK)
            try:
                await self.look()
            except (LedgerError, SQLAlchemyError) as error:
                _log.warning("the ledger is away", reason=type(error).__name__)

    async def look(self) -> None:
        """One look. What was not paused in the ledger before is none of its business: the configuration says so."""
        paused = await self._ledger.read(lambda connection: operate.paused(Session(connection)))
        for name, outlet in self._outlets.items():
            if name in paused and outlet.paused is None:
                outlet.pause(paused[name])
            elif name in self._known and name not in paused and outlet.paused is not None:
                outlet.resume()
        self._known = frozenset(paused)
