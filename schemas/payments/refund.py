"""Money on its way back to the payer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ..base import Canonical, Code, Dong, Flag, Instant, Name, Personal, Text
from .attempt import Memo
from .notice import NativeCode
from .vocabulary import OrderState, Price, Reference


class RefundRequest(Canonical):
    """Type `payment.refund_requested`: an officer or the portal wants booked money to go back.

    `request_code` is the asker's own: the same one again is the same request, never a second refund.
    """

    order_code: Code
    request_code: Code
    system: Code
    reference: Reference = Field(description="of the attempt that brought the money")
    gateway_reference: Code | None = Field(
        default=None, description="which money of it; may be left out where there is one"
    )
    amount: Price
    reason: Annotated[Text, Personal()]
    officer: Annotated[Name | None, Personal()] = None


class RefundAttempt(Canonical):
    """Type `payment.refund_attempted`: the gateway is to pay back.

    Sent once; an unknown outcome is asked (`payment.refund_queried`), never sent again.
    """

    order_code: Code
    system: Code
    reference: Reference
    gateway_reference: Code | None = None
    refund_reference: Reference = Field(description="ours, at most 20 letters and digits, unique for ever")
    amount: Price
    paid: Price = Field(description="dong that the payment brought")
    whole: Flag = Field(description="all of the payment at once, not a part of it")
    reason: Annotated[Text, Personal()]
    officer: Annotated[Name | None, Personal()] = None
    attempted_at: Instant = Field(description="when this payment's attempt was created")
    created_at: Instant = Field(description="when this refund was created")
    memo: Annotated[Memo, Personal()]


class RefundEnquiry(Canonical):
    """Type `payment.refund_queried`: the gateway is to be asked what became of a refund."""

    order_code: Code
    system: Code
    reference: Reference
    gateway_reference: Code | None = None
    refund_reference: Reference
    gateway_refund_reference: Code | None = None
    amount: Price
    attempted_at: Instant = Field(description="when this payment's attempt was created")
    created_at: Instant = Field(description="when this refund was created")
    asked_at: Instant
    number: Annotated[int, Field(ge=1)]
    memo: Annotated[Memo, Personal()]


class RefundResult(Canonical):
    """Types `payment.refunded` and `payment.refund_failed`.

    A request that was never sent fails with `code`: `not-booked`, `too-much`, `refund-open`, `too-many`, `no-refunds`
    (the gateway cannot).
    """

    order_code: Code
    dossier_code: Code | None = None
    request_code: Code | None = Field(default=None, description="None: refunded at the gateway, not by us")
    system: Code
    reference: Reference
    gateway_reference: Code | None = None
    refund_reference: Reference | None = None
    gateway_refund_reference: Code | None = None
    amount: Dong
    code: Code | None = None
    codes: tuple[NativeCode, ...] = ()
    message: Text | None = None
    order_state: OrderState


__all__ = ["RefundAttempt", "RefundEnquiry", "RefundRequest", "RefundResult"]
