"""Everything that runs in the demo: simulators of every outside system, and the real bus between them."""

from __future__ import annotations

import secrets
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, select

from bus.http.server import reserve
from bus.ledger import processes, read
from bus.ledger.tables import task
from bus.processes.payment.lines import lines
from bus.processes.payment.state import PaymentState
from bus.runtime import Bus
from schemas.payments import SettlementLine
from simulators.gateway import GatewayFaults, GatewayState
from simulators.national_portal import NationalPortalSettings
from simulators.national_portal import create as national_portal
from simulators.national_portal.audit import audit
from simulators.population import PopulationSettings
from simulators.population import create as population
from simulators.provincial_portal import Portal, ProvincialPortalSettings, expected
from simulators.provincial_portal import create as provincial_portal
from simulators.provincial_portal.filer import Filer
from simulators.server import Server, serve

from . import gateways, money
from .settings import Places, settings
from .tally import Tally, Totals, tally

# Of the gateways' notices, three in ten come several times.
_FAULTS = GatewayFaults.model_validate({"repeated": {"probability": 0.3, "least": 2, "most": 4, "within": 0.5}})
# Of those who could. Enough to see everything, and few enough that the dossiers are not kept waiting.
_ONLINE = 0.75
_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Stage:
    """What runs, and how to look at it."""

    bus: Bus
    national: Server
    provincial: Server
    people: Server
    tills: Mapping[str, Server]
    folder: Path
    operator_key: str
    started: float

    @property
    def portal(self) -> Portal:
        """What the provincial portal knows."""
        portal: Portal = self.provincial.app.state.portal
        return portal

    @property
    def filer(self) -> Filer:
        """What files its dossiers."""
        filer: Filer = self.provincial.app.state.filer
        return filer

    @property
    def gateways(self) -> dict[str, GatewayState[Any]]:
        """What the payment gateways know."""
        return {name: server.app.state.gateway for name, server in self.tills.items()}

    async def totals(self) -> Totals:
        """Deliveries by system and state."""
        return await self.bus.ledger.read(read.totals)

    async def payments(self) -> money.Payments:
        """The money as it stands."""
        booked, tasks = await self.bus.ledger.read(_books)
        records = self.national.app.state.portal.records(full=True)
        marks = {one["MaHoSo"]: one["data"].get("DuocThanhToanTrucTuyen", "") for one in records}
        kinds = {name: choice.kind for name, choice in gateways.choices().items()}
        books = {name: gateway.books for name, gateway in self.gateways.items()}
        purchases = list(self.portal.cashbook.purchases.values())
        return money.payments(money.Sources(books, booked, tasks, purchases, marks, kinds))

    async def tally(self, seconds: float) -> Tally:
        """The figures as they stand."""
        accepted = self.portal.accepted()
        found = audit(self.national.app.state.portal.records(), expected(accepted))
        acknowledged = len(self.portal.statuses)
        dossiers = sum(notice["LoaiBanTin"] == "HoSoMoi" for notice in accepted)
        verified = await self.bus.ledger.read(read.outcomes)
        totals, payments = await self.totals(), await self.payments()
        return tally(dossiers, len(accepted), totals, acknowledged, found, verified, payments, seconds)


@asynccontextmanager
async def stage(port: int) -> AsyncIterator[Stage]:
    """Set everything up, and take it down again."""
    portal_key, operator_key = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    # the gateways have to know where the bus will be
    with reserve(_HOST, port) as kept:
        port = kept.getsockname()[1]
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lienthong-demo-")))
        portal = ProvincialPortalSettings(key=portal_key, gateways=gateways.choices(), paying_online=_ONLINE)
        national = await stack.enter_async_context(await serve(national_portal(NationalPortalSettings())))
        provincial = await stack.enter_async_context(await serve(provincial_portal(portal)))
        people = await stack.enter_async_context(await serve(population(PopulationSettings())))
        tills = await _tills(stack, f"http://{_HOST}:{port}")
        urls = {name: server.url for name, server in tills.items()}
        places = Places(national.url, provincial.url, people.url, urls)
        bus = Bus(settings(folder, places, port, portal_key, operator_key))
        await bus.start()
        stack.push_async_callback(bus.stop)
        (folder / "operator.key").write_text(operator_key + "\n", encoding="utf-8")
        yield Stage(bus, national, provincial, people, tills, folder, operator_key, time.perf_counter())


async def _tills(stack: AsyncExitStack, bus: str) -> dict[str, Server]:
    found = {}
    for name, gateway in gateways.GATEWAYS.items():
        app = gateway.simulated(gateways.notices(bus, name))
        app.state.gateway.turn(_FAULTS)
        found[name] = await stack.enter_async_context(await serve(app))
    return found


def _books(connection: Connection) -> tuple[list[SettlementLine], Mapping[str, int]]:
    """What the bus has booked, and how many tasks are open for people, by gateway."""
    states = processes.every(connection, gateways.PROCESS)
    booked = [line for _, state in states for line in lines(PaymentState.model_validate_json(state))]
    wanted = select(task.c.body).where(task.c.process == gateways.PROCESS, task.c.state == "open")
    return booked, Counter(orjson.loads(row.body)["system"] for row in connection.execute(wanted))


__all__ = ["Stage", "stage"]
