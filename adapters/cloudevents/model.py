"""The settings. The native form is CloudEvents 1.0 itself (structured mode, JSON)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Settings of a system that receives CloudEvents."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str = Field(default="", description="where events are posted, below the connector's URL")
    on_unknown: Literal["resend", "hold"] = Field(
        default="hold", description="resend only if the receiver drops an event whose source and id it has seen"
    )
