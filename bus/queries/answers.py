"""How a question ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from lienthong import Problem

Trouble = Literal["invalid", "refused", "down", "closed", "too-late", "misconfigured", "no-evidence"]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: `result` is its class, `data` JSON-like and personal. Times in seconds since 1970."""

    id: str
    query: str
    system: str
    result: str
    data: Any
    at: float
    cached: bool = False

    @property
    def ended(self) -> str:
        """What metrics and evidence keep of it."""
        return self.result


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer. `reason` never shows personal data; `problems` name places of the question.

    `invalid`: the question is wrong; `refused`: the partner refuses it; `down`: the partner does not answer now;
    `closed`: the system is paused or its breaker is open; `too-late`: the deadline passed before the partner was
    asked; `misconfigured`: our own credential or configuration; `no-evidence`: it could not be recorded, so it was not
    asked, or its answer is not handed out.
    """

    id: str
    trouble: Trouble
    reason: str
    problems: tuple[Problem, ...] = ()
    after: float | None = None

    @property
    def ended(self) -> str:
        """What metrics and evidence keep of it."""
        return self.trouble
