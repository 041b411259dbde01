"""One movement of money as one side's books have it: what reconciliation compares, ours and the gateway's alike."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from ..base import Canonical, Code, Dong, Instant, Name, Text
from ..notices import Day
from .notice import NativeCode


class Movement(StrEnum):
    """Which way the money goes: a payment in, a refund or reversal out."""

    PAYMENT = "payment"
    REFUND = "refund"
    REVERSAL = "reversal"


class SettlementStatus(StrEnum):
    """Whether it moved."""

    DONE = "done"
    PENDING = "pending"
    FAILED = "failed"


class SettlementLine(Canonical):
    """Type `settlement.listed`. Amounts are never negative; `movement` says which way."""

    system: Code
    movement: Movement
    status: SettlementStatus
    reference: Code | None = Field(default=None, description="ours: first key of the match")
    gateway_reference: Code | None = Field(default=None, description="the gateway's: second key")
    refund_reference: Code | None = None
    gateway_refund_reference: Code | None = None
    order_code: Code | None = None
    dossier_code: Code | None = None
    amount: Dong = Field(description="dong, without the gateway's fee")
    currency: Code = "VND"
    fee: Dong | None = Field(default=None, description="dong that the gateway keeps")
    terminal: Code | None = None
    bank: Code | None = None
    at: Instant | None = Field(default=None, description="time of the payment at the gateway")
    written_at: Code | None = Field(default=None, description="the same as it was written")
    day: Day | None = Field(default=None, description="the gateway's session day, in GMT+7")
    codes: tuple[NativeCode, ...] = ()
    text: Text | None = None
    file: Name | None = None
    line: Annotated[int, Field(ge=1)] | None = None


__all__ = ["Movement", "SettlementLine", "SettlementStatus"]
