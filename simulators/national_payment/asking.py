"""Asks a province what a dossier must pay, as the portal does when a citizen pays by dossier code."""

from __future__ import annotations

from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from ..controls import parsed
from ..wire import reply


class Question(BaseModel):
    """The body of `POST /_control/ask`; `to` is the whole address, e.g. .../in/national-payment/dues."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: str
    dossier: str
    key: str = ""


async def ask(question: Question) -> dict[str, Any]:
    """The answer: status and body, or what went wrong."""
    headers = {"authorization": f"Bearer {question.key}"} if question.key else {}
    # 30 s: as the platform waits for a notice's answer
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30), headers=headers) as session:
        try:
            async with session.post(question.to, json={"MaHoSo": question.dossier}) as answer:
                return {"status": answer.status, "body": await answer.text()}
        except (aiohttp.ClientError, TimeoutError) as error:
            return {"status": None, "body": str(error)}


async def page(request: Request) -> Response:
    """`POST /_control/ask`."""
    question = parsed(TypeAdapter(Question), await request.body())
    return question if isinstance(question, Response) else reply(await ask(question))


__all__ = ["Question", "ask", "page"]
