"""What a code says: NAPAS 247 (id 38), VNPAY-QR (id 26), and what they have in common.

Source: NAPAS QR Switching technical specification v1.5.2.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Bin = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
Account = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{1,19}$")]


class Code(BaseModel):
    """A payment code. `fixed` is a static one, that can be paid more than once; `amount` is in dong."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fixed: bool = True
    bank: Bin | None = None
    account: Annotated[str, StringConstraints(min_length=1, max_length=95)] | None = None
    service: str | None = Field(default=None, description="QRIBFTTA to an account, QRIBFTTC to a card, QRPUSH, QRCASH")
    merchant: str | None = Field(default=None, description="merchant id of a VNPAY-QR")
    category: str | None = None
    amount: Annotated[int, Field(ge=1)] | None = None
    tip: str | None = Field(
        default=None, description="comes on top: 01 as the payer likes, 02 `tip_amount`, 03 `tip_percent`"
    )
    tip_amount: Annotated[int, Field(ge=1)] | None = None
    tip_percent: str | None = None
    name: str | None = None
    city: str | None = None
    postal_code: str | None = None
    bill: str | None = None
    mobile: str | None = None
    store: str | None = None
    loyalty: str | None = None
    reference: str | None = None
    customer: str | None = None
    terminal: str | None = None
    purpose: str | None = None
    asks: str | None = Field(default=None, description="what the payer's app is asked for: A address, M mobile, E mail")


__all__ = ["Account", "Bin", "Code"]
