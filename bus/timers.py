"""Timers of processes: what is due becomes a message to its process, once, whichever worker sees it first."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

import orjson
import structlog

from bus.intake.intake import of_our_own
from bus.ledger import Ledger, NewMessage, Target, Unavailable, processes
from lienthong.processes import TIMER

_log = structlog.get_logger("lienthong.timers")

_LOOK = 0.5
_MOST = 500
_SOURCE = "/bus/timers"


class Timers:
    """Of all processes. `policy` gives what a delivery to a process is stamped with; `hint` hears of deliveries."""

    def __init__(
        self,
        ledger: Ledger,
        names: Sequence[str],
        policy: Callable[[str], str],
        hint: Callable[[], None],
    ) -> None:
        self._ledger = ledger
        self._names = names
        self._policy = policy
        self._hint = hint

    async def run(self) -> None:
        """Look until cancelled. A ledger that is away is waited for."""
        while True:
            try:
                while await self.look() == _MOST:
                    pass
            except Unavailable as error:
                _log.warning("the ledger is away", reason=str(error))
            await asyncio.sleep(_LOOK)

    async def look(self) -> int:
        """Fire what is due, at most 500 timers; how many that were."""
        fired = await self._ledger.call(lambda session, _: processes.fire(session, self._names, self._message, _MOST))
        if fired:
            self._hint()
        return len(fired)

    def _message(self, process: str, key: str, name: str, generation: int) -> NewMessage:
        data = orjson.dumps({"name": name, "generation": generation}).decode()
        target = Target(process, "hear", None, self._policy(process))
        id = f"{process}/{key}/{name}/{generation}"
        return of_our_own(_SOURCE, id, TIMER, key, data, target, time.time())
