"""The province of a test: both portals in the test's own loop, what was filed, and what really arrived."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bus.config import Config, load
from simulators.national_portal import NationalPortalSettings, State
from simulators.national_portal import create as national_portal
from simulators.national_portal.audit import Audit, audit
from simulators.national_portal.faults import NationalFaults
from simulators.provincial_portal import Portal, ProvincialPortalSettings, expected
from simulators.provincial_portal import create as provincial_portal
from simulators.provincial_portal.filer import Filer, Order
from simulators.server import Server, serve

from .settings import PORTAL_KEY, document


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configuration file, and the environment that its placeholders need."""

    path: Path
    environ: Mapping[str, str]

    def loaded(self) -> Config:
        """For a bus in this process."""
        loaded = load(self.path, self.environ)
        assert loaded.config is not None, [finding.text("en") for finding in loaded.errors]
        return loaded.config


@dataclass(frozen=True, slots=True)
class Province:
    """Both portals, running."""

    national: Server
    provincial: Server
    folder: Path

    @property
    def held(self) -> State:
        """What the national portal holds."""
        state: State = self.national.app.state.portal
        return state

    @property
    def portal(self) -> Portal:
        """What the provincial portal filed and was told."""
        portal: Portal = self.provincial.app.state.portal
        return portal

    @property
    def filer(self) -> Filer:
        filer: Filer = self.provincial.app.state.filer
        return filer

    def configuration(
        self,
        *,
        port: int = 0,
        ledger: str | None = None,
        broker: str = "memory://",
        changes: Mapping[str, Any] | None = None,
        name: str = "bus",
    ) -> Configuration:
        """Written down for a bus between the portals; its own ledger is SQLite in the test's folder."""
        path = self.folder / f"{name}.yaml"
        path.write_text(json.dumps(document(port, changes or {}), indent=1), encoding="utf-8")
        environ = {
            "LEDGER_URL": ledger or self.sqlite,
            "BROKER_URL": broker,
            "NATIONAL_URL": self.national.url,
            "PROVINCIAL_URL": self.provincial.url,
            "NATIONAL_PASSWORD": self.held.settings.password,
        }
        return Configuration(path, environ)

    @property
    def sqlite(self) -> str:
        """The URL of the embedded ledger."""
        return f"sqlite:///{self.folder}/ledger.db"

    def faults(self, **faults: Any) -> None:
        """Let these faults of the national portal be on and no others."""
        self.held.turn(NationalFaults.model_validate(faults))

    def file(self, cases: int, port: int, rate: float = 0) -> int:
        """Begin to file dossiers with the bus on `port`; how many notices that will be."""
        self.filer.start(Order(cases=cases, rate=rate, bus=f"http://127.0.0.1:{port}"))
        assert self.filer.run is not None
        return self.filer.run.notices

    @property
    def acknowledged(self) -> bool:
        """Whether everything was filed, and every accepted notice was answered by a status."""
        return not self.filer.running and len(self.portal.statuses) >= len(self.portal.accepted())

    def audit(self) -> Audit:
        """What was answered with 2xx against what the national portal really holds."""
        return audit(self.held.records(), expected(self.portal.accepted()))


@asynccontextmanager
async def province(folder: Path, **settings: Any) -> AsyncIterator[Province]:
    """Both portals; `settings` are the national one's."""
    filing = ProvincialPortalSettings(key=PORTAL_KEY, concurrency=8, timeout=10, longest_wait=0.5)
    async with (
        await serve(national_portal(NationalPortalSettings(**settings))) as national,
        await serve(provincial_portal(filing)) as provincial,
    ):
        yield Province(national, provincial, folder)


async def until(what: Callable[[], bool], seconds: float, reason: Callable[[], str]) -> None:
    """Wait for `what`; `reason` tells what is missing when it does not come in time."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, f"after {seconds:g} s: {reason()}"
        await asyncio.sleep(0.02)
