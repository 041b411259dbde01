"""Looking at messages, and what operators do to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bus.ledger import operate, read

from . import shapes
from .call import Call, Response, json_response
from .desk import Desk
from .documents import read as read_document
from .parameters import identifier, only, search, unknown_message
from .problems import Refused

# An operator's request is a few words.
_SMALL = 10_000


class Replay(BaseModel):
    """The body of a replay; all of it may be left out."""

    model_config = ConfigDict(extra="forbid", strict=True)

    system: str | None = Field(default=None, max_length=60, description="only the deliveries to this system")
    force: bool = Field(default=False, description="send again what was delivered, too")


class Cancel(BaseModel):
    """The body of a cancel."""

    model_config = ConfigDict(extra="forbid", strict=True)

    system: str | None = Field(default=None, max_length=60, description="only the deliveries to this system")
    reason: str = Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$", description="why, for the evidence")


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
        wanted = search(call.query(), may_read(call))
        more = replace(wanted, limit=wanted.limit + 1)
        rows = await self._desk.ledger.read(lambda connection: read.search(connection, more))
        page = [shapes.summary(row) for row in rows[: wanted.limit]]
        return json_response({"messages": page, "next": page[-1]["id"] if len(rows) > wanted.limit else None})

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
        row = await self._visible(call)
        return json_response(shapes.whole(row, full=full))

    async def replay(self, call: Call) -> Response:
        """Send again; what each delivery came to is listed."""
        may_operate(call)
        wanted = read_document(Replay, await call.body(_SMALL), self._desk.config.http.max_depth)
        id = str((await self._visible(call))["id"])
        done = await self._desk.ledger.replay(id, wanted.system, call.name, wanted.force)
        return self._acted(id, [_replayed(one) for one in done])

    async def cancel(self, call: Call) -> Response:
        """Give up; what each delivery came to is listed."""
        may_operate(call)
        wanted = read_document(Cancel, await call.body(_SMALL), self._desk.config.http.max_depth)
        row = await self._visible(call)
        done = await self._desk.ledger.cancel(str(row["id"]), wanted.system, call.name, wanted.reason)
        systems = {one["id"]: one["system"] for one in row["deliveries"]}
        return self._acted(str(row["id"]), [_cancelled(one, systems) for one in done])

    async def _visible(self, call: Call) -> dict[str, Any]:
        owner, id = may_read(call), identifier(call.arguments["id"])
        row = await self._desk.ledger.read(lambda connection: read.one(connection, id))
        if row is None or (owner is not None and row["client"] != owner):
            raise unknown_message()
        return row

    def _acted(self, id: str, outcomes: list[dict[str, Any]]) -> Response:
        if all(one["result"] == "refused" for one in outcomes):
            detail = "every delivery was left as it is; outcomes says why" if outcomes else "it has no such delivery"
            raise Refused("nothing-done", detail, more={"outcomes": outcomes})
        self._desk.wake()
        return json_response({"id": id, "outcomes": outcomes})


def _replayed(one: operate.Replayed | operate.Refused) -> dict[str, Any]:
    if isinstance(one, operate.Refused):
        return _left(one)
    return {"delivery": one.id, "system": one.system, "result": "replayed", "moved": one.moved}


def _cancelled(one: int | operate.Refused, systems: dict[int, str]) -> dict[str, Any]:
    if isinstance(one, operate.Refused):
        return _left(one)
    return {"delivery": one, "system": systems.get(one, ""), "result": "cancelled"}


def _left(one: operate.Refused) -> dict[str, Any]:
    return {
        "delivery": one.id,
        "system": one.system,
        "result": "refused",
        "state": one.state,
        "reason": one.reason,
    }
