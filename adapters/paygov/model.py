# ruff: noqa: N815  # the names are PayGov's
"""PayGov's own language. What we say is closed; what PayGov says may hold more. Amounts are VND."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from adapters.parameters import Number, Said

# what a checksum may be made of; partnerCode and accessKey are always our own, never a notice's
RequestField = Literal[
    "partnerCode", "returnUrl", "orderId", "amount", "orderInfo", "requestCode", "ipAddress", "accessKey", "serviceCode"
]
NoticeField = Literal[
    "partnerCode", "accessKey", "amount", "orderId", "orderInfo", "requestCode", "transactionNo", "payDate", "payGate",
    "errorCode", "type", "transactionCode",
]  # fmt: skip


class Create(BaseModel):
    """A payment. `requestCode` is our reference; `accessKey` and `serviceCode` only where they are set."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    partnerCode: str
    returnUrl: str
    orderId: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    amount: Annotated[int, Field(ge=1)]
    orderInfo: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    requestCode: str
    ipAddress: Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f.:]{2,45}$")]
    accessKey: str | None = None
    serviceCode: str | None = None


class Page(BaseModel):
    """Where the payer pays."""

    url: str = ""


class Created(BaseModel):
    """The answer to a creation. Only `data.url` is known; the rest is where other messages of PayGov say why not."""

    data: Page | None = None
    error_code: Said = ""
    error_message: Said = ""
    errorCode: Said = ""


class Notice(BaseModel):
    """What PayGov tells about a payment. A field that the checksum does not cover is not believed."""

    amount: Number
    errorCode: Said
    orderId: Said = ""
    orderInfo: Said = ""
    requestCode: Said = ""
    transactionNo: Said = ""
    transactionCode: Said = ""
    payDate: Said = ""
    payGate: Said = ""
    type: Said = ""


__all__ = ["Create", "Created", "Notice", "NoticeField", "Page", "RequestField"]
