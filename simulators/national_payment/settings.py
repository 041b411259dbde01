"""What is configured when the simulator starts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..gateway.settings import GatewaySettings


class NationalPaymentSettings(GatewaySettings):
    """Settings of the simulated platform. Its paths, its repeats and its codes but 00 and 99 are not published."""

    partner: str = "DVC01"
    secret: str = "BI-MAT-VI-DU"
    token: str | None = Field(default=None, description="the bearer token that every call needs; any if unset")
    version: str = "1.0.6"
    init_path: str = "khoi-tao"
    query_path: str = "truy-van"
    bill_path: str = "bien-lai"
    bank: str = "NH-VIDU"
    confirm_kind: str = Field(default="CONFIRM", description="`LoaiBanTin` of notices")
    absent_code: str = Field(default="99", description="`MaLoi` about a transaction that there is not")
    answers: Literal["plain", "facade"] = Field(
        default="plain", description='facade: {"error_code": "0", "message": "<the answer as text>"}'
    )
    signed_answers: bool = Field(default=False, description="answers to QUERY carry `MaXacThuc`, as CONFIRM does")
    reply_order: tuple[str, ...] = Field(
        default=(), description="fields of a reply to CONFIRM that must be signed in this order; unset: not looked at"
    )
    receipt: Literal["pdf", "link"] = "pdf"
    notice_repeats: int = Field(default=3, ge=0, description="further tries after another answer than 00")
    notice_every: float = Field(default=60, ge=0, description="between them")


__all__ = ["NationalPaymentSettings"]
