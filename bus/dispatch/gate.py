"""Whether something may be sent to one system now: one gate a system and process, for deliveries and queries alike."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import structlog

from bus.config.model import System
from bus.leases import Leases

from .breaker import Breaker
from .budget import Budget
from .places import Places
from .rate import Rate
from .watcher import Watcher

_log = structlog.get_logger("lienthong.dispatch")


class Closed(Exception):
    """Nothing is sent to the system now. `reason` is for people; `after`: seconds until it is worth another try."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


class Busy(Closed):
    """The system is served, but its places or its rate left no turn before the deadline."""


def _nothing() -> None:
    """Nobody delivers through this gate."""


class Gate:
    """Knows pause, breaker, rate, places and lease of one system, and learns from the outcomes of calls.

    Deliveries ask `flows` and `room`, `enter` and wait for their `Turn.comes`; a query has all that in `turn`.
    """

    def __init__(
        self,
        name: str,
        system: System,
        leases: Leases,
        budget: Budget,
        watcher: Watcher,
        reset: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`reset`: told the name when hints are wanted again. `clock`: monotonic seconds, as the loop's."""
        self.name = name
        self.paused: str | None = "paused in the configuration" if system.paused else None
        self._deadline = system.deadline
        self._leases = leases
        self._watcher = watcher
        self._reset = reset
        self._clock = clock
        self._breaker = Breaker(system.breaker)
        self._rate = Rate(system.rate)
        self._places = Places(system.concurrency, budget, lambda: self._wake())
        self._closing = asyncio.Event()
        self._wake: Callable[[], None] = _nothing
        self._drop: Callable[[], None] = _nothing

    def serve(self, wake: Callable[[], None], drop: Callable[[], None]) -> None:
        """Deliveries go through here. `wake`: look again; `drop`: nothing is sent for now, let hints go."""
        self._wake, self._drop = wake, drop

    @property
    def closing(self) -> bool:
        """The process ends."""
        return self._closing.is_set()

    @property
    def flows(self) -> bool:
        """Whether hints are wanted now."""
        return not self.closing and self.paused is None and self._breaker.allows(self._clock())

    @property
    def breaker_open(self) -> bool:
        """For health and metrics; half open is open."""
        return self._breaker.is_open

    def lease_lasts(self) -> bool:
        """Whether nobody can take over before a conversation that begins now has ended."""
        return self._leases.left() > self._deadline

    def room(self) -> int:
        """How many calls deliveries may begin now; see `Places.room`."""
        room = self._places.room()
        return min(room, 1) if self._breaker.is_open else room

    def enough(self) -> None:
        """No delivery wants to begin now."""
        self._places.enough()

    def enter(self) -> Turn:
        """A delivery's call takes one of the `room`; it is to `leave`, whatever happens."""
        self._places.take()
        return self._turn(query=False)

    @asynccontextmanager
    async def turn(self, deadline: float) -> AsyncIterator[Turn]:
        """A query's call: inside it may be sent at once, and the turn is told how it went (else: nothing was learned).

        Waits for a place and for the rate until `deadline` (the loop's clock). Raises `Closed` when the system is
        paused or its breaker open, `Busy` when there was no turn in time; then nothing was sent.
        """
        self._refuse()
        try:
            async with asyncio.timeout_at(deadline):
                while not await self._places.wait():
                    self._refuse()
        except TimeoutError:
            raise Busy(f"all calls that {self.name} takes at a time are in flight, until the deadline") from None
        turn = self._turn(query=True)
        try:
            self._refuse(turn)
            if not await turn.comes_by(deadline):
                raise Busy(f"the rate limit of {self.name} leaves no call before the deadline")
            self._refuse(turn)
            yield turn
        finally:
            turn.leave()

    def pause(self, reason: str) -> None:
        """Our configuration or credential is wrong, or an operator says so: keep everything, begin no more calls."""
        self.paused = reason
        self._watcher.paused(self.name, True)
        _log.error("system paused", system=self.name, reason=reason)
        self._shut()

    def resume(self) -> None:
        """An operator resumed the system."""
        self.paused = None
        self._watcher.paused(self.name, False)
        self._flow_again()

    def close(self) -> None:
        """The process ends: begin no more calls."""
        self._closing.set()
        self._places.turn_away()

    def _turn(self, *, query: bool) -> Turn:
        self._watcher.calls(self.name, self._places.taken)
        return Turn(self, self._breaker.begin(self._clock()), query)

    def _refuse(self, turn: Turn | None = None) -> None:
        """Raise what is in the way of a query, if something is."""
        if self.closing:
            raise Closed("the bus is stopping")
        if self.paused is not None:
            raise Closed(f"{self.name} is paused: {self.paused}")
        if not (self._breaker.allows(self._clock()) if turn is None else turn.unhindered):
            raise Closed(f"{self.name} fails, its breaker is open", self._breaker.left(self._clock()))

    def _shut(self) -> None:
        self._drop()
        self._wake()
        self._places.turn_away()

    def _opened(self) -> None:
        _log.warning("breaker opened", system=self.name, pause=self._breaker.pause)
        self._watcher.breaker(self.name, True)
        self._shut()
        asyncio.get_running_loop().call_later(self._breaker.pause, self._flow_again)

    def _flow_again(self) -> None:
        self._watcher.breaker(self.name, self._breaker.is_open)
        self._reset(self.name)
        self._wake()


class Turn:
    """One call through a gate: it waits for the rate, tells how it went, and leaves."""

    def __init__(self, gate: Gate, trial: bool, query: bool) -> None:
        self._gate = gate
        self._trial = trial
        self._query = query
        self._told = False

    @property
    def unhindered(self) -> bool:
        """Asked just before the first byte: much may have happened while the call waited."""
        gate = self._gate
        return not gate.closing and gate.paused is None and (self._trial or not gate.breaker_open)

    async def comes(self) -> bool:
        """A delivery waits for the rate; whether it may be sent then."""
        gate = self._gate
        await self._rest(gate._rate.wait(gate._clock()))
        return self.unhindered and gate.lease_lasts()

    async def comes_by(self, deadline: float) -> bool:
        """A query waits for the rate; False, at once, if that would be longer than to the deadline."""
        gate, now = self._gate, self._gate._clock()
        wait = gate._rate.wait_at_most(deadline - now, now)
        await self._rest(wait or 0.0)
        return wait is not None

    async def _rest(self, seconds: float) -> None:
        """Not beyond the end of the process."""
        if seconds > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._gate._closing.wait()

    def answered(self) -> None:
        """The target said something definite."""
        self._told = True
        if self._gate._breaker.succeeded():
            self._gate._flow_again()

    def failed(self) -> None:
        """It did not answer, or could not do it now."""
        self._told = True
        if self._gate._breaker.failed(self._gate._clock()):
            self._gate._opened()

    def said_nothing(self) -> None:
        """The call says nothing about the target: if it was the breaker's trial, another is."""
        if self._trial and not self._told:
            self._told = True
            self._gate._breaker.withdrawn()
            self._gate._flow_again()

    def leave(self) -> None:
        """The place is free for others."""
        self.said_nothing()
        self._gate._places.give(query=self._query)
        self._gate._watcher.calls(self._gate.name, self._gate._places.taken)
