"""What is configured when the simulator starts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..gateway.settings import GatewaySettings


class VnpaySettings(GatewaySettings):
    """Settings of the simulated VNPAY. Notices: up to 10 repeats, 5 minutes apart."""

    terminal: str = "LGSPTEST"
    secret: str = "BI-MAT-VI-DU"
    pay_path: str = "paymentv2/vpcpay.html"
    transaction_path: str = "merchant_webapi/api/transaction"
    bank: str = "NCB"
    refund_after: float = Field(default=60, ge=0, description="half of it in process at VNPAY, half at the bank")
    query_shows: Literal["refund", "payment"] = Field(
        default="refund", description="what querydr tells of a payment that was refunded; VNPAY's pages leave it open"
    )


__all__ = ["VnpaySettings"]
