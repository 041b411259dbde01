"""What every process manager is given and gives back.

A process is a function `step(state, event, policy) -> Step`. It does no I/O and knows no clock: the same arguments give
the same result. Its state is kept under (process, key) with a version, and changes by compare-and-set in the same
transaction that stores the messages and timers. An event that comes again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from lienthong.verdicts import Draft

S = TypeVar("S", bound=BaseModel)
W = TypeVar("W")


@dataclass(frozen=True, slots=True)
class Heard:
    """An accepted message. `key` names it for ever (the bus's own id of it); `data` is a model of its type."""

    type: str
    key: str
    data: Any
    at: datetime


@dataclass(frozen=True, slots=True)
class Fired:
    """A timer fell due. One of an old `generation` is dropped by `step`, whatever the scheduler did."""

    name: str
    generation: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Timer:
    """The timer `name` of this key is set anew, `due_in` seconds after the event, or cancelled (`None`).

    It takes the place of every timer of that name with a lower generation.
    """

    name: str
    generation: int
    due_in: float | None


@dataclass(frozen=True, slots=True)
class Step(Generic[S, W]):
    """What an event led to. `state is` the one that went in where nothing changed, not even what nobody sees.

    Every draft has a `key` that is the same whenever the same step is taken.
    """

    state: S | None
    messages: tuple[Draft, ...] = ()
    work: tuple[W, ...] = ()
    timers: tuple[Timer, ...] = ()


Event = Heard | Fired
Process = Callable[[S | None, Event, Any], Step[S, W]]

__all__ = ["Event", "Fired", "Heard", "Process", "Step", "Timer"]
