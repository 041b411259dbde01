"""What a gateway said, verified: the only evidence on which a payment changes its state."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..base import Canonical, Code, Dong, Instant, Name, Personal, Text
from .attempt import Exact
from .vocabulary import NoticeOutcome, Origin, Reference


class NativeCode(Canonical):
    """One code in the gateway's own words, e.g. `vnp_ResponseCode` `24`."""

    name: Code
    value: Annotated[str, Field(max_length=200)]


class Notice(Canonical):
    """Type `payment.noticed`. Only what carried a right signature, or came as an answer to our own question.

    An amount or currency that differs from the order is passed on as it came: money is booked, never refused away.
    `gateway_reference` names one movement of money: the same one again is the same money, another one is further money.
    Leave it out where the gateway gives none (VNPAY writes `0` then).
    """

    order_code: Code | None = Field(default=None, description="None where the reference is of no attempt that we know")
    system: Code
    reference: Reference = Field(description="our reference, not in the gateway's form")
    gateway_reference: Code | None = None
    refund_reference: Reference | None = Field(
        default=None, description="ours; None where the gateway did not say which"
    )
    gateway_refund_reference: Code | None = None
    origin: Origin
    outcome: NoticeOutcome
    amount: Dong | None = Field(default=None, description="dong: of the payment, or for a refund outcome of the refund")
    currency: Code | None = Field(default=None, description="as the gateway wrote it; None where it writes none")
    terminal: Code | None = Field(default=None, description="whose money it is: vnp_TmnCode, partnerCode, app_id")
    codes: tuple[NativeCode, ...] = ()
    message: Text | None = Field(default=None, description="the gateway's own words")
    bank: Code | None = None
    method: Code | None = None
    account: Annotated[Name | None, Personal()] = Field(default=None, description="of the payer, as far as it is told")
    fee: Dong | None = Field(default=None, description="what the gateway keeps or adds")
    written_at: Code | None = Field(default=None, description="time of the payment as the gateway wrote it")
    at: Instant | None = Field(default=None, description="the same, parsed")
    raw: Annotated[Exact | None, Personal()] = Field(default=None, description="the notice or answer as it came")

    @model_validator(mode="after")
    def _paid_says_how_much(self) -> Self:
        if self.outcome is NoticeOutcome.PAID and not self.amount:
            raise PydanticCustomError("amount_missing", "says paid and not how much; add amount")
        return self


__all__ = ["NativeCode", "Notice"]
