"""Runs the demo: starts the simulators and the bus, files the dossiers, waits until all is quiet, compares."""

from __future__ import annotations

import asyncio
import json as _json
import secrets
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.live import Live

from bus.ledger import read
from bus.runtime import Bus
from lienthong.command.texts import t
from simulators.national_portal import NationalPortalSettings
from simulators.national_portal import create as national_portal
from simulators.national_portal.audit import audit
from simulators.population import PopulationSettings
from simulators.population import create as population
from simulators.provincial_portal import ProvincialPortalSettings, expected
from simulators.provincial_portal import create as provincial_portal
from simulators.provincial_portal.filer import Order
from simulators.server import Server, serve

from .settings import Places, settings
from .tally import Tally, Totals, tally, unfinished
from .view import View

_NOTICES_PER_CASE = 8.4  # of the generator, to turn dossiers a second into notices a second
_REFRESH = 0.25
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that runs."""

    bus: Bus
    national: Server
    provincial: Server
    people: Server
    folder: Path
    operator_key: str
    started: float

    async def totals(self) -> Totals:
        """Deliveries by system and state."""
        return await self.bus.ledger.read(read.totals)

    async def tally(self, seconds: float) -> Tally:
        """The figures as they stand."""
        portal = self.provincial.app.state.portal
        accepted = portal.accepted()
        found = audit(self.national.app.state.portal.records(), expected(accepted))
        acknowledged = len(portal.statuses)
        dossiers = sum(notice["LoaiBanTin"] == "HoSoMoi" for notice in accepted)
        verified = await self.bus.ledger.read(read.outcomes)
        return tally(dossiers, len(accepted), await self.totals(), acknowledged, found, verified, seconds)


@asynccontextmanager
async def stage(port: int) -> AsyncIterator[Stage]:
    """Set everything up, and take it down again."""
    portal_key, operator_key = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    with tempfile.TemporaryDirectory(prefix="lienthong-demo-") as name:
        folder = Path(name)
        async with (
            await serve(national_portal(NationalPortalSettings())) as national,
            await serve(provincial_portal(ProvincialPortalSettings(key=portal_key))) as provincial,
            await serve(population(PopulationSettings())) as people,
        ):
            places = Places(national.url, provincial.url, people.url)
            bus = Bus(settings(folder, places, port, portal_key, operator_key))
            await bus.start()
            (folder / "operator.key").write_text(operator_key + "\n", encoding="utf-8")
            try:
                yield Stage(bus, national, provincial, people, folder, operator_key, time.perf_counter())
            finally:
                await bus.stop()


async def play(*, once: bool, cases: int, rate: float | None, port: int, json: bool) -> int:
    """See `lienthong.command.demo.run`."""
    view = View(cases)
    async with stage(port) as set_up:
        if json:
            await _file(set_up, cases, rate, lambda done, totals: None)
        else:
            with Live(view.render(0, {}), console=view.console, refresh_per_second=8) as live:
                await _file(set_up, cases, rate, lambda done, totals: live.update(view.render(done, totals)))
        figures = await set_up.tally(time.perf_counter() - set_up.started)
        if json:
            print(_json.dumps(figures.as_json()))
        else:
            view.console.print(view.summary(figures, str(set_up.folder)))
        if not once:
            await _stay(set_up, view)
    return 0 if figures.ok else 1


async def _file(set_up: Stage, cases: int, rate: float | None, show: Callable[[int, Totals], None]) -> None:
    """File everything and wait until nothing moves any more."""
    filer = set_up.provincial.app.state.filer
    bus = f"http://127.0.0.1:{set_up.bus.port}"
    filer.start(Order(cases=cases, rate=(rate or 0) * _NOTICES_PER_CASE, bus=bus))
    quiet_since: float | None = None
    left = -1
    while True:
        totals = await set_up.totals()
        show(filer.progress()["cases_done"], totals)
        now, before = time.perf_counter(), left
        left = unfinished(totals)
        if not filer.running and left == 0:
            return
        if filer.running or left != before:
            quiet_since = now
        elif quiet_since is not None and now - quiet_since > _PATIENCE:
            return  # what is left is shown as it is, and counts as lost
        await asyncio.sleep(_REFRESH)


def _somebody(set_up: Stage) -> dict[str, str]:
    """An applicant whom the simulated population database knows; invented, as all of them."""
    known = set_up.people.app.state.population.population
    person = next(one for one in known.applicants(0, 50) if one.fate == "known")
    return {"number": person.number, "name": person.name, "year": str(person.year)}


async def _stay(set_up: Stage, view: View) -> None:
    """Until Ctrl-C."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    url = f"http://127.0.0.1:{set_up.bus.port}"
    view.say(t("demo.ask", url=url, key_file=str(set_up.folder / "operator.key"), **_somebody(set_up)))
    view.say(
        t("demo.stay", url=url, key_file=str(set_up.folder / "operator.key"), national=set_up.national.url,
          provincial=set_up.provincial.url)
    )  # fmt: skip
    await stopped.wait()
