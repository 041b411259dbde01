"""The outside systems as operations see them: what waits for each, and why one is not sent anything."""

from __future__ import annotations

from . import actions
from .call import Call, Response, json_response
from .desk import Desk
from .documents import read as read_document
from .messages import SMALL, may_operate
from .problems import Refused


class Systems:
    """The handlers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def list(self, call: Call) -> Response:
        """Every configured system, and every other one that has deliveries which are not done."""
        if call.client.read != "all" and not call.client.operate:
            detail = f"the client {call.name} may not see the systems; it needs read: all or operate: true"
            raise Refused("not-allowed", detail)
        known = {name: system.adapter for name, system in self._desk.config.systems.items()}
        return json_response(await actions.systems(self._desk.ledger, known, await self._desk.ready()))

    async def pause(self, call: Call) -> Response:
        """Send nothing more to a system until it is resumed; everything is kept."""
        may_operate(call)
        name = call.arguments["system"]
        if name not in self._desk.config.systems:
            raise actions.unknown_system(self._desk.config.systems)
        wanted = read_document(actions.Pause, await call.body(SMALL), self._desk.config.http.max_depth)
        await (self._desk.pause or self._desk.ledger.pause)(name, call.name, wanted.reason)
        return json_response({"system": name, "paused": wanted.reason})

    async def resume(self, call: Call) -> Response:
        """Send to a paused system again. One that is not paused stays as it is."""
        may_operate(call)
        name = call.arguments["system"]
        if name not in self._desk.config.systems:
            raise actions.unknown_system(self._desk.config.systems)
        resumed = await self._desk.resume(name, call.name)
        self._desk.wake()
        return json_response({"system": name, "resumed": resumed})
