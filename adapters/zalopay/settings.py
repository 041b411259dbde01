"""What can be configured of ZaloPay, under `systems.NAME.settings`. The connector's `base_url` is ZaloPay's host."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from schemas.base import Url

Path = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~/%-]+$", max_length=500)]


class ZalopayPaths(BaseModel):
    """Where things are, below the host."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    create: Path = Field(default="v2/create", description="creation of a payment")
    query: Path = Field(default="v2/query", description="question about a payment")
    refund: Path = Field(default="v2/refund", description="refund")
    refund_query: Path = Field(default="v2/query_refund", description="question about a refund")


class ZalopaySettings(BaseModel):
    """ZaloPay v2."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    app_id: int = Field(ge=1, lt=10**12, description="`app_id` of the merchant")
    key1: SecretStr = Field(min_length=1, description="the key of what we send")
    key2: SecretStr = Field(min_length=1, description="the key of what ZaloPay sends")
    notice_url: Url | None = Field(
        default=None, description="`callback_url`: where ZaloPay reaches `/in/{system}/notice`; unset: as registered"
    )
    return_url: Url | None = Field(
        default=None, description="`redirecturl` of orders that do not say where the browser goes afterwards"
    )
    app_user: Annotated[str, StringConstraints(pattern=r"^[^|\s](?:[^|]*[^|\s])?$", max_length=50)] = Field(
        default="lienthong", description="`app_user`: who pays, as ZaloPay is told"
    )
    bank: Annotated[str, StringConstraints(max_length=20)] = Field(
        default="", description="`bank_code` of orders that name no method; empty: the payer chooses at ZaloPay"
    )
    paths: ZalopayPaths = Field(default=ZalopayPaths(), description="paths")


__all__ = ["ZalopayPaths", "ZalopaySettings"]
