"""Runs the demo: files the dossiers, lets payers pay, waits until all is quiet, compares."""

from __future__ import annotations

import asyncio
import json as _json
import signal
import time
from collections.abc import Callable

from rich.live import Live

from lienthong.command.texts import t
from simulators.provincial_portal.filer import Order

from .payers import Payers
from .stage import Stage, stage
from .tally import Totals, unfinished
from .view import View

_NOTICES_PER_CASE = 8.4  # of the generator, to turn dossiers a second into notices a second
_REFRESH = 0.25
_PATIENCE = 60.0
# Longer than the last question about a payment of which nobody heard.
_MONEY_PATIENCE = 20.0


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
    """File and pay everything, and wait until nothing moves any more."""
    filer = set_up.filer
    async with Payers(filer, set_up.gateways) as payers:
        bus = f"http://127.0.0.1:{set_up.bus.port}"
        filer.start(Order(cases=cases, rate=(rate or 0) * _NOTICES_PER_CASE, bus=bus))
        last, since = (-1, -1), time.perf_counter()
        while True:
            totals = await set_up.totals()
            show(filer.progress()["cases_done"], totals)
            left = unfinished(totals)
            moving = filer.running or filer.cashier.busy > 0 or left > 0
            if not moving and await _settled(set_up, payers):
                return
            now, seen = time.perf_counter(), (left, sum(counts.get("delivered", 0) for counts in totals.values()))
            if filer.running or seen != last:
                last, since = seen, now
            elif now - since > (_PATIENCE if moving else _MONEY_PATIENCE):
                return  # what is left is shown as it is, and counts as lost
            await asyncio.sleep(_REFRESH)


async def _settled(set_up: Stage, payers: Payers) -> bool:
    """Whether every payer is content, the gateways have nothing more to say, and everybody's books agree."""
    silent = not any(gateway.courier.open_deliveries for gateway in set_up.gateways.values())
    return payers.content and silent and (await set_up.payments()).ok


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
