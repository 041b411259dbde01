"""A connector that carries every request into a drawer and answers with its number."""

from __future__ import annotations

import json

from pydantic import BaseModel

from lienthong import Connector, NotSent, Reply, Request


class Drawer(BaseModel):
    """`size`: how many requests it holds."""

    size: int = 10


class Pigeonhole(Connector):
    Settings = Drawer

    def __init__(self, settings: Drawer, system: str) -> None:
        self._size = settings.size
        self._kept: list[Request] = []

    async def open(self) -> None:
        self._kept.clear()

    async def exchange(self, request: Request) -> Reply:
        if len(self._kept) == self._size:
            raise NotSent("the drawer is full")
        self._kept.append(request)
        return Reply(200, {"content-type": "application/json"}, json.dumps({"number": len(self._kept)}).encode())

    async def close(self) -> None:
        self._kept.clear()
