"""The closed vocabularies of money, in English, and the two texts that name a payment."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ..base import Dong, UpTo

Reference = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]([0-9A-Za-z._-]*[0-9A-Za-z])?$"), UpTo(60)]
Price = Annotated[Dong, Field(ge=1)]
Currency = Literal["VND"]


class LevyKind(StrEnum):
    """What a line is by law (Law 97/2015/QH13, art. 3). The kinds are booked and receipted apart."""

    FEE = "fee"  # phí: covers, in the main, the cost of a public service
    CHARGE = "charge"  # lệ phí: a fixed amount for a service of state management
    FINE = "fine"  # administrative fine


class AttemptState(StrEnum):
    """Where one attempt to pay stands."""

    REQUESTED = "requested"
    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVERSED = "reversed"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    PARTLY_REFUNDED = "partly_refunded"


class OrderState(StrEnum):
    """Where an order stands, derived from its attempts. `unmatched`: money is there that does not fit the order."""

    REQUESTED = "requested"
    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVERSED = "reversed"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    PARTLY_REFUNDED = "partly_refunded"
    UNMATCHED = "unmatched"


class Origin(StrEnum):
    """How evidence reached us. `return` is the payer's browser: it never changes a state, it only makes the bus ask."""

    NOTICE = "notice"  # the gateway called
    QUERY = "query"  # the gateway's answer to a question
    ANSWER = "answer"  # the gateway's answer to the creation of an attempt or refund
    STATEMENT = "statement"  # a line of the gateway's own list, by way of reconciliation
    RETURN = "return"


class NoticeOutcome(StrEnum):
    """What the gateway says, as a class.

    Of the payment: `pending` (created, waiting for the payer, in process), `paid`, `failed`, `expired`, `suspended`
    (money may have been taken, the gateway or the merchant still decides), `reversed` (money went back without a refund
    of ours), `not_found` (the gateway knows no such attempt), `unclear` (words that nobody has classified).
    Of a refund: `refunding`, `refunded`, `refund_failed`, `refund_not_found`.
    """

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVERSED = "reversed"
    NOT_FOUND = "not_found"
    UNCLEAR = "unclear"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    REFUND_NOT_FOUND = "refund_not_found"

    @property
    def of_refund(self) -> bool:
        """Whether it speaks of a refund, not of the payment."""
        return self.value.startswith("refund")


class WorkKind(StrEnum):
    """Why people must look at money."""

    LATE = "late"  # paid after the attempt had failed or expired
    TWICE = "twice"  # the order was paid already
    OVER = "over"
    UNDER = "under"
    UNCLAIMED = "unclaimed"  # names no attempt of ours
    FOREIGN_CURRENCY = "foreign-currency"
    SUSPENDED = "suspended"  # the gateway calls it suspicious, or did not say in time what became of it
    UNCLEAR = "unclear"  # the gateway answered what nobody has classified
    REVERSED = "reversed"  # paid, and taken back
    CONFLICT = "conflict"  # one transaction, told with two amounts
    REFUND_FAILED = "refund-failed"
    REFUND_SILENT = "refund-silent"  # nobody knows what became of a refund
    REFUND_ELSEWHERE = "refund-elsewhere"  # refunded at the gateway, not by us
    REFUNDED_TOO_MUCH = "refunded-too-much"


__all__ = [
    "AttemptState",
    "Currency",
    "LevyKind",
    "NoticeOutcome",
    "OrderState",
    "Origin",
    "Price",
    "Reference",
    "WorkKind",
]
