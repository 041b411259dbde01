"""The ledger as the rest of the bus sees it: asynchronous, one call a thing that happens."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from . import accept, claim, engine, move, operate, reach, read, relay, settle, workers
from .claim import Wanted
from .evidence import Chain, Deed
from .moving import Move
from .records import Accepted, Claimed, Conflict, LedgerError, NewMessage, Settled, Settlement, Unavailable
from .retention import partitions
from .retention.calendar import Interval
from .retention.files import Archives, Found
from .session import Session
from .writer import Kind, Writer

T = TypeVar("T")
Observe = Callable[[str, int, float], None]

FOREVER = float("inf")


class Ledger:
    """One open ledger. `id` is the worker incarnation of this process, in whose name it claims."""

    def __init__(
        self,
        url: str,
        *,
        id: int,
        group: int = 200,
        hint_timeout: float = 30.0,
        observe: Observe | None = None,
        existing: bool = False,
        archives: Path | None = None,
        partition: Interval = "month",
    ) -> None:
        """Open the database, migrate it and sign on. Blocking. Raises `LedgerError`.

        `existing`: for who only visits: refuse what is not there or is of another version, instead of making it so.
        `archives`: the folder in which `archived` looks; `partition`: the length of PostgreSQL's partitions.
        """
        self.id = id
        self.url = url
        if existing:
            engine.check_exists(url)
        self._lock = engine.lock(url)
        self._engine = engine.open_engine(url)
        self.embedded = self._engine.dialect.name == "sqlite"
        try:
            engine.check_durability(self._engine)
            (engine.check_version if existing else engine.migrate)(self._engine)
            if not existing:
                partitions.ensure(self._engine, time.time(), partition)
        except OperationalError as error:
            why = reach.failure(self._engine, error)
            self._let_go()
            raise why from error
        except BaseException:
            self._let_go()
            raise
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="ledger-read")
        self._reading = engine.open_for_reading(url)
        self._hint_timeout = hint_timeout
        seen = observe or (lambda kind, size, seconds: None)
        # Intake and dispatch commit side by side where the database has more than one writer.
        self._intake = Writer(self._engine, f"{id:x}.intake", seen)
        self._work = self._intake if self.embedded else Writer(self._engine, f"{id:x}.work", seen)
        self._pulse = self._intake if self.embedded else Writer(self._engine, f"{id:x}.pulse", seen)
        self._archive = self._intake if self.embedded else Writer(self._engine, f"{id:x}.archive", seen)
        self._archives, self._partition = archives, partition
        self._accept = Kind("accept", self._run_accept, limit=group)
        # A claim or settle whose COMMIT was not answered must be found out about, however long that takes.
        self._claim = Kind("claim", self._run_claim, self._look_claim, limit=group, patience=FOREVER)
        self._settle = Kind("settle", self._run_settle, self._look_settle, limit=group, patience=FOREVER)
        self._record = Kind("record", _run_record, limit=group)
        self._single = Kind("single", _run_single, limit=1)
        with self._engine.begin() as connection:
            workers.register(Session(connection), id, socket.gethostname(), os.getpid())

    @property
    def waiting(self) -> int:
        """Commits that callers of intake are waiting for."""
        return self._intake.waiting

    async def accept(self, request: Sequence[NewMessage]) -> list[Accepted] | Conflict:
        """Store one request, whole or not at all. Raises `Unavailable` when the database cannot be reached."""
        return await self._intake.submit(self._accept, request)

    async def claim(self, wanted: Sequence[Wanted]) -> list[Claimed]:
        """Claim what can be claimed of `wanted`, with the runs that may go along, in lane order."""
        try:
            return await self._work.submit(self._claim, wanted)
        except Unavailable:
            raise
        except LedgerError:
            # Another process took the same lane in the same moment, and the unique index said no.
            if len(wanted) > 1:
                middle = len(wanted) // 2
                return await self.claim(wanted[:middle]) + await self.claim(wanted[middle:])
            with suppress(Unavailable):  # then the relay finds it when its hint has timed out
                await self.call(lambda session, _: relay.look_again(session, wanted[0].id))
            return []

    async def settle(self, settlements: Sequence[Settlement]) -> list[Settled]:
        """Settle the items of one call together. Waits for the database however long it is away."""
        return await self._work.submit(self._settle, settlements)

    async def record(self, deeds: Sequence[Deed]) -> None:
        """Write evidence of what leaves no other trace. Raises `Unavailable`; after a COMMIT whose answer was lost the
        same deed may stand there twice."""
        await self._intake.submit(self._record, deeds)

    async def due(self, system: str, window: int) -> tuple[list[int], int]:
        """Deliveries of `system` that need a hint now, and how many hints are out (see `relay.due`)."""
        return await self.call(lambda session, _: relay.due(session, system, window, self._hint_timeout))

    async def reset(self, system: str | None = None) -> None:
        """Consider all hints lost."""
        await self.call(lambda session, _: relay.reset(session, system))

    async def orphans(self) -> set[int]:
        """Deliveries that wait behind nobody. Who is one twice in a row was left behind by a crash."""
        return await self.call(lambda session, _: relay.orphans(session))

    async def wake(self, ids: Iterable[int]) -> int:
        """Make ready what still waits; how many that were."""
        return await self.call(lambda session, _: relay.wake(session, ids))

    async def beat(self) -> bool:
        """Renew this worker's leases; False if it was declared gone."""
        return await self._pulse.submit(self._single, lambda session, _: workers.beat(session, self.id))

    async def others(self) -> list[workers.Worker]:
        """Other incarnations that count as alive."""
        return await self._pulse.submit(self._single, lambda session, _: workers.others(session, self.id))

    async def declare_gone(self, worker: workers.Worker) -> bool:
        """Compare-and-set on the counter."""
        return await self._pulse.submit(self._single, lambda session, _: workers.declare_gone(session, worker))

    async def take_over(
        self, judge: Callable[[workers.TakenOver], workers.Aftermath], most: int = 500
    ) -> list[workers.TakenOver]:
        """Take over deliveries, at most `most`, that gone workers were sending."""

        def run(session: Session, chain: Chain) -> list[workers.TakenOver]:
            found = workers.abandoned(session, most)
            return workers.take_over(session, chain, found, [judge(one) for one in found]) if found else []

        return await self.call(run)

    async def call(self, run: Callable[[Session, Chain], T]) -> T:
        """Run `run` in a transaction of its own."""
        result: T = await self._work.submit(self._single, run)
        return result

    async def checkpoint(self) -> None:
        """Tidy up behind the writers; PostgreSQL does that itself."""
        if self.embedded:
            await asyncio.get_running_loop().run_in_executor(self._readers, engine.checkpoint, self._engine)

    async def forget_receipts(self, age: float) -> None:
        """Forget receipts older than `age` seconds, in transactions that hold nobody up for long."""
        while await self.call(lambda session, _: accept.forget_receipts(session, age)) > 0:
            pass

    async def replay(
        self, message: str, system: str | None, actor: str, force: bool
    ) -> list[operate.Replayed | operate.Refused]:
        """See `operate.replay`."""
        return await self.call(lambda s, chain: operate.replay(s, chain, message, system, actor, force))

    async def cancel(self, message: str, system: str | None, actor: str, reason: str) -> list[int | operate.Refused]:
        """See `operate.cancel`. Who waited behind what was cancelled may go at once."""
        outcomes = await self.call(lambda s, chain: operate.cancel(s, chain, message, system, actor, reason))
        await self.wake(await self.orphans())
        return outcomes

    async def move(self, wanted: Move, actor: str, after: int = 0, most: int = move.STEP) -> move.Step:
        """See `move.step`. Each step is a transaction of its own, and may be repeated."""
        step = await self.call(lambda s, chain: move.step(s, chain, wanted, actor, after, most))
        if step.next is None and step.left:
            await self.wake(await self.orphans())  # what stays, and no longer stands behind anything
        return step

    async def pause(self, system: str, actor: str, reason: str) -> None:
        """See `operate.pause`."""
        await self.call(lambda s, chain: operate.pause(s, chain, system, actor, reason))

    async def resume(self, system: str, actor: str, configured: bool = False) -> bool:
        """See `operate.resume`."""
        return await self.call(lambda s, chain: operate.resume(s, chain, system, actor, configured))

    async def resumed(self, configured: Collection[str]) -> set[str]:
        """See `operate.forget_resumed`."""
        return await self.call(lambda session, _: operate.forget_resumed(session, configured))

    async def paused(self) -> dict[str, str]:
        """The paused systems and why."""
        return await self.call(lambda session, _: operate.paused(session))

    async def remember(self, policies: dict[str, str]) -> None:
        """Keep policies (id to body) that deliveries will name."""
        rows = [{"id": id, "body": body} for id, body in policies.items()]
        statement = """INSERT INTO policy (id, body) SELECT x.id, x.body FROM {rows:id text, body text}
          WHERE true ON CONFLICT (id) DO NOTHING"""
        await self.call(lambda session, _: session.run(statement, rows=rows))

    async def policy(self, id: str) -> str | None:
        """The body of a policy that an earlier configuration stamped."""
        rows = await self.call(lambda session, _: session.run("SELECT body FROM policy WHERE id = :id", id=id))
        return rows[0].body if rows else None

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query of `bus.ledger.read` beside the writers. Raises `Unavailable` when the database is away."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.query, query)

    def query(self, query: Callable[[Connection], T]) -> T:
        """As `read`, in the thread of the caller, who may take long."""
        try:
            with self._reading.connect() as connection:
                return query(connection)
        except OperationalError as error:
            raise Unavailable("the database cannot be reached") from error

    async def archive(self, run: Callable[[Session, Chain], T]) -> T:
        """As `call`, where a long transaction makes neither dispatch nor intake wait (on SQLite all wait for it)."""
        result: T = await self._archive.submit(self._single, run)
        return result

    async def archived(self, id: str) -> Found:
        """Where a message may be that the ledger does not hold. Raises `LedgerError` for an archive that is broken."""
        rows = await self.read(lambda connection: read.archives_of(connection, id))
        return await asyncio.to_thread(Archives(self._archives, rows).find, id)

    async def partitions(self) -> None:
        """Make PostgreSQL's partitions for the next time, if they are missing. Raises `LedgerError`."""
        try:
            await asyncio.to_thread(partitions.ensure, self._engine, time.time(), self._partition)
        except OperationalError as error:
            raise Unavailable("the database cannot be reached") from error
        except DBAPIError as error:
            raise LedgerError(f"partitions: {str(error.orig).strip().splitlines()[0]}") from error

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[bool]:
        """Whether this process alone archives, for as long as the context lasts."""
        if self.embedded:
            yield True
            return
        try:
            connection = await asyncio.to_thread(self._engine.connect)
        except OperationalError as error:
            raise Unavailable("the database cannot be reached") from error
        try:
            try:
                taken = await asyncio.to_thread(partitions.only_archiver, connection)
            except OperationalError as error:
                raise Unavailable("the database cannot be reached") from error
            yield taken
        finally:
            await asyncio.to_thread(partitions.let_go, connection)

    async def close(self) -> None:
        """Finish what is waiting, sign off, let go of the lock."""
        await self._pulse.submit(self._single, lambda session, _: workers.sign_off(session, self.id))
        for writer in {self._intake, self._work, self._pulse, self._archive}:
            await writer.close()
        self._readers.shutdown()
        self._reading.dispose()
        self._let_go()

    def _let_go(self) -> None:
        self._engine.dispose()
        if self._lock is not None:
            self._lock.close()

    def _run_accept(
        self, session: Session, chain: Chain, requests: Sequence[Sequence[NewMessage]], _ticket: int
    ) -> Sequence[list[Accepted] | Conflict]:
        return accept.accept(session, chain, requests, self._hint_timeout)

    def _run_claim(
        self, session: Session, _chain: Chain, wanted: Sequence[Sequence[Wanted]], ticket: int
    ) -> Sequence[Any]:
        flat = [want for wants in wanted for want in wants]
        done = claim.claim(session, flat, self.id, ticket)
        return _share(done, wanted)

    def _look_claim(
        self, session: Session, wanted: Sequence[Sequence[Wanted]], results: Sequence[Any]
    ) -> Sequence[list[Claimed]]:
        """Write, commit, then look: what was marked waiting may stand at the head by now."""
        waiting = [id for _, ids in results for id in ids]
        if waiting and (woken := claim.heads(session, waiting)):
            relay.wake(session, woken)
        return [claimed for claimed, _ in results]

    def _run_settle(
        self, session: Session, chain: Chain, settlements: Sequence[Sequence[Settlement]], _ticket: int
    ) -> Sequence[list[Settled]]:
        flat = settle.settle(session, chain, [one for call in settlements for one in call], self._hint_timeout)
        return _unflatten(flat, settlements)

    def _look_settle(
        self, session: Session, settlements: Sequence[Sequence[Settlement]], results: Sequence[list[Settled]]
    ) -> Sequence[list[Settled]]:
        heads = settle.heads(session, [one for call in settlements for one in call])
        return [
            [replace(done, next=heads.get(one.claimed.id)) for one, done in zip(call, result, strict=True)]
            for call, result in zip(settlements, results, strict=True)
        ]


def _run_record(session: Session, chain: Chain, groups: Sequence[Sequence[Deed]], _ticket: int) -> Sequence[None]:
    chain.append(session, [deed for group in groups for deed in group])
    return [None] * len(groups)


def _run_single(
    session: Session, chain: Chain, calls: Sequence[Callable[[Session, Chain], Any]], _ticket: int
) -> Sequence[Any]:
    return [call(session, chain) for call in calls]


def _share(done: claim.Claim, wanted: Sequence[Sequence[Wanted]]) -> list[tuple[list[Claimed], list[int]]]:
    """Give each caller what it asked for: heads by id, followers of a run with their head."""
    owner = {want.id: index for index, wants in enumerate(wanted) for want in wants}
    lanes: dict[tuple[str, str], int] = {}
    shares: list[tuple[list[Claimed], list[int]]] = [([], []) for _ in wanted]
    for one in done.claimed:
        if one.leads and one.id in owner:
            shares[owner[one.id]][0].append(one)
            if one.lane is not None:
                lanes[one.system, one.lane] = owner[one.id]
        elif one.lane is not None and (one.system, one.lane) in lanes:
            shares[lanes[one.system, one.lane]][0].append(one)
    for id in done.waiting:
        shares[owner[id]][1].append(id)
    return shares


def _unflatten(flat: Sequence[T], shape: Iterable[Sequence[Any]]) -> list[list[T]]:
    items = iter(flat)
    return [[next(items) for _ in part] for part in shape]
