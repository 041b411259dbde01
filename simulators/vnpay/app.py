"""The ASGI app of the simulated VNPAY."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.applications import Starlette

from ..gateway.app import Service, application
from .desk import Desk
from .settings import VnpaySettings
from .state import State


def create(settings: VnpaySettings | None = None, clock: Callable[[], float] = time.time) -> Starlette:
    """The app; what it holds is at `app.state.gateway`. Run it with `simulators.server`."""
    state = State(settings or VnpaySettings(), clock)
    desk = Desk(state)
    services = [
        Service("pay", "GET", state.settings.pay_path, desk.page),
        Service("transaction", "POST", state.settings.transaction_path, desk.api),
    ]
    return application(state, services)


__all__ = ["create"]
