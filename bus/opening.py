"""Opening the ledger when a process starts, with patience for a database that is away."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from bus.ledger import Ledger, Unavailable

T = TypeVar("T")

_log = structlog.get_logger("lienthong.opening")

_FIRST, _LONGEST = 0.25, 5.0


async def opened(
    open_: Callable[[], Ledger], patience: float | None, waiting: Callable[[str], Awaitable[None]]
) -> Ledger:
    """What `open_` (blocking) opens. `waiting` is told why, each time it could not be reached and will be tried again.

    Raises `Unavailable` after `patience` seconds (`None`: never), and at once any other `LedgerError`.
    """
    loop = asyncio.get_running_loop()
    began, pause = loop.time(), _FIRST
    while True:
        try:
            return await _aside(open_)
        except Unavailable as error:
            left = None if patience is None else began + patience - loop.time()
            if left is not None and left <= 0:
                raise
            reason = str(error)
        _log.warning("the ledger is away; waiting for it", reason=reason, patience=left)
        await waiting(reason)
        await asyncio.sleep(pause if left is None else min(pause, left))
        pause = min(2 * pause, _LONGEST)


async def _aside(work: Callable[[], T]) -> T:
    """`work` in a thread for which, unlike an executor's, nobody waits who is told to stop meanwhile."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(result: T | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]  # there is a result where there is no error

    def run() -> None:
        result, failed = None, None
        try:
            result = work()
        except BaseException as error:  # told to who waits, whatever it is
            failed = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, result, failed)

    threading.Thread(target=run, name="open-ledger", daemon=True).start()
    return await done


async def unless(stopping: asyncio.Event, work: Awaitable[None]) -> bool:
    """Do `work`; False if `stopping` was set before it was done, and it was cancelled."""
    task, told = asyncio.ensure_future(work), asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait({task, told}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        told.cancel()
    if task.done():
        await task
        return True
    task.cancel()
    await asyncio.wait({task})
    return False
