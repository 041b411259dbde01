"""What HTTP needs of the rest of the bus."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bus.config.model import Config
from bus.intake import Intake
from bus.ledger import Ledger
from bus.queries import Queries
from lienthong.ports import Adapter, Endpoint


@dataclass(frozen=True, slots=True)
class Desk:
    """Made by the runtime.

    `adapters` by system. `queries`: absent where none are configured. `endpoints`: the connectors, by
    system, whose protocol has a server's side. `wake`: have the relay look soon.
    `resume(system, actor)`: False if it was not paused.
    `pause(system, actor, reason)`: at once, where the ledger alone would be noticed a little later.
    `family_metrics(openmetrics)`: those of all processes that listen on one port, where this is one of several.
    `ready`: the facts that `bus.http.health` judges. `render_metrics(openmetrics)`: text and content type.
    `observe(route, method, status, seconds)` is told of every request; `now` is in seconds since 1970.
    """

    config: Config
    intake: Intake
    ledger: Ledger
    adapters: Mapping[str, Adapter]
    wake: Callable[[], None]
    resume: Callable[[str, str], Awaitable[bool]]
    ready: Callable[[], Awaitable[dict[str, Any]]]
    render_metrics: Callable[[bool], tuple[bytes, str]]
    observe: Callable[[str, str, int, float], None]
    draining: Callable[[], bool]
    now: Callable[[], float] = time.time
    pause: Callable[[str, str, str], Awaitable[None]] | None = None
    family_metrics: Callable[[bool], Awaitable[tuple[bytes, str]]] | None = None
    queries: Queries | None = None
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
