"""What a connector asks of an authentication, and what it gives it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from lienthong.requests import Reply, Request

# Carries one request out as it is, until the deadline (seconds of the connector's clock); raises as a connector does.
Send = Callable[[Request, float], Awaitable[Reply]]
Clock = Callable[[], float]


class Authenticator(Protocol):
    """One instance a connector, in the connector's loop, shared by concurrent exchanges."""

    async def exchange(self, request: Request, deadline: float) -> Reply:
        """Carry `request` out with our identity, all of it before `deadline`.

        Raises what sending raises, `Misconfigured` where a log-in is refused, `NotSent` where it could not be done.
        """

    async def close(self) -> None:
        """Let go of everything. Safe to call twice."""


__all__ = ["Authenticator", "Clock", "Send"]
