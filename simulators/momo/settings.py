"""What is configured when the simulator starts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..gateway.settings import GatewaySettings


class MomoSettings(GatewaySettings):
    """Settings of the simulated MoMo. How often it repeats a notice is not published: 3 times, a minute apart."""

    partner: str = "VIDU"
    access_key: str = "KHOA"
    secret: str = "BI-MAT-VI-DU"
    least: int = Field(default=1_000, ge=1, description="smallest amount in dong")
    most: int = Field(default=50_000_000, ge=1, description="largest amount in dong")
    notice_timeout: float = Field(default=15, gt=0, description="what a notice's answer may take")
    notice_repeats: int = Field(default=3, ge=0, description="further tries after another answer than 204")
    notice_every: float = Field(default=60, ge=0, description="between them")
    lifetime: float = Field(default=6_000, gt=0, description="of an order: 100 minutes")
    bad_signature: Literal[11, 13, 20] = Field(default=13, description="`resultCode` for a wrong signature")


__all__ = ["MomoSettings"]
