"""Shorthand for tests of retention: finish messages, let time go by, archive, look into what was written."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from bus.ledger import Ledger, State
from bus.ledger.retention.archiver import Archiver, Run
from bus.ledger.retention.plan import Plan
from bus.ledger.verify import Verified, verify

from .support import Desk

DAY = 86400.0
# Everything is looked at as if so many days had gone by: a month of partitions is due then.
LATER = 70 * DAY


class Keeper:
    """Retention of one ledger into one folder."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self.ledger, self.folder, self.desk = ledger, folder, Desk(ledger)

    def plan(self, **changes: Any) -> Plan:
        return Plan(**{"keep": DAY, "folder": self.folder, **changes})

    async def archive(
        self, step: Callable[[str], None] = lambda name: None, after: float = LATER, **changes: Any
    ) -> Run:
        """A run `after` so long (seconds), of what is finished for a day."""
        return await Archiver(self.ledger, self.plan(**changes), step=step).run(now=time.time() + after)

    async def done(self, key: str, state: State = State.DELIVERED, **changes: Any) -> int:
        """A message that was settled; the id of its delivery."""
        options = {name: changes.pop(name) for name in ("lane", "body", "systems") if name in changes}
        id = await self.desk.put(key, **options)
        [claimed] = await self.desk.claim(id)
        await self.desk.settle(claimed, state, **changes)
        return id

    async def message(self, delivery: int) -> str:
        """The id of a delivery's message."""
        rows = await self.desk.rows(f"SELECT CAST(message_id AS text) AS id FROM delivery WHERE id = {delivery}")
        return str(rows[0]["id"])

    async def keys(self) -> set[str]:
        """The source keys of the messages in the ledger."""
        return {row["key"] for row in await self.desk.rows("SELECT key FROM message")}

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.exists() else []

    def lines(self, name: str) -> list[dict[str, Any]]:
        """What an archive holds, its head first."""
        with gzip.open(self.folder / name) as file:
            return [orjson.loads(line) for line in file]

    def verify(self, archives: bool = True) -> Verified:
        return verify(self.ledger.url, _ignore, _ignore, self.folder if archives else None)


def _ignore(count: int) -> None: ...
