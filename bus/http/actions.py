"""What the pages about messages and systems do, whoever asks: a request, or a command that opened the ledger itself.

The one place where answers are put together, so that both give the same JSON and the same problems.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bus.ledger import Ledger, operate, read
from bus.ledger.read import Backlog, BlockedLanes
from bus.ledger.retention.files import Found
from bus.ledger.session import Session

from . import shapes
from .parameters import about, identifier, search, unknown_message
from .problems import Refused

Json = dict[str, Any]
_NO_NUL = r"^[^\x00]*$"


class Replay(BaseModel):
    """The body of a replay; all of it may be left out."""

    model_config = ConfigDict(extra="forbid", strict=True)

    system: str | None = Field(
        default=None, max_length=60, pattern=_NO_NUL, description="only the deliveries to this system"
    )
    force: bool = Field(default=False, description="send again what was delivered, too")


class Cancel(BaseModel):
    """The body of a cancel."""

    model_config = ConfigDict(extra="forbid", strict=True)

    system: str | None = Field(
        default=None, max_length=60, pattern=_NO_NUL, description="only the deliveries to this system"
    )
    reason: str = Field(min_length=1, max_length=500, pattern=_NO_NUL, description="why, for the evidence")


class Pause(BaseModel):
    """The body of a pause."""

    model_config = ConfigDict(extra="forbid", strict=True)

    reason: str = Field(min_length=1, max_length=500, pattern=_NO_NUL, description="why, for the evidence")


async def found(ledger: Ledger, query: Mapping[str, str], owner: str | None) -> Json:
    """One page of messages, newest first; `next` is the cursor of the following page, or null. Raises `Refused`.

    `owner`: only this client's messages; `None` is every one.
    """
    wanted = search(query, owner)
    more = replace(wanted, limit=wanted.limit + 1)
    rows = await ledger.read(lambda connection: read.search(connection, more))
    page = [shapes.summary(row) for row in rows[: wanted.limit]]
    return {"messages": page, "next": page[-1]["id"] if len(rows) > wanted.limit else None}


async def row(ledger: Ledger, id: str, owner: str | None) -> Json:
    """A message's row of the ledger. Raises `Refused` for one that is not there or not the owner's."""
    wanted = identifier(id)
    found = await ledger.read(lambda connection: read.one(connection, wanted))
    if found is None:
        raise absent(await ledger.archived(wanted), owner)
    if owner is not None and found["client"] != owner:
        raise unknown_message()
    return found


async def evidence(ledger: Ledger, query: Mapping[str, str]) -> Json:
    """The records about one message or question, oldest first. Raises `Refused` where there are none."""
    id = about(query)
    rows = await ledger.read(lambda connection: read.deeds(connection, [id]))
    if not rows:
        raise unrecorded(await ledger.archived(id))
    return {"id": id, "evidence": [shapes.deed(one) for one in rows]}


def unrecorded(found: Found) -> Refused:
    """For an id of which the ledger holds no evidence. Pure."""
    if found.message is not None:
        return absent(found, None)
    detail = "the ledger holds no evidence of this id; check it, and look in the archives for what is older"
    return Refused("unknown-evidence", detail)


def absent(found: Found, owner: str | None) -> Refused:
    """For a message that the ledger does not hold. Whether an archive does is not told to who may not see it, and not
    known where its file is on another machine. Pure."""
    if found.message is not None and (owner is None or found.message.message["client"] == owner):
        detail = f"the message is finished and has left the ledger for the archive {found.file}"
        return Refused("archived", detail, more={"archive": found.file})
    if found.message is None and found.archives:
        names = ", ".join(found.archives)
        detail = f"the ledger holds no message with this id; if it was archived, it is in {names}, which is not here"
        return Refused("unknown-message", detail, more={"archives": list(found.archives)})
    return unknown_message()


async def replayed(ledger: Ledger, message: Json, wanted: Replay, actor: str) -> Json:
    """Send `message` (a row) again; what each delivery came to. Raises `Refused` where nothing was changed."""
    id = str(message["id"])
    done = await ledger.replay(id, wanted.system, actor, wanted.force)
    return _acted(id, [_replayed(one) for one in done])


async def cancelled(ledger: Ledger, message: Json, wanted: Cancel, actor: str) -> Json:
    """Give `message` (a row) up; what each delivery came to. Raises `Refused` where nothing was changed."""
    id = str(message["id"])
    done = await ledger.cancel(id, wanted.system, actor, wanted.reason)
    systems = {one["id"]: one["system"] for one in message["deliveries"]}
    return _acted(id, [_cancelled(one, systems) for one in done])


async def systems(ledger: Ledger, known: Mapping[str, str], facts: Mapping[str, Any]) -> Json:
    """Every configured system (`known`: adapter by name), and every other one with deliveries that are not done."""
    backlog, blocked = await ledger.read(read.backlog), await ledger.read(read.blocked)
    paused = await ledger.read(lambda connection: operate.paused(Session(connection)))
    told = {**facts, "paused": {**paused, **facts["paused"]}}
    return {"systems": describe(known, backlog, blocked, told)}


def unknown_system(known: Iterable[str]) -> Refused:
    """The name is not repeated: it is the caller's."""
    return Refused("unknown-system", f"there is no such system; there are {', '.join(sorted(known))}")


def describe(
    known: Mapping[str, str], backlog: Iterable[Backlog], blocked: Iterable[BlockedLanes], facts: Mapping[str, Any]
) -> list[Json]:
    """One entry a system, by name. `facts`: `paused` (reason by system) and `breakers` (those that are open; `None`
    where no bus is asked, and nobody knows). Pure."""
    counts: dict[str, dict[str, int]] = {name: {} for name in known}
    oldest: dict[str, float] = {}
    for one in backlog:
        counts.setdefault(one.system, {})[one.state] = one.count
        if one.state not in ("rejected", "dead"):
            oldest[one.system] = min(one.oldest, oldest.get(one.system, one.oldest))
    lanes, breakers = {one.system: one for one in blocked}, facts["breakers"]
    return [
        {
            "name": name,
            "adapter": known.get(name),
            "configured": name in known,
            "paused": facts["paused"].get(name),
            "breaker": None if breakers is None else "open" if name in breakers else "closed",
            "counts": counts[name],
            "oldest_waiting": shapes.moment(oldest.get(name)),
            "blocked_lanes": lanes[name].count if name in lanes else 0,
        }
        for name in sorted(counts)
    ]


def _acted(id: str, outcomes: list[Json]) -> Json:
    if all(one["result"] == "refused" for one in outcomes):
        detail = "every delivery was left as it is; outcomes says why" if outcomes else "it has no such delivery"
        raise Refused("nothing-done", detail, more={"outcomes": outcomes})
    return {"id": id, "outcomes": outcomes}


def _replayed(one: operate.Replayed | operate.Refused) -> Json:
    if isinstance(one, operate.Refused):
        return _left(one)
    return {"delivery": one.id, "system": one.system, "result": "replayed", "moved": one.moved}


def _cancelled(one: int | operate.Refused, systems: Mapping[int, str]) -> Json:
    if isinstance(one, operate.Refused):
        return _left(one)
    return {"delivery": one, "system": systems.get(one, ""), "result": "cancelled"}


def _left(one: operate.Refused) -> Json:
    return {
        "delivery": one.id,
        "system": one.system,
        "result": "refused",
        "state": one.state,
        "reason": one.reason,
    }
