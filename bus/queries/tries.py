"""How often one question is put to the partner: again while it is down, twice at once where hedging is wanted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from bus.dispatch.driver import Ran
from lienthong import Retry

Try = Callable[[int], Awaitable[Ran[Any] | None]]

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 1.0


class Asking:
    """`tries` in all, none begun after `until` (monotonic seconds). `hedge`: seconds until a second one is sent too."""

    def __init__(self, tries: int, hedge: float | None, until: float) -> None:
        self._tries = tries
        self._hedge = hedge
        self._until = until
        self._made = 0

    async def ask(self, attempt: Try) -> Ran[Any] | None:
        """How the last try went, or the first that did not end with `Retry`."""
        pause, last = _FIRST_PAUSE, None
        while self._made < self._tries:
            last = await self._once(attempt) or last
            if last is None or not isinstance(last.verdict, Retry):
                return last
            wait = max(pause, last.verdict.after or 0.0)
            if self._made >= self._tries or time.monotonic() + wait >= self._until:
                return last
            await asyncio.sleep(wait)
            pause = min(2 * pause, _LONGEST_PAUSE)
        return last

    async def _once(self, attempt: Try) -> Ran[Any] | None:
        if self._hedge is None or self._made + 1 >= self._tries:
            return await self._next(attempt)
        first = asyncio.ensure_future(self._next(attempt))
        try:
            done, _ = await asyncio.wait({first}, timeout=self._hedge)
            return first.result() if done else await self._race(first, attempt)
        finally:
            first.cancel()

    async def _race(self, first: asyncio.Future[Ran[Any] | None], attempt: Try) -> Ran[Any] | None:
        """The first useful answer of two; the other is given up."""
        running = {first, asyncio.ensure_future(self._next(attempt))}
        last: Ran[Any] | None = None
        try:
            while running:
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for ended in done:
                    last = ended.result() or last
                    if last is not None and not isinstance(last.verdict, Retry):
                        return last
            return last
        finally:
            for other in running:
                other.cancel()

    async def _next(self, attempt: Try) -> Ran[Any] | None:
        self._made += 1
        return await attempt(self._made)
