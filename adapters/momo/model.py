# ruff: noqa: N815  # the names are MoMo's
"""MoMo's own language, gateway v2. What we say is closed; what MoMo says may hold more. Amounts are VND."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from adapters.parameters import Number, Said

Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]([-_.0-9A-Za-z]*[0-9A-Za-z])?$", max_length=50)]


class Native(BaseModel):
    """What we say."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    partnerCode: str
    requestId: Annotated[str, StringConstraints(min_length=1, max_length=50)]
    orderId: Id
    lang: str


class Create(Native):
    """A payment. `orderId` and `requestId` are our reference, so that MoMo knows a repeat."""

    amount: Annotated[int, Field(ge=1)]
    orderInfo: Annotated[str, StringConstraints(min_length=1)]
    redirectUrl: str
    ipnUrl: str
    requestType: str
    extraData: str = ""
    autoCapture: bool = True


class Query(Native):
    """The question about a payment or a refund."""


class Refund(Native):
    """A refund: `orderId` and `requestId` are our reference of it, `transId` is that of the payment."""

    amount: Annotated[int, Field(ge=1)]
    transId: int
    description: str


class Notice(BaseModel):
    """What MoMo's server (IPN) or the payer's browser (redirect) brings."""

    partnerCode: Said
    orderId: Said
    requestId: Said
    amount: Number
    orderInfo: Said = ""
    orderType: Said = ""
    transId: Said = ""
    resultCode: Number
    message: Said = ""
    payType: Said = ""
    responseTime: Number
    extraData: Said = ""


class Created(BaseModel):
    """The answer to a creation."""

    resultCode: Said
    partnerCode: Said = ""
    requestId: Said = ""
    orderId: Said = ""
    amount: Said = ""
    message: Said = ""
    payUrl: str | None = None
    deeplink: str | None = None
    qrCodeUrl: str | None = None


class RefundEntry(BaseModel):
    """One refund of a payment."""

    orderId: Said = ""
    amount: Said = ""
    resultCode: Said = ""
    transId: Said = ""


class State(BaseModel):
    """The answer to a question or a refund."""

    resultCode: Said
    partnerCode: Said = ""
    orderId: Said = ""
    amount: Said = ""
    transId: Said = ""
    message: Said = ""
    payType: Said = ""
    responseTime: Said = ""
    refundTrans: list[RefundEntry] | None = None


__all__ = ["Create", "Created", "Notice", "Query", "Refund", "RefundEntry", "State"]
