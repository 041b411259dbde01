"""What payers do, and what it leaves in the books."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from .books import Books, Kind
from .orders import ENDED, Act, NotTaken, Order, Payment, Stand
from .settings import GatewaySettings

STANDS: dict[Act, Stand] = {
    "pay": "paid",
    "fail": "failed",
    "cancel": "failed",
    "expire": "expired",
    "pend": "pending",
    "suspect": "suspicious",
    "reverse": "reversed",
}
OPEN = ("pending", "suspicious")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to do with an order; see `GatewayState.pay`."""

    act: Act
    code: str
    amount: int
    late: bool
    again: bool


class Till(Protocol):
    """What is needed of a gateway."""

    @property
    def numbers_failures(self) -> bool:
        """Whether what failed has a number too."""

    @property
    def books(self) -> Books:
        """Where money is entered."""

    @property
    def settings(self) -> GatewaySettings:
        """Fees, and whether any amount is taken."""

    def clock(self) -> float:
        """Seconds since 1970."""

    def number(self) -> str:
        """The next number of a payment."""


def done(till: Till, order: Order, wanted: Wanted) -> Payment:
    """Do it: the payment that it made or changed. Raises `NotTaken`."""
    if wanted.amount != order.amount and not till.settings.any_amount:
        raise NotTaken(f"this gateway takes {order.amount} dong for {order.reference} and nothing else")
    if wanted.act == "reverse":
        return _reversed(till, order, wanted)
    open_payment = next((payment for payment in order.payments if payment.stand in OPEN), None)
    if open_payment is not None and wanted.act in ("pay", "fail", "cancel", "suspect"):
        return _changed(till, order, open_payment, wanted)
    _allowed(till, order, wanted)
    stand = STANDS[wanted.act]
    nothing = stand in ENDED and not till.numbers_failures
    payment = Payment("0" if nothing else till.number(), wanted.amount, stand, wanted.code, till.clock())
    order.payments.append(payment)
    _enter(till, order, payment)
    return payment


def _allowed(till: Till, order: Order, wanted: Wanted) -> None:
    stand = order.stand(till.clock())
    if stand in ("waiting", "reversed"):
        return
    if stand in ENDED:
        if not wanted.late and wanted.act not in ENDED and wanted.act not in ("fail", "cancel", "expire"):
            raise NotTaken(f"{order.reference} is {stand}; a payer can pay it with late alone")
        return
    if not wanted.again:
        raise NotTaken(f"{order.reference} is {stand}; a payer can pay it once more with again alone")


def _changed(till: Till, order: Order, payment: Payment, wanted: Wanted) -> Payment:
    """End what was in process or held."""
    held = payment.stand == "suspicious"
    payment.stand, payment.code, payment.at = STANDS[wanted.act], wanted.code, till.clock()
    if held and payment.stand in ENDED:
        till.books.enter("void", order.reference, payment.number, payment.amount, payment.at)
    else:
        _enter(till, order, payment)
    return payment


def _reversed(till: Till, order: Order, wanted: Wanted) -> Payment:
    taken = [payment for payment in order.payments if payment.stand in ("paid", "suspicious")]
    now = till.clock()
    if not taken:
        payment = Payment(till.number(), wanted.amount, "reversed", wanted.code, now)
        order.payments.append(payment)
        till.books.enter("void", order.reference, payment.number, payment.amount, now)
        return payment
    payment = taken[-1]
    if payment.refunds:
        raise NotTaken(f"{payment.number} has refunds and cannot be reversed")
    kind: Kind = "reversal" if payment.stand == "paid" else "void"
    till.books.enter(kind, order.reference, payment.number, payment.amount, now, fee=-payment.fee)
    payment.stand, payment.code, payment.at = "reversed", wanted.code, now
    return payment


def _enter(till: Till, order: Order, payment: Payment) -> None:
    if payment.stand == "paid":
        payment.fee = till.settings.fee(payment.amount)
        till.books.enter("payment", order.reference, payment.number, payment.amount, payment.at, fee=payment.fee)
    elif payment.stand == "suspicious":
        till.books.enter("held", order.reference, payment.number, payment.amount, payment.at)


__all__ = ["STANDS", "Till", "Wanted", "done"]
