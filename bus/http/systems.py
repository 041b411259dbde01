"""The outside systems as operations see them: what waits for each, and why one is not sent anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bus.ledger import read
from bus.ledger.read import Backlog, BlockedLanes

from .call import Call, Response, json_response
from .desk import Desk
from .messages import may_operate
from .problems import Refused
from .shapes import moment


class Systems:
    """The handlers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def list(self, call: Call) -> Response:
        """Every configured system, and every other one that has deliveries which are not done."""
        if call.client.read != "all" and not call.client.operate:
            detail = f"the client {call.name} may not see the systems; it needs read: all or operate: true"
            raise Refused("not-allowed", detail)
        backlog = await self._desk.ledger.read(read.backlog)
        blocked = await self._desk.ledger.read(read.blocked)
        facts = await self._desk.ready()
        known = {name: system.adapter for name, system in self._desk.config.systems.items()}
        return json_response({"systems": describe(known, backlog, blocked, facts)})

    async def resume(self, call: Call) -> Response:
        """Send to a paused system again. One that is not paused stays as it is."""
        may_operate(call)
        name = call.arguments["system"]
        if name not in self._desk.config.systems:
            raise unknown_system(self._desk)
        resumed = await self._desk.resume(name, call.name)
        self._desk.wake()
        return json_response({"system": name, "resumed": resumed})


def unknown_system(desk: Desk) -> Refused:
    """The name is not repeated: it is the caller's."""
    return Refused("unknown-system", f"there is no such system; there are {', '.join(sorted(desk.config.systems))}")


def describe(
    known: Mapping[str, str], backlog: Iterable[Backlog], blocked: Iterable[BlockedLanes], facts: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """One entry a system, by name. `known`: adapter by system. Pure."""
    counts: dict[str, dict[str, int]] = {name: {} for name in known}
    oldest: dict[str, float] = {}
    for one in backlog:
        counts.setdefault(one.system, {})[one.state] = one.count
        if one.state not in ("rejected", "dead"):
            oldest[one.system] = min(one.oldest, oldest.get(one.system, one.oldest))
    lanes = {one.system: one for one in blocked}
    return [
        {
            "name": name,
            "adapter": known.get(name),
            "configured": name in known,
            "paused": facts["paused"].get(name),
            "breaker": "open" if name in facts["breakers"] else "closed",
            "counts": counts[name],
            "oldest_waiting": moment(oldest.get(name)),
            "blocked_lanes": lanes[name].count if name in lanes else 0,
        }
        for name in sorted(counts)
    ]
