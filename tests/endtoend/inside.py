"""A bus in the test's own process, an operator who talks to it, and what became of the single notices."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from bus.runtime import Bus
from simulators.national_portal.audit import Filed
from simulators.provincial_portal import expected

from .book import Book, book
from .province import Province, until
from .settings import NATIONAL, OPERATOR_KEY


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody with the operator's key, by HTTP."""

    session: aiohttp.ClientSession

    async def messages(self, state: str) -> list[dict[str, Any]]:
        """All messages that have a delivery in `state`, oldest first."""
        found: list[dict[str, Any]] = []
        query = {"state": state, "limit": "1000"}
        while True:
            async with self.session.get("/v1/messages", params=query) as answer:
                assert answer.status == 200, await answer.text()
                page = await answer.json()
            found += page["messages"]
            if page["next"] is None:
                return found[::-1]
            query["cursor"] = page["next"]

    async def replay(self, id: str) -> None:
        """Send it again to the national portal."""
        await self._act(id, "replay", {"system": NATIONAL})

    async def cancel(self, id: str, reason: str) -> None:
        """It is not to be sent to the national portal any more."""
        await self._act(id, "cancel", {"system": NATIONAL, "reason": reason})

    async def _act(self, id: str, what: str, body: Mapping[str, str]) -> None:
        async with self.session.post(f"/v1/messages/{id}/{what}", json=body) as answer:
            assert answer.status == 200, await answer.text()


@dataclass(frozen=True, slots=True)
class Inside:
    """A province with its bus in this process."""

    province: Province
    bus: Bus
    book: Book
    operator: Operator

    async def flow(self, cases: int, seconds: float = 40, rate: float = 0) -> int:
        """File, and wait until nothing moves by itself any more; how many notices that were."""
        notices = self.province.file(cases, self.bus.port, rate)
        await self.quiet(seconds)
        return notices

    async def quiet(self, seconds: float = 40) -> None:
        """Until nothing moves by itself any more, here and at the portal."""

        def still() -> bool:
            return not self.province.filer.running and not self.province.held.later and self.book.moving == 0

        await until(still, seconds, lambda: f"{self.province.portal.stats()['stands']} {self.book.totals()}")

    def filed(self, messages: list[dict[str, Any]]) -> list[Filed]:
        """What these messages say, in the terms of the audit."""
        notices = {notice["MaGiaoDich"]: notice for notice in self.province.portal.accepted()}
        return expected([notices[message["key"]] for message in messages])


@asynccontextmanager
async def inside(province: Province, **changes: Any) -> AsyncIterator[Inside]:
    """Run a bus on an embedded ledger; `changes` are laid over the configuration of the national portal."""
    bus = Bus(province.configuration(changes={"systems": {NATIONAL: changes}}).loaded())
    await bus.start()
    try:
        headers = {"authorization": f"Bearer {OPERATOR_KEY}"}
        async with aiohttp.ClientSession(f"http://127.0.0.1:{bus.port}", headers=headers) as session:
            with book(province.sqlite) as ledger:
                yield Inside(province, bus, ledger, Operator(session))
    finally:
        await bus.stop()
