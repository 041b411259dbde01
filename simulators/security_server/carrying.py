"""Carries out one exchange, with the fault that hit it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Protocol

from ..carrying import Done
from ..faults import (
    Busy,
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
from ..wire import PIECE, Exchange
from .answers import Refused, Served
from .codes import spelt
from .faults import SPOILING, ProviderError, Redirect, XRoadFault
from .provider import FAILED
from .store import Record, State


class Work(Protocol):
    """One exchange of either protocol."""

    record: Record | None

    @property
    def name(self) -> str: ...

    def refuse(self, code: str, message: str, version_code: str) -> Served: ...

    def from_provider(self, served: Served) -> Served | None: ...

    async def perform(self) -> Served: ...


@dataclass(frozen=True, slots=True)
class Carrier:
    """One exchange on its way."""

    state: State
    exchange: Exchange
    work: Work

    async def serve(self) -> None:
        """Answer, or do whatever the dice say instead."""
        name, dice = self.work.name, self.state.dice
        self.state.calls[name] += 1
        slow = dice.roll("slow", name, Slow)
        if slow is not None:
            await self.exchange.pause(slow.seconds)
        fault = next((hit for one in SPOILING if (hit := dice.roll(one, name, Fault)) is not None), None)
        served = await self._done() if fault is None else await self._spoilt(fault)
        if served is None:
            return
        await self.exchange.answer(served.body, served.status, served.kind, served.headers)
        if fault is None and self.work.record is not None:
            self.work.record.answered = True

    async def _done(self) -> Served:
        try:
            return await self.work.perform()
        except Refused as refused:
            return self._refused(refused.code, refused.message)

    def _refused(self, code: str, message: str) -> Served:
        return self.work.refuse(code, message, spelt(code, self.state.version))

    async def _spoilt(self, fault: Fault) -> Served | None:
        """The answer that the fault makes of it; `None` where it leaves the caller without one."""
        match fault:
            case XRoadFault():
                await self._effect(fault.effect)
                return self._refused(fault.code, fault.message)
            case ProviderError():
                await self._effect(fault.effect)
                return self._provided(Served(fault.body.encode(), fault.status))
            case Redirect():
                return self._provided(Served(b"", fault.status, "text/plain", {"location": fault.location}))
            case Http500():
                await self._effect(fault.effect)
                return Served(b"Internal Server Error", fault.status, "text/plain")
            case Busy():
                headers = {} if fault.retry_after is None else {"retry-after": str(fault.retry_after)}
                return Served(b"busy", fault.status, "text/plain", headers)
            case Malformed():
                await self._effect(fault.effect)
                return Served(fault.body.encode(), 200, "text/html")
            case WrongCharset():
                served = await self._done()
                return replace(served, body=served.body.decode().encode(fault.charset, "replace"))
            case Oversized():
                await self._stream(await self._done(), fault.bytes)
                return None
        await self._unanswered(fault)
        return None

    def _provided(self, served: Served) -> Served:
        passed = self.work.from_provider(served)
        if passed is not None:
            return passed
        return self._refused(f"{FAILED}.http_error", f"Server responded with error {served.status}")

    async def _unanswered(self, fault: Fault) -> None:
        match fault:
            case TimeoutBeforeEffect():
                await self.exchange.hold(fault.seconds)
            case TimeoutAfterEffect():
                await self._done()
                await self.exchange.hold(fault.seconds)
            case LateEffect():
                self.state.later.schedule(fault.after, self._later)
                await self.exchange.hold(fault.seconds)
            case DropAfterEffect():
                await self._done()
            case Down():
                pass
            case _:
                raise NotImplementedError(type(fault).__name__)
        await self.exchange.hang_up()

    def _later(self) -> Done:
        task = asyncio.create_task(self._done())
        self.state.running.add(task)
        task.add_done_callback(self.state.running.discard)
        return Done(b"", lambda: None)

    async def _effect(self, wanted: bool) -> None:
        if wanted:
            await self._done()

    async def _stream(self, served: Served, size: int) -> None:
        """The right answer with white space behind it, which both XML and JSON allow."""
        missing = max(0, size - len(served.body))
        named = {**served.headers, "content-type": served.kind, "content-length": str(len(served.body) + missing)}
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in named.items()]
        await self.exchange.send({"type": "http.response.start", "status": served.status, "headers": headers})
        await self.exchange.send({"type": "http.response.body", "body": served.body, "more_body": True})
        while missing > 0:
            piece = b" " * min(PIECE, missing)
            await self.exchange.send({"type": "http.response.body", "body": piece, "more_body": True})
            missing -= len(piece)
        await self.exchange.send({"type": "http.response.body", "body": b""})


__all__ = ["Carrier", "Work"]
