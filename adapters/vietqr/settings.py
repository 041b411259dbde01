"""What can be configured of VietQR, under `systems.NAME.settings`. Nothing is sent anywhere."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from .model import Account, Bin


class VietqrSettings(BaseModel):
    """Transfers by QR code to an account of the collecting body."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bank: Bin | None = Field(default=None, description="BIN of the bank, for orders that name no beneficiary")
    account: Account | None = Field(default=None, description="account, for orders that name no beneficiary")
    name: str | None = Field(default=None, max_length=100, description="name of the account's holder")
    city: str | None = Field(default=None, max_length=100, description="city of the account's holder")
    purpose_length: int = Field(
        default=25, ge=20, le=95, description="most characters of the purpose; the reference always stands first in it"
    )
    category: Annotated[str, StringConstraints(pattern=r"^\d{4}$")] | None = Field(
        default=None, description="merchant category code (MCC)"
    )


__all__ = ["VietqrSettings"]
