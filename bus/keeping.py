"""Retention beside a running bus: partitions for the time to come, and archives as often as the configuration says."""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from bus.config.model import Retention
from bus.ledger import Ledger, LedgerError, Unavailable
from bus.ledger.retention.archiver import Archiver
from bus.ledger.retention.plan import Plan

_log = structlog.get_logger("lienthong.retention")

# Partitions are made two intervals ahead, of which the shortest is a day.
_PARTITIONS = 3600.0


class Told(Protocol):
    """What the metrics are told."""

    def archived(self, messages: int) -> None: ...
    def archive_failed(self) -> None: ...
    def archivable(self, oldest: float | None) -> None: ...


def plan(settings: Retention) -> Plan:
    """As the configuration says."""
    return Plan(settings.keep, settings.folder, settings.max_file)


class Keeping:
    """One process of a bus does this. `settings`: `None` where everything stays."""

    def __init__(self, ledger: Ledger, settings: Retention | None, told: Told) -> None:
        self._ledger, self._settings, self._told = ledger, settings, told

    async def run(self) -> None:
        """Until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._partitions())
            if self._settings is not None:
                group.create_task(self._archives(self._settings))

    async def _partitions(self) -> None:
        while True:
            await asyncio.sleep(_PARTITIONS)
            try:
                await self._ledger.partitions()
            except LedgerError as error:
                _log.warning("partitions are made later", reason=str(error))

    async def _archives(self, settings: Retention) -> None:
        archiver = Archiver(self._ledger, plan(settings))
        while True:
            try:
                self._told.archivable(await archiver.oldest())
                done = await archiver.run()
                if done.kept:
                    _log.error("archives hold messages that the ledger neither has nor archived", kept=done.kept)
                if done.files or done.partitions:
                    _log.info("archived", files=done.files, messages=done.messages, dropped=done.partitions)
                if not done.busy:
                    self._told.archived(done.messages)
                    self._told.archivable(done.oldest)
            except Unavailable as error:
                self._told.archive_failed()
                _log.warning("the ledger is away", reason=str(error))
            except (LedgerError, OSError) as error:
                self._told.archive_failed()
                _log.error("not archived; everything stays in the ledger", reason=str(error))
            await asyncio.sleep(settings.every)
