"""A whole bus without HTTP: real ledger, real memory broker, real runtime; only the target is ours."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bus import registry
from bus.config.model import Client, Config, Send
from bus.intake.intake import Incoming, Refusal
from bus.runtime import Bus

from .support import Anything, Target

CLIENT = Client(key=SecretStr("sha256:0"), send=[Send(source="/h49/portal", types=["*"])])
TYPES = [*(type for one in Anything.operations.values() for type in one.types), "test.done"]

# Seconds to wait for what comes in milliseconds where nobody else needs the processor; hints come again after 30.
PATIENCE = 20.0

FAST: Mapping[str, Any] = {
    "adapter": "anything",
    "connector": "script",
    "concurrency": 8,
    "deadline": 1,
    "retry": {"first": 0.01, "longest": 0.05, "jitter": 0},
    "breaker": {"failures": 1000, "pause": 0.05, "longest": 0.2},
    "settle_after": 0.02,
}


async def until(condition: Callable[[], Any], within: float = PATIENCE) -> None:
    """Wait for `condition` (which may be asynchronous) and fail when it does not come true."""
    ends = time.monotonic() + within
    while True:
        held = condition()
        if asyncio.iscoroutine(held):
            held = await held
        if held:
            return
        assert time.monotonic() < ends, "this never came true"
        await asyncio.sleep(0.003)


class World:
    """Buses over one ledger; `start` and `stop` as often as the test likes. `bus` is the last that was started."""

    def __init__(self, url: str, patch: pytest.MonkeyPatch) -> None:
        self.url = url
        self.targets: dict[str, Target] = {}
        self.bus: Bus
        self._keys: dict[str, str] = {}
        self._started: list[Bus] = []
        patch.setattr(registry, "make_adapter", lambda system: Anything(Anything.Settings()))
        patch.setattr(registry, "make_connector", lambda name, system: self.target_of(name))
        patch.setattr("bus.relay._LOOK", 0.02)
        patch.setattr("bus.relay._SOONEST", 0.005)
        patch.setattr("bus.relay._SWEEP", 3 * PATIENCE)  # it would hide that a wake-up was lost
        patch.setattr("bus.dispatch.driver._QUICK_WAIT.wait_random_min", 0.001)
        patch.setattr("bus.dispatch.driver._QUICK_WAIT.wait_random_max", 0.002)

    @property
    def target(self) -> Target:
        return self.target_of("target")

    def target_of(self, system: str) -> Target:
        return self.targets.setdefault(system, Target(system=system))

    def config(self, systems: Mapping[str, Any] | None = None, **changes: Any) -> Config:
        """`changes` are those of the system `target`, and `dispatch`, `routes`."""
        dispatch, routes = changes.pop("dispatch", {}), changes.pop("routes", None)
        others = {name: {**FAST, **other} for name, other in (systems or {}).items()}
        return Config.model_validate(
            {
                "unit": "H49",
                "ledger": {"url": self.url},
                "dispatch": {"hint_timeout": 30, "drain": 1, **dispatch},
                "systems": {"target": {**FAST, **changes}, **others},
                "routes": routes or [{"name": "all", "types": ["test.*"], "to": ["target", *others]}],
                "types": {type: {} for type in TYPES},
            }
        )

    async def start(self, systems: Mapping[str, Any] | None = None, **changes: Any) -> Bus:
        self.bus = Bus(self.config(systems, **changes), frozenset({"dispatch", "relay"}))
        self._started.append(self.bus)
        await self.bus.start()
        return self.bus

    async def stop(self) -> None:
        await self.bus.stop()

    async def end(self) -> None:
        """Stop what the test left running."""
        for bus in self._started:
            if not bus._draining:
                await bus.stop()

    async def send(self, kind: str, *keys: str, lane: str | None = None, data: Any = None) -> None:
        """Accept messages `test.{kind}` in one request, by key; each in a lane of its own unless one is named."""
        events = [
            Incoming("/h49/portal", key, f"test.{kind}", lane or f"lane-of-{key}", {} if data is None else data)
            for key in keys
        ]
        taken = await self.bus.intake.accept("portal", CLIENT, events)
        assert not isinstance(taken, Refusal), taken
        self._keys |= {key: one.id for key, one in zip(keys, taken, strict=True)}

    def message(self, key: str) -> str:
        """The message id of `key`."""
        return self._keys[key]

    async def rows(self, statement: str) -> list[dict[str, Any]]:
        return await self.bus.ledger.read(lambda c: [dict(row) for row in c.execute(text(statement)).mappings()])

    async def row(self, key: str, system: str = "target") -> dict[str, Any]:
        """The delivery of `key` as it stands, with its message's id and data."""
        rows = await self.rows(
            "SELECT d.*, m.key, m.data, m.client FROM delivery d JOIN message m ON m.id = d.message_id"
            f" WHERE m.key = '{key}' AND d.system = '{system}'"
        )
        return rows[0]

    async def state(self, key: str, system: str = "target") -> str:
        return str((await self.row(key, system))["state"])

    async def states(self) -> set[str]:
        return {row["state"] for row in await self.rows("SELECT DISTINCT state FROM delivery")}

    async def delivered(self, within: float = PATIENCE) -> None:
        """Wait until everything is delivered."""

        async def all_are() -> bool:
            return await self.states() == {"delivered"}

        await until(all_are, within)

    async def becomes(self, key: str, state: str, within: float = PATIENCE, system: str = "target") -> dict[str, Any]:
        """Wait until the delivery of `key` is in `state`; its row."""

        async def it_is() -> bool:
            return await self.state(key, system) == state

        await until(it_is, within)
        return await self.row(key, system)

    async def attempts(self, key: str) -> list[dict[str, Any]]:
        id = (await self.row(key))["id"]
        return await self.rows(f"SELECT * FROM attempt WHERE delivery_id = {id} ORDER BY number")
