"""Shorthand for tests of processes in the ledger: events of one process, the steps that follow, what then stands."""

from __future__ import annotations

import time
from typing import Any

import orjson
import uuid_utils

from bus.ledger import Change, Claimed, Ledger, NewMessage, Settled, Settlement, Target, TaskRow, processes, tasks

from .support import Desk, new, settlement

ORDERS = "orders"


def change(key: str, version: int, state: Any, **more: Any) -> Change:
    """A step on `key` from `version`. `tasks` are (name, kind, open, body)."""
    rows = tuple(TaskRow(name, kind, open, body) for name, kind, open, body in more.pop("tasks", ()))
    return Change(ORDERS, key, version, orjson.dumps(state).decode(), tasks=rows, **more)


def found(name: str, body: str = '{"amount":1}', *, kind: str = "late", open: bool = True, key: str = "A") -> tasks.Row:
    return tasks.Row(ORDERS, key, TaskRow(name, kind, open, body))


def fired(process: str, key: str, name: str, generation: int) -> NewMessage:
    """As `bus.timers` makes it."""
    now, id = time.time(), f"{process}/{key}/{name}/{generation}"
    target = Target(process, "hear", None, "p")
    return NewMessage(
        str(uuid_utils.uuid7()),
        "bus",
        "/bus/timers",
        id,
        "lienthong.timer",
        key,
        now,
        now,
        "-",
        "{}",
        id,
        id,
        (target,),
    )


class Orders(Desk):
    """One worker of the process `orders`."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self._events = 0

    async def heard(self) -> Claimed:
        """An event that this worker has claimed."""
        self._events += 1
        id = await self.put(f"{self.ledger.id}-{self._events}", lane=None, systems=(ORDERS,))
        [claimed] = await self.claim(id)
        return claimed

    async def step(self, made: Change, claimed: Claimed | None = None, **more: Any) -> Settled:
        """Settle an event with what its step changes."""
        [done] = await self.steps((claimed or await self.heard(), made, more))
        return done

    async def steps(self, *taken: tuple[Claimed, Change, dict[str, Any]]) -> list[Settled]:
        """Several, in one call."""
        made = [settlement(claimed, **more) for claimed, _, more in taken]
        return await self.ledger.settle(
            [
                Settlement(one.claimed, one.marks, one.rule, one.follow_ups, change=step)
                for one, (_, step, _) in zip(made, taken, strict=True)
            ]
        )

    async def stands(self, key: str = "A") -> tuple[int, Any] | None:
        """Version and state."""
        known = await self.ledger.read(lambda connection: processes.states(connection, ORDERS, [key]))
        if key not in known or known[key].state is None:
            return None
        return known[key].version, orjson.loads(known[key].state or "null")

    async def timers(self) -> list[tuple[str, int]]:
        rows = await self.rows("SELECT name, generation FROM timer ORDER BY name")
        return [(row["name"], row["generation"]) for row in rows]

    async def fire(self, most: int = 500) -> int:
        """Turn what is due into messages; how many."""
        return len(await self.ledger.call(lambda session, _: processes.fire(session, [ORDERS], fired, most)))

    async def task(self, name: str = "T", key: str = "A") -> tuple[Any, ...] | None:
        """State, owner, note and body."""
        rows = await self.rows(f"SELECT state, owner, note, body FROM task WHERE key = '{key}' AND name = '{name}'")
        return tuple(rows[0].values()) if rows else None

    async def deeds(self) -> list[tuple[str, str]]:
        """Who did what to tasks."""
        rows = await self.rows("SELECT actor, action FROM evidence WHERE action LIKE 'task-%' ORDER BY at, seq")
        return [(row["actor"], row["action"]) for row in rows]


__all__ = ["ORDERS", "Orders", "change", "fired", "found", "new"]
