"""What a gateway knows of a merchant's order: the payments under it and their refunds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .times import local

Act = Literal["pay", "fail", "cancel", "expire", "pend", "suspect", "reverse"]
Stand = Literal["waiting", "pending", "paid", "failed", "expired", "suspicious", "reversed"]
ENDED = ("failed", "expired")


class NotTaken(ValueError):
    """The gateway does not do that; the text says why."""


@dataclass(slots=True)
class Refund:
    """A refund. `id` is the merchant's, `number` the gateway's; `due` is when it is paid out, in seconds since 1970."""

    id: str
    number: str
    amount: int
    whole: bool
    at: float
    due: float
    fails: bool = False
    state: Literal["processing", "done", "failed"] = "processing"

    def as_json(self) -> dict[str, Any]:
        """As `/_control/records` shows it."""
        return {"id": self.id, "number": self.number, "amount": self.amount, "state": self.state}


@dataclass(slots=True)
class Payment:
    """What a payer did: `number` is the gateway's reference, `code` the native code, `at` seconds since 1970."""

    number: str
    amount: int
    stand: Stand
    code: str
    at: float
    fee: int = 0
    refunds: list[Refund] = field(default_factory=list)

    @property
    def refundable(self) -> int:
        """Dong that may still be paid back."""
        if self.stand != "paid":
            return 0
        return self.amount - sum(refund.amount for refund in self.refunds if refund.state != "failed")

    def as_json(self) -> dict[str, Any]:
        """As `/_control/records` shows it."""
        refunds = [refund.as_json() for refund in self.refunds]
        told = {"number": self.number, "amount": self.amount, "state": self.stand, "code": self.code}
        return {**told, "time": local(self.at).isoformat(), "refunds": refunds}


@dataclass(slots=True)
class Order:
    """An order as the merchant opened it; `native` is what was sent. Times in seconds since 1970."""

    reference: str
    amount: int
    created: float
    expires: float
    native: Mapping[str, Any]
    notice_url: str | None = None
    return_url: str | None = None
    payments: list[Payment] = field(default_factory=list)

    @property
    def shown(self) -> Payment | None:
        """The payment that a question is answered with: the last that took money, else the last."""
        taken = [payment for payment in self.payments if payment.stand not in ENDED]
        found = taken or self.payments
        return found[-1] if found else None

    def stand(self, now: float) -> Stand:
        """How the order stands."""
        if self.shown is not None:
            return self.shown.stand
        return "expired" if now > self.expires else "waiting"

    def numbered(self, number: str) -> Payment | None:
        """The payment with this number of the gateway's."""
        return next((payment for payment in self.payments if payment.number == number), None)

    def refunds(self) -> Iterator[Refund]:
        """All refunds, in order."""
        return (refund for payment in self.payments for refund in payment.refunds)

    def as_json(self, now: float) -> dict[str, Any]:
        """As `/_control/records` shows it."""
        return {
            "reference": self.reference,
            "amount": self.amount,
            "state": self.stand(now),
            "expires": local(self.expires).isoformat(),
            "payments": [payment.as_json() for payment in self.payments],
        }


class Orders:
    """All orders by the merchant's reference. A gateway may take a reference again on another day: the last counts."""

    def __init__(self) -> None:
        self._held: dict[str, list[Order]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._held.values()))

    def __iter__(self) -> Iterator[Order]:
        return (order for orders in self._held.values() for order in orders)

    def add(self, order: Order) -> None:
        """A new order."""
        self._held.setdefault(order.reference, []).append(order)

    def get(self, reference: str) -> Order | None:
        """The last order with this reference."""
        found = self._held.get(reference)
        return found[-1] if found else None

    def all(self, reference: str) -> list[Order]:
        """Every order with this reference, in order."""
        return list(self._held.get(reference, ()))


__all__ = ["ENDED", "Act", "NotTaken", "Order", "Orders", "Payment", "Refund", "Stand"]
