"""When a gateway is asked, and for how long: configuration of the payment process, in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.quantities import Seconds

_UNANSWERING = {"queries": False, "refunds": False, "refund_queries": False}
# Source: the gateways' own guides, as far as they say when to ask; the rest is caution. Nothing says that PayGov
# can be asked; a VietQR transfer shows on the account's statement only.
_LIKE: Mapping[str | None, Mapping[str, Any]] = {
    "vnpay": {"first": 300, "every": 300, "late": (3600, 86_400)},
    "momo": {"first": 60, "every": 120},
    "zalopay": {"lifetime": 900, "first": 60, "every": 60},
    "national_payment": {
        "receipts": True,
        "refunds": False,
        "refund_queries": False,
        "lifetime": 86_400,
        "first": 1800,
        "every": 1980,
        "patience": 131,
    },
    "paygov": {**_UNANSWERING, "lifetime": 3600},
    "vietqr": {**_UNANSWERING, "lifetime": 86_400},
}

Often = Annotated[Seconds, Field(ge=1, le=86_400 * 3)]


class GatewayPolicy(BaseModel):
    """How one gateway is treated."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    like: Literal["vnpay", "momo", "zalopay", "national_payment", "paygov", "vietqr"] | None = Field(
        default=None, description="take what is not said here from what is known of this gateway"
    )
    queries: bool = Field(default=True, description="it can be asked what became of an attempt")
    refunds: bool = Field(default=True, description="it can be told to pay back")
    refund_queries: bool = Field(default=True, description="it can be asked what became of a refund")
    receipts: bool = Field(default=False, description="it issues receipts that are to be fetched")
    lifetime: Often = Field(default=900, description="how long an attempt can be paid")
    first: Often = Field(default=60, description="first question after an attempt was created")
    every: Often = Field(default=60, description="between questions")
    grace: Seconds = Field(default=60, description="after the end of its time, before an attempt counts as expired")
    patience: int = Field(default=30, ge=1, le=1000, description="unanswered questions before people are called")
    late: tuple[Often, ...] = Field(
        default=(900, 3600, 86_400), description="questions after an attempt failed or expired, each after the last"
    )
    refund_first: Often = Field(default=60, description="first question after a refund was requested")
    refund_every: Often = Field(default=600, description="between questions about a refund")
    refund_patience: int = Field(default=144, ge=1, le=1000, description="questions before people are called")
    refund_late: Often = Field(default=86_400, description="between questions after people were called")

    @model_validator(mode="before")
    @classmethod
    def _like(cls, value: Any) -> Any:
        return {**_LIKE.get(value.get("like"), {}), **value} if isinstance(value, Mapping) else value


class PaymentPolicy(BaseModel):
    """All gateways, by the name of their system."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gateways: dict[str, GatewayPolicy] = Field(description="the gateways, by the names of their systems")
    default: str | None = Field(default=None, description="the gateway of an order that names none")
    attempts: int = Field(default=20, ge=1, le=99, description="most attempts of one order")
    reuse: Seconds = Field(
        default=120, description="an open link is given again while it is valid for longer than this"
    )
    hush: Seconds = Field(default=10, description="least time between two questions that returning browsers cause")

    def of(self, system: str) -> GatewayPolicy:
        """The policy of a gateway; of one that is no longer configured, nothing can be asked or refunded."""
        return self.gateways.get(system) or GatewayPolicy(queries=False, refunds=False, refund_queries=False)


VNPAY = GatewayPolicy(like="vnpay")
MOMO = GatewayPolicy(like="momo")
ZALOPAY = GatewayPolicy(like="zalopay")
NATIONAL = GatewayPolicy(like="national_payment")
PAYGOV = GatewayPolicy(like="paygov")

__all__ = ["MOMO", "NATIONAL", "PAYGOV", "VNPAY", "ZALOPAY", "GatewayPolicy", "PaymentPolicy"]
