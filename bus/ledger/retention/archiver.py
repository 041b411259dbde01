"""Retention at work: what is finished for long enough leaves the ledger for archives, batch by batch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import Connection

from .. import read
from ..evidence import Chain
from ..ledger import Ledger
from ..records import LedgerError
from ..session import Session
from . import files, select
from .binder import Binder
from .plan import Batch, Changed, Edge, Plan
from .remove import Removed, remove

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """`begin` is told how many messages there are, `advance` how many more are on the disk."""

    begin: Callable[[int], None]
    advance: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Run:
    """What one run did. `busy`: another process was at it, and nothing was done. `cleared` and `kept`: see
    `files.clear`. `oldest`: when the first message was received that may leave and is still there (seconds since 1970).
    """

    files: tuple[str, ...] = ()
    messages: int = 0
    evidence: int = 0
    bytes: int = 0
    partitions: tuple[str, ...] = ()
    cleared: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    busy: bool = False
    oldest: float | None = None


class Archiver:
    """Runs of one plan. `actor` stands in the evidence. `step` is told `written`, `renamed` and `removed`, so that
    tests can stop a run at each."""

    def __init__(
        self, ledger: Ledger, plan: Plan, actor: str = "bus", step: Callable[[str], None] = lambda name: None
    ) -> None:
        self._ledger, self._plan, self._actor, self._step = ledger, plan, actor, step
        self._stopped = False

    async def run(self, progress: Progress | None = None, now: float | None = None) -> Run:
        """Archive what may leave `now` (seconds since 1970; the database's time unless given). Raises `LedgerError`,
        `OSError`; what was archived until then stays archived."""
        async with self._ledger.alone() as alone:
            if not alone:
                return Run(busy=True)
            await asyncio.to_thread(files.prepare, self._plan.folder)
            cleared, kept = await self._read(self._clear)
            done = Run(cleared=tuple(cleared), kept=tuple(kept))
            edge = await self._read(lambda connection: select.edge(connection, self._plan.keep, now))
            if progress is not None:
                progress.begin(await self._read(lambda connection: select.count(connection, edge)))
            while (batch := await self._bind(edge, progress)).files:
                done = _added(done, batch, await self._remove(batch, edge))
            if not self._ledger.embedded:
                done = _added(done, batch, await self._remove(batch, edge))
            return replace(done, oldest=await self.oldest(now))

    async def oldest(self, now: float | None = None) -> float | None:
        """When the first message was received that may leave `now` (seconds since 1970)."""

        def find(connection: Connection) -> float | None:
            return select.oldest(connection, select.edge(connection, self._plan.keep, now))

        return await self._read(find)

    async def _bind(self, edge: Edge, progress: Progress | None) -> Batch:
        return await self._read(lambda connection: self._write(connection, edge, progress))

    async def _remove(self, batch: Batch, edge: Edge) -> Removed:
        def run(session: Session, chain: Chain) -> Removed:
            done = remove(session, chain, batch, edge.cutoff, self._actor)
            self._step("removed")
            return done

        try:
            return await self._ledger.archive(run)
        except Changed as error:
            for file in batch.files:
                (self._plan.folder / file["file"]).unlink()
            raise LedgerError(f"{error}; nothing was removed, the next run takes it") from error

    def _clear(self, connection: Connection) -> tuple[list[str], list[str]]:
        known = select.origin(connection)
        recorded = {row["file"] for row in read.archives(connection)}

        def present(ids: Sequence[str]) -> int:
            return select.present(connection, ids)

        return files.clear(self._plan.folder, known.ledger, recorded, present)

    def _write(self, connection: Connection, edge: Edge, progress: Progress | None) -> Batch:
        """In a thread of its own: read, and write the files of one batch."""
        most = self._plan.messages(self._ledger.embedded)
        binder = Binder(self._plan.folder, select.origin(connection), self._plan.max_file, edge.now, self._step)
        try:
            for page in select.messages(connection, edge, most):
                if self._stopped:
                    raise LedgerError("stopped while an archive was written; the next run begins again")
                for message in page:
                    binder.message(message)
                if progress is not None:
                    progress.advance(len(page))
            if len(binder.batch.messages) < most:
                for records in select.loose(connection, edge, most):
                    binder.evidence(records)
            return binder.finish()
        except BaseException:
            binder.abandon()
            raise

    async def _read(self, query: Callable[[Connection], T]) -> T:
        """In a thread of its own, which is waited for also where the run is cancelled."""
        work = asyncio.ensure_future(asyncio.to_thread(self._ledger.query, query))
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            self._stopped = True
            await asyncio.wait([work])
            raise


def _added(done: Run, batch: Batch, removed: Removed) -> Run:
    names = tuple(str(file["file"]) for file in batch.files)
    return replace(
        done,
        files=done.files + names,
        messages=done.messages + removed.messages,
        evidence=done.evidence + batch.count("evidence"),
        bytes=done.bytes + batch.count("bytes"),
        partitions=done.partitions + removed.partitions,
    )
