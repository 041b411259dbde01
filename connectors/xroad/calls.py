"""A request on its way to a security server, in either protocol. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from lienthong.requests import Reply, Request


@dataclass(frozen=True, slots=True)
class Prepared:
    """`request` is what the security server gets. `read` makes the partner's reply of its answer; it raises what a
    connector raises."""

    request: Request
    read: Callable[[Reply], Reply]


class Way(Protocol):
    """One protocol."""

    def prepare(self, request: Request, id: str) -> Prepared:
        """A request of an adapter, under the id `id` unless it says another. Raises `ValueError`."""


__all__ = ["Prepared", "Way"]
