"""What is configured when the simulator starts."""

from __future__ import annotations

from pydantic import Field

from ..gateway.settings import GatewaySettings
from .signing import Formula

_NOTICE = ("orderId", "requestCode", "amount", "transactionNo", "errorCode")


class PaygovSettings(GatewaySettings):
    """Settings of the simulated PayGov. Formulas and path are inventions: those of a province are told by contract."""

    partner: str = "PAYGOV-VIDU"
    secret: str = "BI-MAT-VI-DU"
    access_key: str | None = Field(default=None, description="demanded of a creation, if set")
    service: str | None = Field(default=None, description="`serviceCode` demanded of a creation, if set")
    token: str | None = Field(default=None, description="the bearer token that every call needs; any if unset")
    path: str = "thanh-toan"
    checksum: Formula = Field(default=Formula(fields=_NOTICE), description="of notices")
    request_checksum: Formula | None = Field(default=None, description="demanded of a creation, if set")
    pay_gate: str = Field(default="VIDU", description="`payGate` of notices")
    notice_repeats: int = Field(default=3, ge=0, description="further tries after another answer than SUCCESSFUL")
    notice_every: float = Field(default=60, ge=0, description="between them")


__all__ = ["PaygovSettings"]
