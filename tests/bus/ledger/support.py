"""Shorthand for ledger tests: make a message, claim it, settle it, look at its state."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from typing import Any

import uuid_utils
from sqlalchemy import text

from bus.ledger import Accepted, Claimed, Ledger, Marks, NewMessage, Rule, Settled, Settlement, State, Target, Wanted

SYSTEM = "national-portal"


def new(key: str, *, lane: str | None = "H49-1", body: str = "{}", systems: tuple[str, ...] = (SYSTEM,)) -> NewMessage:
    """A message from the source key `key`; the same key with another `body` is another message under that key."""
    now = time.time()
    return NewMessage(
        id=str(uuid_utils.uuid7()),
        client="portal",
        source="/h49/portal",
        key=key,
        type="dossier.submitted",
        subject=lane or "-",
        time=now,
        received_at=now,
        schema="urn:lienthong:dossier.submitted:1",
        data=body,
        receipt=hashlib.sha256(key.encode()).hexdigest(),
        digest=hashlib.sha256(body.encode()).hexdigest(),
        targets=tuple(Target(system, "submit", lane, "p") for system in systems),
    )


class Desk:
    """One worker's view of the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    async def put(self, key: str, **options: Any) -> int:
        """Accept one message for one system; its delivery id."""
        answer = await self.ledger.accept([new(key, **options)])
        assert isinstance(answer, list)
        assert isinstance(answer[0], Accepted)
        return answer[0].deliveries[0][1]

    async def claim(self, *ids: int, run: int = 1) -> list[Claimed]:
        return await self.ledger.claim([Wanted(id, runs={"submit": run}) for id in ids])

    async def settle(self, claimed: Claimed, state: State = State.DELIVERED, **changes: Any) -> Settled:
        """Settle as `state`, with what such a verdict does unless `changes` says otherwise."""
        done = (await self.ledger.settle([settlement(claimed, state, **changes)]))[0]
        return done

    async def row(self, id: int) -> dict[str, Any]:
        """The delivery as it stands."""
        rows = await self.rows(f"SELECT * FROM delivery WHERE id = {id}")
        return rows[0]

    async def state(self, id: int) -> str:
        return str((await self.row(id))["state"])

    async def rows(self, statement: str) -> list[dict[str, Any]]:
        return await self.ledger.read(lambda c: [dict(row) for row in c.execute(text(statement)).mappings()])

    async def count(self, table: str) -> int:
        return int((await self.rows(f"SELECT count(*) AS n FROM {table}"))[0]["n"])


def settlement(claimed: Claimed, state: State = State.DELIVERED, **changes: Any) -> Settlement:
    """What a verdict of that kind settles."""
    now = time.time()
    doubt = "keep" if state is State.READY else "clear"
    follow_ups = changes.pop("follow_ups", ())
    rule = Rule(state, state.value, is_open=state in (State.READY, State.HELD), doubt=doubt)
    return Settlement(claimed, Marks(now, now, now, now), replace(rule, **changes), follow_ups)
