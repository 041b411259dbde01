"""The ASGI app of the simulated Payment Platform."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.routing import Route

from ..gateway.app import Service, application
from .asking import page
from .desk import RECEIPTS, Desk
from .settings import NationalPaymentSettings
from .state import State


def create(settings: NationalPaymentSettings | None = None, clock: Callable[[], float] = time.time) -> Starlette:
    """The app; what it holds is at `app.state.gateway`. Run it with `simulators.server`."""
    state = State(settings or NationalPaymentSettings(), clock)
    desk = Desk(state)
    services = [
        Service("init", "POST", state.settings.init_path, desk.init),
        Service("query", "POST", state.settings.query_path, desk.query),
        Service("bill", "POST", state.settings.bill_path, desk.bill),
        Service("receipt", "GET", f"{RECEIPTS}/{{reference}}", desk.receipt),
    ]
    return application(state, services, [Route("/_control/ask", page, methods=["POST"])])


__all__ = ["create"]
