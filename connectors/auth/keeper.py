"""A credential that lives for a while: cached, obtained once for all who want it, renewed before it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from connectors.auth.port import Clock
from lienthong.requests import Lost, Misconfigured, NotSent


@dataclass(slots=True, eq=False)
class Held:
    """One credential. From `renew` on a new one is asked for, from `end` on this one is not used any more."""

    value: str = field(repr=False)
    renew: float
    end: float


class Keeper:
    """Keeps what `obtain` gets. One `obtain` at a time; who comes meanwhile waits for it, or uses what still lives."""

    def __init__(self, obtain: Callable[[], Awaitable[Held]], clock: Clock) -> None:
        self._obtain = obtain
        self._clock = clock
        self._current: Held | None = None
        self._opening: asyncio.Task[Held | NotSent | Misconfigured] | None = None

    async def get(self, deadline: float) -> Held:
        """A living credential. Raises `NotSent` or `Misconfigured`."""
        current, now = self._current, self._clock()
        if current is not None and now < current.renew:
            return current
        opening = self._running()
        if current is not None and now < current.end:
            return current
        # Not wait_for: a waiter that gives up must not end the log-in of the others.
        await asyncio.wait({opening}, timeout=max(0.0, deadline - self._clock()))
        if not opening.done() or opening.cancelled():
            raise NotSent("the log-in did not end in time; nothing was sent")
        outcome = opening.result()
        if isinstance(outcome, Held):
            return outcome
        raise type(outcome)(*outcome.args)

    def drop(self, held: Held) -> None:
        """The partner does not take it any more. One that came after it stays."""
        if self._current is held:
            self._current = None

    async def close(self) -> None:
        """End a log-in that is under way; who waits for it hears `NotSent`."""
        self._current = None
        if self._opening is not None and not self._opening.done():
            self._opening.cancel()
            await asyncio.wait({self._opening})

    def _running(self) -> asyncio.Task[Held | NotSent | Misconfigured]:
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open())
        return self._opening

    async def _open(self) -> Held | NotSent | Misconfigured:
        """A failure is a value here, so that everyone who waits can raise an exception of his own."""
        try:
            opened = await self._obtain()
        except Lost as error:
            return self._failed(NotSent(f"the log-in failed, nothing was sent: {error}"))
        except (NotSent, Misconfigured) as error:
            return self._failed(error)
        self._current = opened
        return opened

    def _failed(self, error: NotSent | Misconfigured) -> NotSent | Misconfigured:
        """What still lives is used on, and the next attempt comes after half of what it has left."""
        current, now = self._current, self._clock()
        if current is not None and now < current.end:
            current.renew = now + (current.end - now) / 2
        return error


__all__ = ["Held", "Keeper"]
