"""Requests under a credential that the partner may end at any time: one more attempt with a new one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from connectors.auth.conditions import Expired
from connectors.auth.keeper import Held, Keeper
from connectors.auth.port import Clock, Send
from connectors.auth.reading import expired
from lienthong.requests import Reply, Request

Place = Callable[[Request, str], Request]


class Renewing:
    """Puts what `obtain` gets where `place` says."""

    def __init__(
        self,
        obtain: Callable[[], Awaitable[Held]],
        place: Place,
        conditions: Sequence[Expired],
        send: Send,
        clock: Clock,
    ) -> None:
        self._keeper = Keeper(obtain, clock)
        self._place = place
        self._conditions = conditions
        self._send = send

    async def exchange(self, request: Request, deadline: float) -> Reply:
        """A refused credential surely had no effect, so the request is repeated, once, with a new one."""
        held = await self._keeper.get(deadline)
        reply = await self._send(self._place(request, held.value), deadline)
        if not expired(self._conditions, reply):
            return reply
        self._keeper.drop(held)
        held = await self._keeper.get(deadline)
        return await self._send(self._place(request, held.value), deadline)

    async def close(self) -> None:
        """End a log-in that is under way; who waits for it hears `NotSent`."""
        await self._keeper.close()


__all__ = ["Place", "Renewing"]
