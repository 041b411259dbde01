"""The ASGI app of the simulated PayGov."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.applications import Starlette

from ..gateway.app import Service, application
from .desk import Desk
from .settings import PaygovSettings
from .state import State


def create(settings: PaygovSettings | None = None, clock: Callable[[], float] = time.time) -> Starlette:
    """The app; what it holds is at `app.state.gateway`. Run it with `simulators.server`."""
    state = State(settings or PaygovSettings(), clock)
    return application(state, [Service("create", "POST", state.settings.path, Desk(state).create)])


__all__ = ["create"]
