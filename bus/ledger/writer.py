"""Group commit: one thread, one connection; one transaction carries all callers that are waiting.

Nobody waits when the writer is idle, and under load groups grow by themselves. Work of one kind never shares a
transaction with another's. A deadlock is repeated; an error halves the group until the bad caller is alone; after a
lost connection the group is repeated, which every kind must bear (receipts, claim numbers and attempts see to it).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from .evidence import Chain
from .records import LedgerError, Unavailable
from .session import Session

I = TypeVar("I")  # noqa: E741  # an item, as in Item
R = TypeVar("R")

_log = structlog.get_logger("lienthong.ledger")

# Deadlock and serialisation failures of PostgreSQL: nothing was done, repeat.
_REPEAT = frozenset({"40P01", "40001"})
_REPEATS = 5
# The server goes down; or it ended a session that stood still in a transaction: ours, if this process was frozen.
_ENDED = frozenset({"57P01", "57P02", "57P03", "25P03"})
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class Kind(Generic[I, R]):
    """One kind of work. `run` makes one result an item; `look` (after the commit) may replace the results.

    `patience` (seconds): how long callers wait for a database that cannot be reached before `Unavailable`.
    """

    name: str
    run: Callable[[Session, Chain, Sequence[I], int], Sequence[R]]
    look: Callable[[Session, Sequence[I], Sequence[R]], Sequence[R]] | None = None
    limit: int = 200
    patience: float = 5.0


class Writer:
    """Runs kinds in turn on one connection."""

    def __init__(self, engine: Engine, chain: str, observe: Callable[[str, int, float], None]) -> None:
        self._engine = engine
        self._chain = Chain(chain)
        self._observe = observe
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"ledger-{chain}")
        self._waiting: dict[Kind[Any, Any], deque[tuple[Any, asyncio.Future[Any]]]] = {}
        self._task: asyncio.Task[None] | None = None
        self._ticket = 0
        self._closed = False
        self._stale = False  # the chain's head is unknown after a COMMIT whose answer was lost

    @property
    def waiting(self) -> int:
        """Callers that are waiting for a commit."""
        return sum(len(queue) for queue in self._waiting.values())

    async def submit(self, kind: Kind[I, R], item: I) -> R:
        """Have `item` done in the next group of its kind. Raises what it alone failed with."""
        if self._closed:
            raise Unavailable("the ledger is closed")
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(kind, deque()).append((item, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain(), name="ledger-writer")
        return await future

    async def close(self) -> None:
        """Finish what is waiting, then stop."""
        self._closed = True
        if self._task is not None:
            await self._task
        self._thread.shutdown()

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        while kind := next((kind for kind, queue in self._waiting.items() if queue), None):
            queue = self._waiting.pop(kind)
            group = [queue.popleft() for _ in range(min(len(queue), kind.limit))]
            self._waiting[kind] = queue  # to the end: kinds take turns
            items = [item for item, _ in group]
            results = await loop.run_in_executor(self._thread, self._group, kind, items)
            for (_, future), result in zip(group, results, strict=True):
                if future.done():
                    continue
                if isinstance(result, BaseException):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    def _group(self, kind: Kind[Any, Any], items: Sequence[Any]) -> Sequence[Any]:
        self._ticket += 1
        return self._commit(kind, items, self._ticket, time.monotonic() + kind.patience)

    def _commit(self, kind: Kind[Any, Any], items: Sequence[Any], ticket: int, until: float) -> Sequence[Any]:
        """One result or exception an item."""
        pause, repeats = _FIRST_PAUSE, 0
        while True:
            try:
                return self._transaction(kind, items, ticket)
            except DBAPIError as error:
                if _lost(error):
                    if time.monotonic() >= until or self._closed:
                        return [Unavailable(f"the database cannot be reached: {_first_line(error)}")] * len(items)
                    time.sleep(pause)
                    pause = min(2 * pause, _LONGEST_PAUSE)
                elif getattr(error.orig, "sqlstate", None) in _REPEAT and repeats < _REPEATS:
                    repeats += 1
                else:
                    return self._halve(kind, items, ticket, until, LedgerError(_first_line(error)))
            except Exception as error:  # a defect met by one item must not fail its neighbours
                _log.exception("ledger group failed", kind=kind.name, items=len(items))
                return self._halve(kind, items, ticket, until, error)

    def _halve(
        self, kind: Kind[Any, Any], items: Sequence[Any], ticket: int, until: float, error: Exception
    ) -> Sequence[Any]:
        if len(items) == 1:
            return [error]
        middle = len(items) // 2
        first = self._commit(kind, items[:middle], ticket, until)
        return [*first, *self._commit(kind, items[middle:], ticket, until)]

    def _transaction(self, kind: Kind[Any, Any], items: Sequence[Any], ticket: int) -> Sequence[Any]:
        started = time.perf_counter()
        with self._engine.connect() as connection:
            try:
                with connection.begin():
                    session = Session(connection)
                    if self._stale:
                        self._chain.reload(session)
                    self._chain.rewind()
                    results = kind.run(session, self._chain, items, ticket)
                self._chain.advance()
                self._stale = False
            except DBAPIError as error:
                self._stale = self._stale or _lost(error)
                raise
            if kind.look is not None:
                with connection.begin():
                    results = kind.look(Session(connection), items, results)
        self._observe(kind.name, len(items), time.perf_counter() - started)
        return results


def _lost(error: DBAPIError) -> bool:
    """The database went away (or is not there): nothing is known of the transaction."""
    state = getattr(error.orig, "sqlstate", "")
    if error.connection_invalidated or (state is None and isinstance(error, OperationalError)):
        return True
    return bool(state) and (state.startswith("08") or state in _ENDED)


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0]
