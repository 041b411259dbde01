"""What differs between kombu's transports: one connection with one channel, used by one thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from .wake import Wake

# queue, tag (counted from 1 on this link) and body; called while the link waits
OnBody = Callable[[str, int, bytes], None]

IDLE = 1.0  # seconds between heartbeat checks, as py-amqp advises


@dataclass(frozen=True, slots=True)
class Confirmations:
    """Called while the link publishes or waits."""

    confirmed: Callable[[int, bool], None]
    refused: Callable[[int, bool], None]
    returned: Callable[[int], None]


class Link(Protocol):
    """Every method but `abandon` may raise one of `errors`, which mean that the connection is lost."""

    @property
    def errors(self) -> tuple[type[Exception], ...]: ...

    def open(self) -> None:
        """Connect."""

    def confirm(self, confirmations: Confirmations) -> None:
        """Ask for publisher confirms."""

    def publish(self, queue: str, body: bytes, tag: int) -> None:
        """Send; `tag` is the number of this message on this link, from 1."""

    def consume(self, queues: Sequence[str], prefetch: int, on_body: OnBody) -> None:
        """Declare and subscribe."""

    def acknowledge(self, up_to: int | None, others: Sequence[int]) -> None:
        """Forget everything up to a tag, and single ones above it."""

    def reject(self, tag: int) -> None:
        """To the dead letters."""

    def wait(self, seconds: float) -> None:
        """Handle what has arrived; if nothing has, wait until something does, the wake is set or time is up."""

    def close(self) -> None:
        """Close in order."""

    def abandon(self) -> None:
        """Let go of everything at once."""


class Transport(Protocol):
    """Makes links. `attempt` counts from 0 and chooses among several addresses."""

    @property
    def prefix(self) -> str:
        """First part of all names."""

    def link(self, role: str, wake: Wake, attempt: int) -> Link: ...
