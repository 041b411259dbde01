"""Process managers: what happens to one business key over days, as a pure function of its state and one event.

A process is configured like a system. It hears every message of its types, whoever sends them; its state is kept under
(process, key) with a version and changes by compare-and-set in the transaction that stores what it says, its timers
and its work for people. So a step takes place once, in whatever order and however often events come.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel

from .ports import Adapter, Context, Message, Operation
from .verdicts import Draft

TIMER = "lienthong.timer"
# messages whose states are read and whose steps are committed together
_TOGETHER = 50


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
class Task:
    """Something for people to decide. The same `key` again (unique within the business key) is the same task with new
    content; `open=False` says it fell away."""

    key: str
    kind: str
    open: bool
    body: BaseModel


@dataclass(frozen=True, slots=True)
class Stepped:
    """What an event led to. `state` is JSON, `None` where nothing changed: then the other fields are empty too.

    Every draft has a `key` that is the same whenever the same step is taken. `names` are all by which the state is to
    be found (`Find("process", name)`), besides its key.
    """

    state: bytes | None = None
    messages: tuple[Draft, ...] = ()
    timers: tuple[Timer, ...] = ()
    tasks: tuple[Task, ...] = ()
    names: tuple[str, ...] = ()


class Process(Adapter):
    """A process manager: no I/O, no clock, no global state. It asks nobody.

    `hears` and `says` are message types. It hears every message of its types but its own. `State` and `Work` are the
    models of its state and of the bodies of its tasks: what they do not vouch for is masked where people look at it.
    """

    connector: ClassVar[str] = "none"
    hears: ClassVar[tuple[str, ...]]
    says: ClassVar[tuple[str, ...]]
    State: ClassVar[type[BaseModel] | None] = None
    Work: ClassVar[type[BaseModel] | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.operations = {
            "hear": Operation("hear", (*cls.hears, TIMER), _TOGETHER, None, False, False, "resend", "step")
        }

    def key(self, message: Message) -> str:
        """The business key of a message that is heard. Raises `pydantic.ValidationError`."""
        raise NotImplementedError

    def step(self, state: bytes | None, event: Message | Fired, context: Context) -> Stepped:
        """What follows from `event`. `context.now` is when; the same arguments give the same result.

        Raises `pydantic.ValidationError` for data that is not of its type, `ValueError` for a type it does not hear.
        """
        raise NotImplementedError

    def view(self, state: bytes, name: str) -> Any | None:
        """What others may know of `state`, found by one of its names: JSON-like, or `None`."""
        raise NotImplementedError


__all__ = ["TIMER", "Fired", "Process", "Stepped", "Task", "Timer"]
