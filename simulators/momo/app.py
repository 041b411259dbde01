"""The ASGI app of the simulated MoMo."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.applications import Starlette

from ..gateway.app import Service, application
from .desk import Desk
from .settings import MomoSettings
from .state import State

BASE = "v2/gateway/api"


def create(settings: MomoSettings | None = None, clock: Callable[[], float] = time.time) -> Starlette:
    """The app; what it holds is at `app.state.gateway`. Run it with `simulators.server`."""
    state = State(settings or MomoSettings(), clock)
    desk = Desk(state)
    services = [
        Service("create", "POST", f"{BASE}/create", desk.create),
        Service("query", "POST", f"{BASE}/query", desk.query),
        Service("refund", "POST", f"{BASE}/refund", desk.refund),
        Service("refund-query", "POST", f"{BASE}/refund/query", desk.refund_query),
    ]
    return application(state, services)


__all__ = ["create"]
