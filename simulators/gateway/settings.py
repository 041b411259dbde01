"""What every simulated gateway is configured with when it starts."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class GatewaySettings(BaseModel):
    """Waiting times are in seconds; `scale` shortens those between repeats of a notice."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    notice_url: str | None = Field(default=None, description="where notices go, e.g. http://.../in/vnpay/notice")
    notice_headers: dict[str, str] = Field(default_factory=dict, description="sent too, e.g. the bus's key")
    notice_timeout: float = Field(default=30, gt=0, description="what a notice's answer may take")
    notice_repeats: int = Field(default=10, ge=0, description="further tries after an answer that is not the right one")
    notice_every: float = Field(default=300, ge=0, description="between them")
    scale: float = Field(default=1, ge=0, description="0.001 makes 5 minutes 0.3 seconds")
    concurrency: int = Field(default=32, ge=1, le=1000, description="notices on their way at once")
    any_amount: bool = Field(default=False, description="the payer may pay more or less than the order says")
    fee_rate: float = Field(default=0, ge=0, le=100, description="percent of a payment that the gateway takes")
    fee_fixed: int = Field(default=0, ge=0, description="dong that it takes besides")
    refund_after: float = Field(default=0, ge=0, description="from the request of a refund to its being paid out")
    lifetime: float = Field(default=900, gt=0, description="of an order that names no end itself")
    public_url: str | None = Field(default=None, description="where the payer reaches this; unset: as the merchant did")
    seed: int = Field(default=0, description="of chance")

    def fee(self, amount: int) -> int:
        """What the gateway takes of a payment, in dong, halves rounded to even."""
        return round(amount * self.fee_rate / 100) + self.fee_fixed


__all__ = ["GatewaySettings"]
