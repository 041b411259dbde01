"""An adapter's conversations over the real connector, with the adapter's own way to log in, to a real simulator."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette

from bus.registry import connect_section
from connectors.rest import Rest
from lienthong import Adapter, Reply, Request, TransportError
from simulators.server import serve


@dataclass(slots=True)
class Wired:
    """`app` is the simulator's, for a look inside."""

    connector: Rest
    app: Starlette

    async def told(self, conversation: Generator[Request, Reply, Any]) -> Any:
        """The verdict of a conversation; a transport error that it does not catch is the test's to expect."""
        try:
            request = next(conversation)
            while True:
                try:
                    answer = await self.connector.exchange(request)
                except TransportError as error:
                    request = conversation.throw(error)
                else:
                    request = conversation.send(answer)
        except StopIteration as end:
            return end.value


@asynccontextmanager
async def wired(app: Starlette, adapter: type[Adapter], **auth: Any) -> AsyncIterator[Wired]:
    """The simulator `app` on a port, and a connector to it configured as a file would."""
    async with await serve(app) as server:
        section = connect_section(adapter, Rest, {"base_url": server.url, "auth": auth})
        connector = Rest(Rest.Settings.model_validate(section), "outside")  # type: ignore[arg-type]  # its own Settings
        await connector.open()
        try:
            yield Wired(connector, app)
        finally:
            await connector.close()


__all__ = ["Wired", "wired"]
