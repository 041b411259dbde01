"""Starts, watches and stops runs of filing."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

from .cashier import Cashier
from .filing import Run, Target
from .generate import Case, generate
from .paying import Charged, charged
from .portal import Portal
from .sending import Sender


class Order(BaseModel):
    """The body of `POST /_control/file`. What is unset comes from the settings; `first`: where the last run ended."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cases: int = Field(ge=1, le=100_000)
    rate: float = Field(default=0, ge=0, description="notices a second; 0 is as fast as answers come")
    concurrency: int | None = Field(default=None, ge=1, le=1000)
    seed: int | None = None
    first: int | None = Field(default=None, ge=0)
    bus: str | None = None
    key: str | None = None


class Filer:
    """The filing side of one portal. `async with` opens its connections and in the end stops what still runs."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.cashier = Cashier(portal)
        self.run: Run | None = None
        self._task: asyncio.Task[None] | None = None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Filer:
        timeout = aiohttp.ClientTimeout(total=self.portal.settings.timeout)
        self._session = aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0))
        self.connect(self.portal.settings.bus, self.portal.settings.key)
        return self

    def connect(self, bus: str, key: str) -> None:
        """From now on, payments are asked for at this bus. Raises `RuntimeError` where the app is not being served."""
        settings = self.portal.settings
        self.cashier.open(self._sender(bus, settings.payments_path, key), self._sender(bus, settings.path, key))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if self._session is not None:
            await self._session.close()

    @property
    def running(self) -> bool:
        """Whether a run is going on."""
        return self._task is not None and not self._task.done()

    def start(self, order: Order) -> None:
        """Begin to file. Raises `RuntimeError` while another run is going on or the app is not being served."""
        if self.running or self._session is None:
            raise RuntimeError("a run is going on" if self.running else "the simulator is not being served")
        settings = self.portal.settings
        first = self.portal.next_case if order.first is None else order.first
        self.portal.next_case = first + order.cases
        seed = settings.seed if order.seed is None else order.seed
        bus, key = order.bus or settings.bus, settings.key if order.key is None else order.key
        self.connect(bus, key)
        target = Target(self._sender(bus, settings.path, key), order.rate, order.concurrency or settings.concurrency)
        cases, waiting = self._cut(generate(order.cases, seed, settings.start, first), seed)

        def filed(code: str) -> None:
            if code in waiting:
                self.cashier.charge(waiting.pop(code))

        self.run = Run(self.portal, target, cases, filed)
        self._task = asyncio.create_task(self.run.go())

    async def file(self, order: Order) -> None:
        """File, and return when everything was answered."""
        self.start(order)
        await self.wait()

    async def wait(self) -> None:
        """Until the run that is going on has ended."""
        if self._task is not None:
            await self._task

    async def stop(self) -> None:
        """Give up what has not been answered; such notices are shown as `stopped`."""
        await self.cashier.stop()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        for filing in (*self.portal.filings, *self.portal.asked):
            if filing.stand == "sending":
                filing.stand = "stopped"

    def _sender(self, bus: str, path: str, key: str) -> Sender:
        if self._session is None:
            raise RuntimeError("the simulator is not being served")
        return Sender(self.portal.settings, self._session, bus.rstrip("/") + path, key)

    def _cut(self, cases: list[Case], seed: int) -> tuple[list[Case], dict[str, Charged]]:
        """The dossiers as they can be filed now, and by code those that wait for money behind that."""
        settings = self.portal.settings
        gateways, account, share = settings.gateways, settings.account, settings.paying_online
        found = [charged(case, gateways, account, seed, share) for case in cases]
        now = [case if cut is None else cut.before for case, cut in zip(cases, found, strict=True)]
        return now, {cut.before.code: cut for cut in found if cut is not None}

    def progress(self) -> dict[str, Any]:
        """How far the last run is."""
        run = self.run
        if run is None:
            return {"running": False, "cases": 0, "cases_done": 0, "notices": 0}
        cases = run.finished + run.open + len(run.waiting)
        return {"running": self.running, "cases": cases, "cases_done": run.finished, "notices": run.notices}


__all__ = ["Filer", "Order"]
