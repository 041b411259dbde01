"""Files notices with the bus as a real portal does: in order per dossier, and again until there is an answer."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .generate import Case, Notice
from .portal import Portal
from .sending import Sender


@dataclass(frozen=True, slots=True)
class Target:
    """Where a run files, and how fast. `rate`: notices a second, 0 for as fast as answers come."""

    sender: Sender
    rate: float
    concurrency: int


class Run:
    """One run of filing. Of each dossier one notice is on its way at a time; some dossiers are open at once.

    `filed` is told the code of each dossier whose notices were all accepted.
    """

    def __init__(self, portal: Portal, target: Target, cases: Iterable[Case], filed: Callable[[str], None]) -> None:
        self.portal, self.target, self.filed = portal, target, filed
        self.waiting = deque(_Lane(case.code, deque(case.notices)) for case in cases)
        self.notices = sum(len(lane.notices) for lane in self.waiting)
        self.finished = 0
        self._ready: deque[_Lane] = deque()
        self.open = 0
        self._changed = asyncio.Condition()
        self._next = 0.0

    async def go(self) -> None:
        """File everything; returns when every notice was answered or its dossier stopped."""
        self._next = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as group:
            for _ in range(self.target.concurrency):
                group.create_task(self._work())

    async def _work(self) -> None:
        while (lane := await self._take()) is not None:
            notice = lane.notices.popleft()
            await self._pace()
            accepted = await self.target.sender.send(self.portal.filing(notice, lane.code))
            if not accepted:
                lane.notices.clear()
            elif not lane.notices:
                self.filed(lane.code)
            await self._give_back(lane)

    async def _take(self) -> _Lane | None:
        """A dossier of which nothing is on its way, or `None` when all is done."""
        window = self.target.concurrency * self.portal.settings.window
        async with self._changed:
            while True:
                if self.waiting and self.open < window:
                    self._ready.append(self.waiting.popleft())
                    self.open += 1
                if self._ready:
                    return self._ready.popleft()
                if self.open == 0:
                    return None
                await self._changed.wait()

    async def _give_back(self, lane: _Lane) -> None:
        async with self._changed:
            if lane.notices:
                self._ready.append(lane)
            else:
                self.open -= 1
                self.finished += 1
            # one dossier or one place became free; at the very end everybody has to hear of it
            self._changed.notify(self.target.concurrency if self.open == 0 else 1)

    async def _pace(self) -> None:
        """Wait for this notice's turn."""
        if self.target.rate <= 0:
            return
        now = asyncio.get_running_loop().time()
        turn = max(self._next, now)
        self._next = turn + 1 / self.target.rate
        await asyncio.sleep(turn - now)


@dataclass(slots=True)
class _Lane:
    code: str
    notices: deque[Notice]


__all__ = ["Run", "Target"]
