"""What is configured when the simulator starts."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Steps = Literal["append", "dedupe", "queryable"]
Batch = Literal["refuse", "partial"]


class Answers(BaseModel):
    """How answers are written. Clients have seen every one of these."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    error_code: Literal["number", "string", "00"] = Field(default="string", description='0, "0" or "00" for success')
    message: Literal["plain", "facade"] = Field(
        default="plain", description="facade: the whole answer is a JSON string inside `message`"
    )
    records: Literal["result", "data"] = Field(default="result", description="where reads put what they found")
    unicode: Literal["NFC", "NFD"] = Field(default="NFC", description="normal form of messages")


class NationalPortalSettings(BaseModel):
    """Settings of the simulated national portal; the defaults are those of the demo."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    username: str = "000.00.00.H49"
    password: str = "mat-khau-vi-du"
    units: tuple[str, ...] = Field(default=("000.00.00.H49", "H49"), description="values of `madonvi` it takes")
    dstcode: str | None = Field(default=None, description="the address it answers to behind a carrier; any if unset")
    login_path: str = "mapi/login"
    data_path: str = "mapi/g"
    session_lifetime: float = Field(default=600, gt=0, description="seconds")
    session_calls: int | None = Field(default=None, ge=1, description="calls after which a session expires")
    steps: Steps = "append"
    batch: Batch = "refuse"
    answers: Answers = Answers()
    max_steps: int = Field(default=10, ge=1, description="most steps of one call")
    unknown_fields: Literal["refuse", "ignore"] = "refuse"
    exists_code: int = Field(default=-3, description="error code of an insert of what exists; 3 has been seen too")
    session_code: int = Field(default=-1, description="error code of a session that is not valid")
    session_message: str = "Phiên làm việc (session) không hợp lệ hoặc đã hết hạn"
    journal: Path | None = Field(default=None, description="file to which every effect is appended, a JSON line each")
    seed: int = Field(default=0, description="of session tokens, and of faults that name none")


__all__ = ["Answers", "Batch", "NationalPortalSettings", "Steps"]
