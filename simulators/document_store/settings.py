"""What is configured when the simulator starts."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class DocumentStoreSettings(BaseModel):
    """Settings of the simulated store."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    username: str = "h49"
    password: str = "mat-khau-vi-du"
    login_path: str = "bndp/public/v1/login"
    search_path: str = "kho/tim-kiem"
    file_path: str = "kho/tai-tep"
    quoted: bool = Field(default=True, description="a file is answered as JSON text; else as bare Base64")


__all__ = ["DocumentStoreSettings"]
