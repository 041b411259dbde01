"""What became of an order, told to the portal. Each is said once; `order_state` is the order's after it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ..base import Canonical, Code, Dong, Flag, Instant, Name, Text
from .notice import NativeCode
from .vocabulary import AttemptState, Currency, OrderState, Price, Reference


class Fact(Canonical):
    """What all of them say."""

    order_code: Code
    dossier_code: Code
    system: Code
    reference: Reference
    gateway_reference: Code | None = None
    order_state: OrderState


class Paid(Fact):
    """Type `payment.paid`: the order is paid. Once an order, and again only after a `payment.reversed` that left it
    unpaid; `round` counts those, from 1."""

    amount: Price
    currency: Currency = "VND"
    paid_at: Instant | None = Field(default=None, description="as the gateway says")
    bank: Code | None = None
    late: Flag = Field(default=False, description="the attempt had failed or expired before")
    round: Annotated[int, Field(ge=1)] = 1


class Surplus(Fact):
    """Type `payment.surplus`: further money for an order that is paid."""

    amount: Price = Field(description="dong; what is too much, not what arrived")
    paid_at: Instant | None = None


class Ended(Fact):
    """Types `payment.failed`, `payment.expired`, `payment.suspended`: this attempt brought no money, or none yet."""

    codes: tuple[NativeCode, ...] = ()
    message: Text | None = Field(default=None, description="the gateway's own words")


class Reversal(Fact):
    """Type `payment.reversed`: money that had been told paid went back. `covered`: other money still pays the order."""

    amount: Dong
    covered: Flag


class Declined(Canonical):
    """Type `payment.declined`: a `payment.requested` that opens nothing.

    `code`: `already-paid`, `refunded`, `differs` (amount or case is not that of the order), `no-gateway`, `expired`,
    `too-many`, `in-doubt` (an earlier attempt may have been paid), `superseded` (a later request took its place).
    """

    order_code: Code
    dossier_code: Code
    code: Code
    reason: Text
    order_state: OrderState


class Acceptance(Canonical):
    """Type `payment.accepted`: an officer takes money that does not fit (over, under, other order) as the payment."""

    order_code: Code
    system: Code
    reference: Reference
    gateway_reference: Code | None = None
    officer: Name
    reason: Text


class Standing(Canonical):
    """What a receiver needs to know about an attempt in order to answer a gateway truthfully."""

    order_code: Code | None
    system: Code
    reference: Reference
    amount: Dong | None = Field(description="dong that the attempt is to bring; None where no attempt of ours is known")
    currency: Currency = "VND"
    state: AttemptState
    gateway_references: tuple[Code, ...] = Field(default=(), description="of the money booked on this attempt")
    received: Dong = 0
    refunded: Dong = 0


__all__ = ["Acceptance", "Declined", "Ended", "Fact", "Paid", "Reversal", "Standing", "Surplus"]
