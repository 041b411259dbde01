"""Looking at messages, and what operators do to them."""

from __future__ import annotations

from typing import Any

from . import actions, shapes
from .call import Call, Response, json_response
from .desk import Desk
from .documents import read as read_document
from .parameters import only
from .problems import Refused

# An operator's request is a few words.
SMALL = 10_000


def may_read(call: Call) -> str | None:
    """Whose messages the caller may see: its own name, or `None` for all. Raises `Refused`."""
    if call.client.read == "none":
        raise Refused("not-allowed", f"the client {call.name} may see no messages; it needs read: own or all")
    return call.name if call.client.read == "own" else None


def may_operate(call: Call) -> None:
    """Raises `Refused` for a client that may not act."""
    if not call.client.operate:
        raise Refused("not-allowed", f"the client {call.name} may not act; it needs operate: true")


class Messages:
    """The handlers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def search(self, call: Call) -> Response:
        """One page, newest first; `next` is the cursor of the following page, or null."""
        return json_response(await actions.found(self._desk.ledger, call.query(), may_read(call)))

    async def show(self, call: Call) -> Response:
        """One message; with `?data=full` unmasked, for clients that may read all and operate."""
        query = call.query()
        only(query, ("data",))
        if query.get("data", "masked") not in ("masked", "full"):
            raise Refused("bad-parameter", "the query parameter data is masked or full")
        full = query.get("data") == "full"
        if full and not (call.client.read == "all" and call.client.operate):
            detail = f"the client {call.name} sees personal data masked; data=full needs read: all and operate: true"
            raise Refused("not-allowed", detail)
        return json_response(shapes.whole(await self._visible(call), full=full))

    async def replay(self, call: Call) -> Response:
        """Send again; what each delivery came to is listed."""
        may_operate(call)
        wanted = read_document(actions.Replay, await call.body(SMALL), self._desk.config.http.max_depth)
        done = await actions.replayed(self._desk.ledger, await self._visible(call), wanted, call.name)
        self._desk.wake()
        return json_response(done)

    async def cancel(self, call: Call) -> Response:
        """Give up; what each delivery came to is listed."""
        may_operate(call)
        wanted = read_document(actions.Cancel, await call.body(SMALL), self._desk.config.http.max_depth)
        done = await actions.cancelled(self._desk.ledger, await self._visible(call), wanted, call.name)
        self._desk.wake()
        return json_response(done)

    async def _visible(self, call: Call) -> dict[str, Any]:
        return await actions.row(self._desk.ledger, call.arguments["id"], may_read(call))
