"""What is configured when the simulator starts."""

from __future__ import annotations

from pydantic import Field

from ..gateway.settings import GatewaySettings


class ZalopaySettings(GatewaySettings):
    """Settings of the simulated ZaloPay. Callbacks: up to 3 repeats, a minute apart."""

    app_id: int = 2554
    key1: str = "BI-MAT-VI-DU"
    key2: str = "BI-MAT-VI-DU"
    notice_repeats: int = Field(default=3, ge=0, description="further tries after another answer than 1 or 2")
    notice_every: float = Field(default=60, ge=0, description="between them")
    refund_after: float = Field(default=30, ge=0, description="from the request of a refund to its being paid out")
    freshness: float = Field(default=900, gt=0, description="how old `app_time` and `timestamp` may be")


__all__ = ["ZalopaySettings"]
