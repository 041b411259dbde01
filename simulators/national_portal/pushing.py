"""Sends samples to a province, one after the other."""

from __future__ import annotations

from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, field_validator

from .samples import SAMPLES


class Order(BaseModel):
    """The body of `POST /_control/push`. `to` is the whole address, e.g. .../in/national-portal/addtthcKhuyenMai."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    service: str
    to: str
    key: str = ""
    first: int = Field(default=1, ge=0)
    count: int = Field(default=1, ge=1, le=1000)

    @field_validator("service")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in SAMPLES:
            raise ValueError(f"is not one of {', '.join(SAMPLES)}")
        return value


async def push(order: Order) -> dict[str, Any]:
    """The answers in order: status and body, or what went wrong."""
    headers = {"authorization": f"Bearer {order.key}"} if order.key else {}
    answers: list[dict[str, Any]] = []
    # 30 s: as the provincial portal's simulator waits
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30), headers=headers) as session:
        for number in range(order.first, order.first + order.count):
            try:
                async with session.post(order.to, json=SAMPLES[order.service](number)) as answer:
                    answers.append({"number": number, "status": answer.status, "body": await answer.text()})
            except aiohttp.ClientError as error:
                answers.append({"number": number, "status": None, "body": str(error)})
    return {"answers": answers}


__all__ = ["Order", "push"]
