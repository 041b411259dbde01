"""What goes into the ledger and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from lienthong import Message, Timer


class State(StrEnum):
    """States of a delivery. `waiting`: behind another of its lane; `held`: in doubt, an operator decides."""

    READY = "ready"
    WAITING = "waiting"
    SENDING = "sending"
    HELD = "held"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    DEAD = "dead"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a new message goes. `lane` is `None` for what keeps no order; `hinted`: a hint follows the commit.

    A follow-up that is not fit to be sent is stored as rejected, with `code`, `reason`, `pointer` and the masked
    `value` there.
    """

    system: str
    operation: str
    lane: str | None
    policy: str
    hinted: bool = False
    state: State = State.READY
    code: str | None = None
    reason: str | None = None
    pointer: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A validated message with its receipt key, digest (both SHA-256 in base64) and targets."""

    id: str
    client: str
    source: str
    key: str
    type: str
    subject: str
    time: float
    received_at: float
    schema: str
    data: str
    receipt: str
    digest: str
    targets: tuple[Target, ...]
    trace: str | None = None
    cause: int | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The message is in the ledger. `duplicate`: it was there before, under `id`."""

    id: str
    duplicate: bool = False
    deliveries: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """The source used this key before, for another body; nothing of the request was stored."""

    index: int
    id: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker is sending now. `doubt_before` is when an earlier attempt left it in doubt.

    `attempt` counts all attempts from 1; `attempts_before` of them were made before the last replay.
    """

    id: int
    lease: int
    system: str
    operation: str
    lane: str | None
    attempt: int
    attempts_before: int
    generation: int
    takeovers: int
    leads: bool
    created_at: float
    doubt_before: float | None
    policy: str
    claimed_at: float
    message: Message


@dataclass(frozen=True, slots=True)
class Marks:
    """Four time marks of an attempt, so that our time and the partner's are told apart. Seconds since 1970."""

    request_in: float
    request_out: float | None
    response_in: float | None
    response_out: float


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of a claimed delivery.

    `doubt`: `clear`, `keep` (as it was before this claim) or `set`; what is being sent is in doubt without a mark,
    because it leaves that state only by a settle or a take-over. `is_open`: whether it still stands in its lane.
    `delay` (seconds from the database's now) applies to `ready`. `counts`: whether this was an attempt (a delivery
    given back was not). `value`: what stands where `pointer` points in the message's data, masked.
    """

    state: State
    verdict: str
    is_open: bool
    doubt: str
    delay: float = 0.0
    counts: bool = True
    code: str | None = None
    reason: str | None = None
    pointer: str | None = None
    value: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as it is kept; `body` is JSON."""

    name: str
    kind: str
    open: bool
    body: str


@dataclass(frozen=True, slots=True)
class Change:
    """A step's effect on the state of `key`, made from its `version` (0: there was none). `state` is JSON."""

    process: str
    key: str
    version: int
    state: str
    timers: tuple[Timer, ...] = ()
    tasks: tuple[TaskRow, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """A claimed delivery, how its attempt went and what becomes of it.

    `cursor`: how far a poll read, in JSON. `change`: what the step of a process does to its state.
    """

    claimed: Claimed
    marks: Marks
    rule: Rule
    follow_ups: tuple[NewMessage, ...] = ()
    cursor: str | None = None
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """`late`: another worker had taken the delivery over; what was learned is recorded. `overtaken`: another step of
    its process came before, and the delivery was given back.

    `next` is the head of the lane after the commit, if it has one; `deliveries` are those of the follow-ups.
    """

    late: bool
    next: int | None = None
    deliveries: tuple[tuple[str, int], ...] = field(default=())
    overtaken: bool = False


GIVEN_BACK = Rule(State.READY, "given-back", is_open=True, doubt="keep", counts=False, code="given-back")


class LedgerError(Exception):
    """The ledger did not do it. The message says why and what to do."""


class Unavailable(LedgerError):
    """The database cannot be reached now. The request may be repeated with the same key."""
