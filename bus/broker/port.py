"""The broker as the relay and the dispatcher see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

Reason = Literal["returned", "refused", "timeout", "lost", "full", "closed"]


class Token(NamedTuple):
    """What `acknowledge` needs. A tag means nothing on another connection than its own, whose number is `epoch`."""

    epoch: int
    tag: int


@dataclass(frozen=True, slots=True)
class Hint:
    """These deliveries of this system are ready. One broker message, so one acknowledgement."""

    system: str
    deliveries: tuple[int, ...]
    token: Token


@dataclass(frozen=True, slots=True)
class Failed:
    """These deliveries were not handed to the broker, as far as we know, and have to be published again later.

    `returned`: the system has no queue, because no process consumes it yet. `refused`: the broker said no.
    `timeout`: not confirmed within `confirm_timeout`. `lost`: no connection. `full`: too many are waiting here.
    """

    system: str
    deliveries: tuple[int, ...]
    reason: Reason


class Broker(Protocol):
    """Used in one event loop. No method blocks it and none raises because the broker is absent."""

    @property
    def connected(self) -> bool:
        """Whether everything that was started is connected now."""

    @property
    def trouble(self) -> str | None:
        """Why it is not connected, for people; `None` if it is."""

    async def start(self, on_lost: Callable[[], None], on_failed: Callable[[Failed], None]) -> None:
        """Connect for publishing; returns after the first success or failure and goes on trying in the background.

        `on_lost` is called in the loop when everything is connected again after any connection was not; hints may
        have been lost. `on_failed` is called in the loop, never from inside `publish`.
        """

    def publish(self, system: str, deliveries: Sequence[int]) -> None:
        """Hand over to the publishing thread and return. Small calls that queue up share a broker message."""

    async def consume(self, systems: Sequence[str], on_hint: Callable[[Hint], None]) -> None:
        """Connect for consuming, once in a broker's life; returns as `start` does.

        `on_hint` is called in the loop and must not raise: hints that arrived together with that one would be lost
        to this process until the connection is.
        """

    def acknowledge(self, hints: Sequence[Hint]) -> None:
        """The claims are committed: forget these. Hints of a connection that was lost are ignored."""

    async def close(self) -> None:
        """Send what is waiting, let go of connections and threads. Hints not acknowledged come again elsewhere."""
