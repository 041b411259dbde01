"""Carries out one call, with the fault that hit it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import singledispatch

from .faults import (
    Busy,
    Dice,
    Down,
    DropAfterEffect,
    Fault,
    Http500,
    LateEffect,
    Malformed,
    Oversized,
    Slow,
    TimeoutAfterEffect,
    TimeoutBeforeEffect,
    WrongCharset,
)
from .wire import PIECE, Exchange


@dataclass(frozen=True, slots=True)
class Done:
    """A call that took effect: the body to answer, and what to call when it was answered.

    `kind`: content type, where it is not that of the exchange.
    """

    body: bytes
    answered: Callable[[], None]
    status: int = 200
    kind: str | None = None


Work = Callable[[], Done]


class Later:
    """Effects that are still to come."""

    def __init__(self) -> None:
        self._handles: set[asyncio.TimerHandle] = set()

    def __len__(self) -> int:
        return len(self._handles)

    def schedule(self, seconds: float, work: Work) -> None:
        """Let `work` take effect in so many seconds."""

        def run() -> None:
            self._handles.discard(handle)
            work()

        handle = asyncio.get_running_loop().call_later(seconds, run)
        self._handles.add(handle)

    def forget(self) -> None:
        """Cancel everything that has not happened yet."""
        for handle in self._handles:
            handle.cancel()
        self._handles.clear()


@dataclass(frozen=True, slots=True)
class Call:
    """What a fault may meddle with."""

    exchange: Exchange
    work: Work
    later: Later


async def serve(call: Call, service: str, dice: Dice) -> None:
    """Do the work and answer, or whatever the dice say instead."""
    slow = dice.roll("slow", service, Slow)
    if slow is not None:
        await call.exchange.pause(slow.seconds)
    fault = dice.first(service)
    if fault is not None:
        await spoil(fault, call)
        return
    done = call.work()
    await call.exchange.answer(done.body, done.status, done.kind)
    done.answered()


@singledispatch
async def spoil(fault: Fault, call: Call) -> None:
    """Serve a call in the way of `fault`."""
    raise NotImplementedError(type(fault).__name__)


@spoil.register
async def _(fault: Down, call: Call) -> None:
    await call.exchange.hang_up()


@spoil.register
async def _(fault: Http500, call: Call) -> None:
    if fault.effect:
        call.work()
    await call.exchange.answer(b"Internal Server Error", fault.status, "text/plain")


@spoil.register
async def _(fault: Busy, call: Call) -> None:
    headers = {} if fault.retry_after is None else {"retry-after": str(fault.retry_after)}
    await call.exchange.answer(b"busy", fault.status, "text/plain", headers)


@spoil.register
async def _(fault: TimeoutBeforeEffect, call: Call) -> None:
    await call.exchange.hold(fault.seconds)
    await call.exchange.hang_up()


@spoil.register
async def _(fault: TimeoutAfterEffect, call: Call) -> None:
    call.work()
    await call.exchange.hold(fault.seconds)
    await call.exchange.hang_up()


@spoil.register
async def _(fault: LateEffect, call: Call) -> None:
    call.later.schedule(fault.after, call.work)
    await call.exchange.hold(fault.seconds)
    await call.exchange.hang_up()


@spoil.register
async def _(fault: DropAfterEffect, call: Call) -> None:
    call.work()
    await call.exchange.hang_up()


@spoil.register
async def _(fault: Malformed, call: Call) -> None:
    if fault.effect:
        call.work()
    await call.exchange.answer(fault.body.encode())


@spoil.register
async def _(fault: Oversized, call: Call) -> None:
    body = call.work().body if fault.effect else b'{"error_code":0}'
    missing = max(0, fault.bytes - len(body))
    await call.exchange.stream(len(body) + missing, _padded(body, missing))


@spoil.register
async def _(fault: WrongCharset, call: Call) -> None:
    body = call.work().body if fault.effect else '{"error_code":0,"message":"thành công"}'.encode()
    await call.exchange.answer(body.decode().encode(fault.charset, "replace"))


def _padded(body: bytes, missing: int) -> Iterator[bytes]:
    """The JSON body with white space at its end, which is still JSON."""
    yield body
    blank = b" " * PIECE
    while missing > 0:
        yield blank[: min(PIECE, missing)]
        missing -= PIECE


__all__ = ["Call", "Done", "Later", "Work", "serve"]
