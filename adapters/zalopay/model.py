"""ZaloPay's own language, v2. What we say is closed; what ZaloPay says may hold more. Amounts are VND."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from adapters.parameters import Number, Said


class Native(BaseModel):
    """What we say."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    app_id: int


class Create(Native):
    """A payment. `item` and `embed_data` are JSON written into texts; `app_time` is in milliseconds."""

    app_user: Annotated[str, StringConstraints(min_length=1, max_length=50)]
    app_trans_id: Annotated[str, StringConstraints(min_length=8, max_length=40)]
    app_time: int
    amount: Annotated[int, Field(ge=1)]
    description: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    item: Annotated[str, StringConstraints(max_length=2048)] = "[]"
    embed_data: Annotated[str, StringConstraints(max_length=2048)] = "{}"
    expire_duration_seconds: Annotated[int, Field(ge=300, le=2_592_000)]
    callback_url: str | None = None
    bank_code: str = ""


class Query(Native):
    """The question about a payment."""

    app_trans_id: str


class Refund(Native):
    """A refund; `timestamp` in milliseconds, at most 15 minutes old."""

    m_refund_id: Annotated[str, StringConstraints(min_length=8, max_length=45)]
    zp_trans_id: str
    amount: Annotated[int, Field(ge=1)]
    timestamp: int
    description: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class RefundQuery(Native):
    """The question about a refund."""

    m_refund_id: str
    timestamp: int


class Data(BaseModel):
    """`data` of a callback, read from its text once the digest over that text was right."""

    app_id: int
    app_trans_id: Said
    app_time: Said = ""
    app_user: Said = ""
    amount: Number
    zp_trans_id: Said
    server_time: Said = ""
    channel: Said = ""
    user_fee_amount: Said = ""
    discount_amount: Said = ""


class Redirect(BaseModel):
    """What the payer's browser brings back."""

    appid: Said
    apptransid: Said
    pmcid: Said = ""
    bankcode: Said = ""
    amount: Number
    discountamount: Said = ""
    status: Said


class Answer(BaseModel):
    """What we are answered: to a creation, a question, a refund."""

    return_code: Said
    return_message: Said = ""
    sub_return_code: Said = ""
    sub_return_message: Said = ""
    order_url: str | None = None
    zp_trans_token: str | None = None
    order_token: str | None = None
    qr_code: str | None = None
    amount: Said = ""
    zp_trans_id: Said = ""
    server_time: Said = ""
    discount_amount: Said = ""
    refund_id: Said = ""


__all__ = ["Answer", "Create", "Data", "Query", "Redirect", "Refund", "RefundQuery"]
