"""A settlement line: one movement of money as one side knows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schemas.base import ZONE


class Kind(StrEnum):
    """A payment of a citizen, money given back, or a charge of the gateway's own that belongs to no payment."""

    PAYMENT = "payment"
    REFUND = "refund"
    FEE = "fee"


class Status(StrEnum):
    """Where the money is. An attempt that is requested or suspended is `pending`, an expired one `failed`.

    A payment that was refunded stays `paid`: the refund is a line of its own, `pending` until the gateway has paid it
    out. `reversed`: the payer was debited and has the money back, the gateway never had it.
    """

    PAID = "paid"
    PENDING = "pending"
    FAILED = "failed"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class Line:
    """Amounts in dong; `amount` is gross and never negative, whatever the kind. `at` has a zone.

    `reference` is the merchant's own of the payment, `gateway_reference` the gateway's of this movement,
    `refund_reference` the merchant's of a refund; all as they were sent. `subject` is the business key on our side,
    e.g. the order.
    """

    kind: Kind
    reference: str | None
    gateway_reference: str | None
    amount: int
    status: Status
    at: datetime
    refund_reference: str | None = None
    fee: int | None = None
    subject: str | None = None

    def cells(self) -> tuple[str, ...]:
        """As a row under `HEADER`; the time is Vietnamese."""
        texts = (self.reference, self.gateway_reference, self.refund_reference)
        fee = "" if self.fee is None else str(self.fee)
        when = self.at.astimezone(ZONE).strftime(TIME_FORMAT)
        return (self.kind, *(one or "" for one in texts), str(self.amount), fee, self.status, when, self.subject or "")


HEADER = ("kind", "reference", "gateway_reference", "refund_reference", "amount", "fee", "status", "time", "subject")
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"

__all__ = ["HEADER", "TIME_FORMAT", "Kind", "Line", "Status"]
