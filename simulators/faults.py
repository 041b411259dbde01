"""Faults that every simulated system can show, as in `PUT /_control/faults`, and the dice that decide who is hit."""

from __future__ import annotations

import re
from collections import Counter
from random import Random
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

F = TypeVar("F", bound="Fault")


class Fault(BaseModel):
    """One fault. In JSON a bare number stands for `{"probability": number}`.

    `match`: regular expression on the whole name of the service; unset means all but `login`. `times`: the fault
    stops after so many hits.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    everywhere: ClassVar[bool] = False

    probability: float = Field(default=1, ge=0, le=1)
    match: str | None = None
    times: int | None = Field(default=None, ge=0)

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"probability": value} if isinstance(value, int | float) else value

    @field_validator("match")
    @classmethod
    def _pattern(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"is not a regular expression: {error}") from error
        return value

    def concerns(self, service: str) -> bool:
        """Whether it may hit a call of `service`."""
        if self.match is None:
            return self.everywhere or service != "login"
        return re.fullmatch(self.match, service) is not None


class Down(Fault):
    """The connection is closed without an answer, before any effect. Concerns the log-in too."""

    everywhere: ClassVar[bool] = True


class Http500(Fault):
    """A server error; `effect` says whether the call took effect all the same."""

    status: int = Field(default=500, ge=500, le=599)
    effect: bool = False


class Busy(Fault):
    """Refused before any effect, with `Retry-After` in seconds unless that is null."""

    status: Literal[429, 503] = 503
    retry_after: int | None = Field(default=1, ge=0)


class Slow(Fault):
    """Waits, then works normally, even when the caller has gone."""

    seconds: float = Field(default=1, ge=0)


class TimeoutBeforeEffect(Fault):
    """No answer for `seconds`, then the connection is closed; no effect."""

    seconds: float = Field(default=5, ge=0)


class TimeoutAfterEffect(Fault):
    """Takes effect at once; no answer for `seconds`, then the connection is closed."""

    seconds: float = Field(default=5, ge=0)


class LateEffect(Fault):
    """No answer for `seconds`, then the connection is closed; takes effect `further` seconds after that."""

    seconds: float = Field(default=5, ge=0)
    further: float | None = Field(default=None, ge=0, description="as `seconds` if unset")

    @property
    def after(self) -> float:
        """Seconds from the call to its effect."""
        return self.seconds + (self.seconds if self.further is None else self.further)


class DropAfterEffect(Fault):
    """Takes effect; the connection is closed at once, without an answer."""


class Malformed(Fault):
    """An answer 200 that is not the one expected: `body` is sent as it stands."""

    body: str = "<html><body><h1>502 Bad Gateway</h1></body></html>"
    effect: bool = True


class Oversized(Fault):
    """The right answer, padded to about `bytes`."""

    bytes: int = Field(default=50_000_000, ge=1)
    effect: bool = True


class WrongCharset(Fault):
    """The right answer in another encoding than the header says; letters that it lacks become question marks."""

    charset: str = "windows-1258"
    effect: bool = True

    @field_validator("charset")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            "".encode(value)
        except LookupError as error:
            raise ValueError(f"is not an encoding that Python knows: {value}") from error
        return value


class FaultSet(BaseModel):
    """What a simulator does wrong. At most one of the faults listed hits a call: the first that does, in this order;
    `slow` comes on top of any."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = 0
    slow: Slow | None = None
    down: Down | None = None
    http_500: Http500 | None = None
    busy: Busy | None = None
    timeout_before_effect: TimeoutBeforeEffect | None = None
    timeout_after_effect: TimeoutAfterEffect | None = None
    late_effect: LateEffect | None = None
    drop_after_effect: DropAfterEffect | None = None
    malformed: Malformed | None = None
    oversized: Oversized | None = None
    wrong_charset: WrongCharset | None = None


ORDER = tuple(name for name in FaultSet.model_fields if name not in ("seed", "slow"))


class Dice:
    """Decides which call is hit. Every fault has a random sequence of its own, so that one does not disturb another;
    with the same seed and the same order of calls the same calls are hit."""

    def __init__(self, faults: FaultSet) -> None:
        self.faults = faults
        self.hits: Counter[str] = Counter()
        self._random: dict[str, Random] = {}

    def roll(self, name: str, service: str, kind: type[F]) -> F | None:
        """The fault `name` if it is on and hits this call of `service`."""
        fault = getattr(self.faults, name)
        if not isinstance(fault, kind) or not fault.concerns(service):
            return None
        if fault.times is not None and self.hits[name] >= fault.times:
            return None
        random = self._random.setdefault(name, Random(f"{self.faults.seed}:{name}"))
        if fault.probability < 1 and random.random() >= fault.probability:
            return None
        self.hits[name] += 1
        return fault

    def first(self, service: str) -> Fault | None:
        """The fault that spoils this call, if any."""
        for name in ORDER:
            fault = self.roll(name, service, Fault)
            if fault is not None:
                return fault
        return None


__all__ = [
    "ORDER",
    "Busy",
    "Dice",
    "Down",
    "DropAfterEffect",
    "Fault",
    "FaultSet",
    "Http500",
    "LateEffect",
    "Malformed",
    "Oversized",
    "Slow",
    "TimeoutAfterEffect",
    "TimeoutBeforeEffect",
    "WrongCharset",
]
