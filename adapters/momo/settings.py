"""What can be configured of MoMo, under `systems.NAME.settings`. The connector's `base_url` is MoMo's host."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from schemas.base import Url

Path = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~/%-]+$", max_length=500)]


class MomoPaths(BaseModel):
    """Where things are, below the host."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    create: Path = Field(default="v2/gateway/api/create", description="creation of a payment")
    query: Path = Field(default="v2/gateway/api/query", description="question about a payment")
    refund: Path = Field(default="v2/gateway/api/refund", description="refund")
    refund_query: Path = Field(default="v2/gateway/api/refund/query", description="question about a refund")


class MomoSettings(BaseModel):
    """MoMo's gateway v2."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    partner: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,50}$")] = Field(
        description="`partnerCode` of the merchant"
    )
    access_key: SecretStr = Field(min_length=1, description="`accessKey` of the merchant")
    secret: SecretStr = Field(min_length=1, description="the secret key of the merchant")
    notice_url: Url = Field(description="`ipnUrl`: where MoMo reaches `/in/{system}/notice` of this bus")
    return_url: Url | None = Field(
        default=None, description="`redirectUrl` of orders that do not say where the browser goes afterwards"
    )
    request_type: Literal["captureWallet", "payWithMethod", "payWithATM", "payWithCC"] = Field(
        default="captureWallet", description="`requestType`: how the payer may pay"
    )
    least: int = Field(default=1_000, ge=1, description="smallest amount in dong that MoMo takes")
    most: int = Field(default=50_000_000, ge=1, description="largest amount in dong that MoMo takes")
    timeout: float = Field(default=30, ge=30, le=300, description="seconds that MoMo has for an answer, 30 at least")
    paths: MomoPaths = Field(default=MomoPaths(), description="paths")
    refund_query_by: Literal["refund", "payment"] = Field(
        default="refund", description="which `orderId` the question about a refund names; MoMo's pages leave it open"
    )


__all__ = ["MomoPaths", "MomoSettings"]
