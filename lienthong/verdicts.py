"""What an adapter says about a delivery, and what the bus does next.

| verdict | meaning | then |
|---|---|---|
| `Delivered` | it took effect | settled, follow-ups are sent |
| `Retry` | it surely took no effect and may later | back off |
| `Unknown` | it may have taken effect | look up, resend or hold, as the operation declares |
| `Absent` | answer of a `lookup` only: it took no effect | deliver now |
| `Reject` | refused for good | dead letter |
| `Stop` | our configuration or credential is wrong | the system is paused, everything is kept |
| `Each` | a batch: one verdict an item, in order | each item as above |
| `Split` | a batch whose answer does not tell items apart | the bus halves the batch and repeats |

A query ends with `Answered`, `Retry` (the partner is down), `Reject` (the question is refused) or `Stop`; a poll with
`Polled` in the place of `Answered`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Draft:
    """A canonical message that has not been accepted yet (inbound, or a follow-up of a delivery).

    `data` is a pydantic model of `schemas` or JSON-like Python data. `key` is the key under which the source
    knows this message (the same key again is a duplicate); a follow-up needs none, the bus derives it.
    """

    type: str
    subject: str
    data: Any
    key: str | None = None
    time: datetime | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """It took effect. `reference` is the target's own id of it, if it told one."""

    reference: str | None = None
    follow_ups: tuple[Draft, ...] = ()


@dataclass(frozen=True, slots=True)
class Retry:
    """It surely took no effect. `after` (seconds) is what the target asked for, if it did."""

    reason: str
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have taken effect: a time-out after sending, a 5xx on a write, an answer nobody can read."""

    reason: str


@dataclass(frozen=True, slots=True)
class Absent:
    """A lookup found that it took no effect."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Refused for good. `code` is stable and in kebab case; `pointer` is an RFC 6901 JSON pointer into the data."""

    code: str
    reason: str
    pointer: str | None = None
    follow_ups: tuple[Draft, ...] = ()


@dataclass(frozen=True, slots=True)
class Stop:
    """Our configuration or credential is wrong: nothing more is sent to this system until an operator resumes it."""

    reason: str


Single = Delivered | Retry | Unknown | Absent | Reject | Stop


@dataclass(frozen=True, slots=True)
class Each:
    """One verdict an item, in the order in which the items were given."""

    verdicts: Sequence[Single]


@dataclass(frozen=True, slots=True)
class Split:
    """The answer speaks of the whole batch and it surely took no effect as a whole; the bus halves and repeats."""

    reason: str


Verdict = Single | Each | Split


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a query. `result` is its class in kebab case (`found`, `not-found`, `matches`, `differs`).

    `data` is the canonical answer, a model of `schemas`, or `None` where the class says all. Only the class is kept.
    """

    result: str
    data: Any = None


QueryVerdict = Answered | Retry | Reject | Stop


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A polled record that could not be decoded: kept as a dead letter under `key`, with `raw` as it came."""

    key: str
    raw: Any
    code: str
    reason: str
    pointer: str | None = None


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll found. `cursor` is any JSON: the next poll gets it; it is stored together with the messages.

    `more`: there is more to fetch, ask again at once. What the source wants acknowledged is a message of its own.
    """

    messages: tuple[Draft, ...] = ()
    cursor: Any = None
    more: bool = False
    unreadable: tuple[Unreadable, ...] = ()


PollVerdict = Polled | Retry | Reject | Stop
