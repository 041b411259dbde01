# ruff: noqa: N815  # the names are VNPAY's
"""VNPAY's own language, version 2.1.0. What we say is closed; what VNPAY says may hold more.

Amounts are VND x 100. Times are yyyyMMddHHmmss in GMT+7.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from adapters.codecs import Moment
from adapters.parameters import Number, Said

TIME = Moment("%Y%m%d%H%M%S", r"\d{14}")
Info = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class Native(BaseModel):
    """What we say."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    vnp_Version: str = "2.1.0"
    vnp_TmnCode: str
    vnp_TxnRef: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    vnp_OrderInfo: Info
    vnp_CreateDate: str
    vnp_IpAddr: Annotated[str, StringConstraints(min_length=7, max_length=45)]


class Pay(Native):
    """The parameters of the payment page."""

    vnp_Command: str = "pay"
    vnp_Amount: Annotated[int, Field(ge=100, le=10**12 - 1)]
    vnp_BankCode: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{3,20}$")] | None = None
    vnp_CurrCode: str = "VND"
    vnp_Locale: str
    vnp_OrderType: str
    vnp_ReturnUrl: Annotated[str, StringConstraints(min_length=10, max_length=255)]
    vnp_ExpireDate: str


class QueryDr(Native):
    """The question what became of a payment. `vnp_TransactionDate` is the payment's `vnp_CreateDate`."""

    vnp_RequestId: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    vnp_Command: str = "querydr"
    vnp_TransactionNo: str | None = None
    vnp_TransactionDate: str


class Refund(Native):
    """A refund; without a number of the payment at VNPAY `vnp_TransactionNo` is 0."""

    vnp_RequestId: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    vnp_Command: str = "refund"
    vnp_TransactionType: str
    vnp_Amount: Annotated[int, Field(ge=100, le=10**12 - 1)]
    vnp_TransactionNo: str
    vnp_TransactionDate: str
    vnp_CreateBy: str


class Notice(BaseModel):
    """What VNPAY's server (IPN) or the payer's browser (return) brings."""

    vnp_TmnCode: str
    vnp_Amount: Number
    vnp_CurrCode: str | None = None
    vnp_BankCode: str | None = None
    vnp_BankTranNo: str | None = None
    vnp_CardType: str | None = None
    vnp_PayDate: str | None = None
    vnp_OrderInfo: str | None = None
    vnp_TransactionNo: str
    vnp_ResponseCode: str
    vnp_TransactionStatus: str
    vnp_TxnRef: str


class ApiAnswer(BaseModel):
    """What a query or refund is answered; `vnp_ResponseCode` speaks of the call, not of the payment."""

    vnp_ResponseCode: Said
    vnp_ResponseId: Said = ""
    vnp_Command: Said = ""
    vnp_Message: Said = ""
    vnp_TmnCode: Said = ""
    vnp_TxnRef: Said = ""
    vnp_Amount: Said = ""
    vnp_BankCode: Said = ""
    vnp_PayDate: Said = ""
    vnp_TransactionNo: Said = ""
    vnp_TransactionType: Said = ""
    vnp_TransactionStatus: Said = ""
    vnp_OrderInfo: Said = ""
    vnp_PromotionCode: Said = ""
    vnp_PromotionAmount: Said = ""


__all__ = ["TIME", "ApiAnswer", "Notice", "Pay", "QueryDr", "Refund"]
