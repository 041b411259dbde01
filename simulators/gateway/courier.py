"""Carries notices to the merchant: when they leave, how often, what came back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random

import aiohttp
from yarl import URL

from ..faults import Dice
from .faults import Delayed, Lost, Repeated, Unheard
from .notices import Heard, Language, Notice, Wire
from .settings import GatewaySettings

NOTICE = "notice"


class Courier:
    """Open between `open` and `close`; what is posted before `open` leaves then. One event loop uses it."""

    def __init__(self, settings: GatewaySettings, language: Language, dice: Callable[[], Dice]) -> None:
        self.settings, self.language, self.dice = settings, language, dice
        self._session: aiohttp.ClientSession | None = None
        self._handles: set[asyncio.TimerHandle] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: list[Notice] = []
        self._random = Random(f"{settings.seed}:notices")
        self._quiet = asyncio.Event()
        self._places = asyncio.Semaphore(settings.concurrency)

    async def open(self) -> None:
        """Get ready, in the loop that will send."""
        timeout = aiohttp.ClientTimeout(total=self.settings.notice_timeout)
        connector = aiohttp.TCPConnector(limit=0)
        self._session = aiohttp.ClientSession(timeout=timeout, connector=connector)
        waiting, self._waiting = self._waiting, []
        for notice in waiting:
            self._start(notice)

    async def close(self) -> None:
        """Give up what is on its way, and let go of every connection."""
        self.forget()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def forget(self) -> None:
        """Nothing that was posted is sent any more."""
        self._waiting.clear()
        for handle in self._handles:
            handle.cancel()
        self._handles.clear()
        for task in self._tasks:
            task.cancel()
        self._quiet.set()
        self._random = Random(f"{self.settings.seed}:notices")

    @property
    def open_deliveries(self) -> int:
        """Deliveries under way or still to come."""
        return len(self._handles) + len(self._tasks) + len(self._waiting)

    async def idle(self) -> None:
        """Until nothing is under way and nothing is to come."""
        while self.open_deliveries:
            self._quiet.clear()
            await self._quiet.wait()

    def post(self, notice: Notice) -> None:
        """Let a notice go, in the way of the faults that are on."""
        if self.dice().roll("lost", NOTICE, Lost) is not None:
            notice.fate = "lost"
        elif self._session is None:
            self._waiting.append(notice)
        else:
            self._start(notice)

    def _start(self, notice: Notice) -> None:
        dice = self.dice()
        delayed, repeated = dice.roll("delayed", NOTICE, Delayed), dice.roll("repeated", NOTICE, Repeated)
        first = 0.0 if delayed is None else self._random.uniform(0, delayed.seconds)
        notice.fate = "sending"
        if repeated is None:
            self._later(notice, first)
            return
        for _ in range(self._random.randint(repeated.least, repeated.most)):
            self._later(notice, first + self._random.uniform(0, repeated.within))

    def _later(self, notice: Notice, seconds: float) -> None:
        def launch() -> None:
            self._handles.discard(handle)
            task = loop.create_task(self._deliver(notice))
            self._tasks.add(task)
            task.add_done_callback(self._done)

        notice.pending += 1
        loop = asyncio.get_running_loop()
        handle = loop.call_later(seconds, launch)
        self._handles.add(handle)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.result()
        self._quiet.set()

    async def _deliver(self, notice: Notice) -> None:
        async with self._places:
            notice.tries += 1
            heard = await self._send(notice.wire)
        if self.dice().roll("unheard", NOTICE, Unheard) is not None:
            heard = Heard(None, b"unheard", satisfied=False)
        notice.pending -= 1
        notice.answers.append(heard)
        if heard.satisfied:
            notice.fate = "taken"
        elif notice.fate == "sending" and notice.pending == 0:
            self._repeat(notice)

    def _repeat(self, notice: Notice) -> None:
        if notice.kind != "genuine" or notice.repeats >= self.settings.notice_repeats:
            notice.fate = "given up"
            return
        notice.repeats += 1
        self._later(notice, self.settings.notice_every * self.settings.scale)

    async def _send(self, wire: Wire) -> Heard:
        if self._session is None:
            raise RuntimeError("the courier is not open")
        headers = {**self.settings.notice_headers, **({"content-type": wire.kind} if wire.content else {})}
        target = URL(wire.url, encoded=True)
        try:
            async with self._session.request(
                wire.method, target, data=wire.content or None, headers=headers, allow_redirects=False
            ) as answer:
                body = await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Heard(None, type(error).__name__.encode(), satisfied=False)
        return Heard(answer.status, body, self.language.satisfied(answer.status, body))


__all__ = ["Courier"]
