"""The state of one order, as JSON under the order's code. Version 1.

The state belongs to the attempts; the order's is derived (`money.order_state`). What the gateways said is folded into
marks that only ever rise, so that evidence leads to the same money in whatever order it comes.
`waiting` and the links of `opened` are the only personal data; they are to be kept as message bodies are.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Canonical, Code, Dong, Flag, Instant, Text, UpTo
from schemas.payments import NativeCode, Opened, PaymentOrder, WorkItem
from schemas.payments.vocabulary import Reference

# of a message: longer than any source's own key
Key = Annotated[str, UpTo(300)]
Count = Annotated[int, Field(ge=0)]


class Mark(IntEnum):
    """The highest thing that was said of one movement of money. A higher mark is never taken back by a lower one."""

    SUSPENDED = 1
    PAID = 2
    REVERSED = 3


class Money(Canonical):
    """One movement of money at a gateway, by the gateway's own reference; `None` where it gave none."""

    gateway_reference: Code | None = None
    mark: Mark
    amounts: tuple[Dong, ...] = Field(default=(), description="all that were told as paid, ascending; one, as a rule")
    currency: Code = "VND"
    at: Instant | None = None
    written_at: Code | None = None
    bank: Code | None = None
    terminal: Code | None = None
    fee: Dong | None = None
    late: Flag = False
    accepted: Flag = Field(default=False, description="an officer took it as the payment although it does not fit")
    shadowed: Flag = Field(default=False, description="nameless, and told again under its name")
    told_surplus: Flag = False
    told_reversed: Flag = False


class RefundMark(IntEnum):
    """How far a refund is known to have come."""

    REQUESTED = 1
    REFUNDING = 2
    FAILED = 3
    REFUNDED = 4


class Refund(Canonical):
    """A refund: ours (`reference` is set), or one that was made at the gateway."""

    reference: Reference | None = None
    request_code: Code | None = None
    money: Count | None = Field(default=None, description="which of the attempt's moneys goes back")
    gateway_refund_reference: Code | None = None
    mark: RefundMark = RefundMark.REQUESTED
    amount: Dong = Field(description="as requested")
    amounts: tuple[Dong, ...] = Field(default=(), description="all that were told as refunded, ascending")
    created_at: Instant
    asked: Count = 0
    generation: Count = 0
    told: RefundMark | None = None


class Attempt(Canonical):
    """One attempt at one gateway; with number 0 a reference that is none of ours and under which money came."""

    number: Count
    system: Code
    reference: Reference
    amount: Dong = 0
    created_at: Instant
    expires_at: Instant | None = None
    opened: Opened | None = None
    pending: Flag = False
    unclear: Flag = False
    ended: Literal["failed", "expired", "suspended"] | None = None
    told: Literal["failed", "expired", "suspended"] | None = None
    codes: tuple[NativeCode, ...] = ()
    message: Text | None = None
    asked: Count = 0
    asked_at: Instant | None = None
    final: Count = Field(default=0, description="questions after the end of its time that got no answer yet")
    late: Count = Field(default=0, description="questions asked after it had ended")
    generation: Count = 0
    moneys: tuple[Money, ...] = ()
    refunds: tuple[Refund, ...] = ()


class PaymentState(Canonical):
    """All that is known of one order. `covering` is (attempt, money): what pays it, by their places."""

    version: Literal[1] = 1
    order_code: Code | None = None
    dossier_code: Code | None = None
    amount: Dong = 0
    attempts: tuple[Attempt, ...] = ()
    covering: tuple[Count, Count] | None = None
    round: Count = Field(default=0, description="how often `payment.paid` was said")
    waiting: PaymentOrder | None = Field(default=None, description="asked for; earlier attempts are being asked about")
    waiting_key: Key | None = None
    waiting_for: tuple[Reference, ...] = ()
    requests: tuple[Key, ...] = Field(default=(), description="what the latest requests are known by, newest last")
    work: tuple[WorkItem, ...] = Field(default=(), description="what people have been given to decide")


__all__ = ["Attempt", "Mark", "Money", "PaymentState", "Refund", "RefundMark"]
