"""What is configured when the simulator starts."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class LinkedRegistrationSettings(BaseModel):
    """Settings of the simulated service."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    username: str = "h49"
    password: str = "mat-khau-vi-du"
    cases: int = Field(default=3, ge=0, le=10_000, description="cases that wait at the start")
    login_path: str = "api/token"
    list_path: str = "api/lienthongdvclt/hosolienthong"
    taken_path: str = "api/lienthongdvclt/xacnhan"
    state_path: str = "api/lienthongdvclt/trangthai"


__all__ = ["LinkedRegistrationSettings"]
