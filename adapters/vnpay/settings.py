"""What can be configured of VNPAY, under `systems.NAME.settings`. The connector's `base_url` is the host of the API."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from schemas.base import Url

Path = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~/%-]+$", max_length=500)]
Address = Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f.:]{7,45}$")]


class VnpaySettings(BaseModel):
    """VNPAY 2.1.0."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    terminal: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,20}$")] = Field(
        description="`vnp_TmnCode`, the code of the terminal"
    )
    secret: SecretStr = Field(min_length=1, description="the hash secret of the terminal")
    pay_url: Url = Field(description="address of the payment page, as VNPAY gave it with the contract")
    return_url: Url | None = Field(
        default=None, description="where the browser goes afterwards, for orders that do not say it"
    )
    transaction_path: Path = Field(
        default="merchant_webapi/api/transaction", description="path of the query and of the refund"
    )
    server_address: Address = Field(description="`vnp_IpAddr` of queries and refunds: the address of this server")
    payer_address: Address | None = Field(
        default=None, description="`vnp_IpAddr` of a payment whose order names no address; unset: it is refused"
    )
    order_type: Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9]{1,100}$")] = Field(
        default="other", description="`vnp_OrderType`, the category of goods"
    )
    bank: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{3,20}$")] | None = Field(
        default=None, description="`vnp_BankCode` of orders that name no method; unset: the payer chooses at VNPAY"
    )
    operator: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,100}$")] = Field(
        default="lienthong", description="`vnp_CreateBy` of a refund"
    )
    verbatim: bool = Field(
        default=False,
        description="refuse notices whose query is not spelled as VNPAY spells it (order, encoding); a proxy on the "
        "way may spell it anew without changing what it says",
    )
    language: Literal["vn", "en"] = Field(default="vn", description="`vnp_Locale` of languages other than these two")


__all__ = ["VnpaySettings"]
