"""The ASGI app of the simulated ZaloPay."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.applications import Starlette

from ..gateway.app import Service, application
from .desk import Desk
from .settings import ZalopaySettings
from .state import State


def create(settings: ZalopaySettings | None = None, clock: Callable[[], float] = time.time) -> Starlette:
    """The app; what it holds is at `app.state.gateway`. Run it with `simulators.server`."""
    state = State(settings or ZalopaySettings(), clock)
    desk = Desk(state)
    services = [
        Service("create", "POST", "v2/create", desk.create),
        Service("query", "POST", "v2/query", desk.query),
        Service("refund", "POST", "v2/refund", desk.refund),
        Service("refund-query", "POST", "v2/query_refund", desk.refund_query),
    ]
    return application(state, services)


__all__ = ["create"]
