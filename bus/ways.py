"""The way to each outside system: its connector, opened once a process, and what drives conversations over it."""

from __future__ import annotations

import time
from collections.abc import Mapping

from bus import registry
from bus.config.model import Config, System
from bus.dispatch.driver import Bounds, Driver
from lienthong import Connector, Endpoint


class Ways:
    """All systems of a configuration. `open`, then `close`."""

    def __init__(self, config: Config) -> None:
        self._systems = config.systems
        self._connectors: dict[str, Connector] = {}
        self.drivers: dict[str, Driver] = {}

    async def open(self) -> None:
        """Make pools ready; an absent partner is no error."""
        for name, system in self._systems.items():
            connector = self._connectors[name] = registry.make_connector(name, system)
            await connector.open()
            self.drivers[name] = Driver(connector, _bounds(system), time.time)

    @property
    def endpoints(self) -> Mapping[str, Endpoint]:
        """The connectors whose protocol has a server's side."""
        return {name: one for name, one in self._connectors.items() if isinstance(one, Endpoint)}

    async def close(self) -> None:
        """Let go of every connection."""
        for connector in self._connectors.values():
            await connector.close()


def _bounds(system: System) -> Bounds:
    return Bounds(system.deadline, system.max_requests, system.max_received, system.quick.tries, system.quick.within)
