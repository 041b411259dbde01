"""What is configured when the simulator starts."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class IgateSettings(BaseModel):
    """Settings of the simulated connector."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    client_id: str = "h49"
    client_secret: str = "mat-khau-vi-du"
    wrapped: bool = Field(default=False, description="answers come as {code, message, data}")
    dossiers: int = Field(default=2, ge=0, le=10_000, description="new dossiers at the start")
    create_path: str = "connector/connector/v1/hoso/taomoi"
    next_code_path: str = "connector/connector/v1/getnextvalue"


__all__ = ["IgateSettings"]
