"""What a process does besides its work: tell the gauges, forget old receipts, archive, tidy up behind the writers."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

import structlog

from bus.broker import Broker
from bus.config.model import Config
from bus.keeping import Keeping
from bus.ledger import Ledger, LedgerError, Unavailable, read, task_search
from bus.watch import Watch

_log = structlog.get_logger("lienthong.runtime")

_GAUGES = 5.0
_FORGET = 3600.0
_TIDY = 0.5


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """Of one process; `leads`: it does what one of several has to do for all. No work of it ends by itself."""

    config: Config
    ledger: Ledger
    broker: Broker
    watch: Watch
    leads: bool

    def works(self) -> Iterator[tuple[str, Coroutine[Any, Any, None]]]:
        """What has to run, by name."""
        yield "gauges", self._gauges()
        yield "receipts", self._forget()
        yield "checkpoints", self._tidy()
        if self.leads:
            yield "retention", Keeping(self.ledger, self.config.ledger.retention, self.watch).run()

    async def _gauges(self) -> None:
        while True:
            try:
                if self.leads:
                    backlog, blocked = await self.ledger.read(read.backlog), await self.ledger.read(read.blocked)
                    self.watch.ledger(backlog, blocked, frozenset(self.config.systems))
                    self.watch.tasks(await self.ledger.read(task_search.waiting))
            except Unavailable as error:
                _log.warning("the ledger is away", reason=str(error))
            self.watch.broker(self.broker.connected)
            self.watch.waiting(self.ledger.waiting)
            await asyncio.sleep(_GAUGES)

    async def _forget(self) -> None:
        while True:
            try:
                await self.ledger.forget_receipts(self.config.ledger.dedupe_for)
            except Unavailable as error:
                _log.warning("the ledger is away", reason=str(error))
            await asyncio.sleep(_FORGET)

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(_TIDY)
            try:
                await self.ledger.checkpoint()
            except LedgerError as error:  # a full disk: what is written is safe, and intake refuses by itself
                _log.warning("the write-ahead log was not moved", reason=str(error))
