"""What the processes of this package are made of: a typed `step(state, event, policy) -> Step`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from lienthong.processes import Fired, Timer
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
