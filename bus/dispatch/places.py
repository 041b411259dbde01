"""The places for calls to one system: deliveries and queries share them and, where both want one, take turns."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from .budget import Budget


class Places:
    """At most `most` at a time. Queries wait here one by one, deliveries in their ledger: for them `wake` is called.

    Deliveries also need some of the process's budget. Queries do not: a delivery that asks first would wait for itself.
    """

    def __init__(self, most: int, budget: Budget, wake: Callable[[], None]) -> None:
        self.taken = 0
        self._most = most
        self._budget = budget
        self._wake = wake
        self._waiting: deque[asyncio.Future[bool]] = deque()
        self._wanted = False
        self._deliveries_next = True

    def room(self) -> int:
        """How many calls deliveries may begin now. One place is kept for them until they `take` or have `enough`."""
        self._wanted = self._budget.free > 0
        if not self._wanted:
            self._budget.tell_me(self._wake)
        return min(self._free(), self._budget.free)

    def take(self) -> None:
        """A delivery takes one that is free; the next, if queries wait, is theirs."""
        self._wanted = self._deliveries_next = False
        self.taken += 1
        self._budget.take()

    def enough(self) -> None:
        """No delivery wants one now; what was kept for them goes to who waits."""
        self._wanted = False
        self._share()

    def give(self, *, query: bool) -> None:
        """A call ended."""
        self.taken -= 1
        if not query:
            self._budget.give()
        self._share()
        self._wake()

    async def wait(self) -> bool:
        """Take a place for a query, as soon as it is its turn; False if it was turned away."""
        if not self._waiting and self._spare() > 0:
            self._begin_query()
            return True
        waiter: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if not waiter.cancelled() and waiter.result():
                self.give(query=True)  # it was its turn in the moment in which it gave up
            raise

    def turn_away(self) -> None:
        """Who waits need not wait any longer."""
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(False)
        self._waiting.clear()

    def _free(self) -> int:
        return self._most - self.taken

    def _spare(self) -> int:
        """What queries may take: all that is free but one, where it is the deliveries' turn and they want it."""
        return self._free() - int(self._wanted and self._deliveries_next)

    def _share(self) -> None:
        while self._waiting and self._spare() > 0:
            waiter = self._waiting.popleft()
            if not waiter.done():
                self._begin_query()
                waiter.set_result(True)

    def _begin_query(self) -> None:
        self._deliveries_next = True
        self.taken += 1
