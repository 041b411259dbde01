"""Leads conversations over real connectors, as the bus does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from typing import Any

from lienthong import Connector, Reply, Request, TransportError


async def driven(connector: Connector, conversation: Generator[Request, Reply, Any]) -> Any:
    """The verdict of a conversation; an error that the adapter does not catch comes out."""
    try:
        request = next(conversation)
        while True:
            try:
                reply = await connector.exchange(request)
            except TransportError as error:
                request = conversation.throw(error)
            else:
                request = conversation.send(reply)
    except StopIteration as end:
        return end.value


@asynccontextmanager
async def opened(kind: Any, **settings: Any) -> AsyncIterator[Connector]:
    """A connector of that class, with these settings, closed afterwards."""
    connector: Connector = kind(kind.Settings.model_validate(settings), "partner")
    await connector.open()
    try:
        yield connector
    finally:
        await connector.close()
