"""Waiting for what comes soon on an idle machine, and later on a busy one."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable

# seconds; less than the shortest time limit of a test
PATIENCE = 25.0


async def until(holds: Callable[[], bool | Awaitable[bool]]) -> None:
    """Return as soon as `holds` does; fails when it does not in `PATIENCE`."""
    ends = time.monotonic() + PATIENCE
    while True:
        held = holds()
        if await held if inspect.isawaitable(held) else held:
            return
        assert time.monotonic() < ends, f"it did not come true in {PATIENCE:g} s"
        await asyncio.sleep(0.01)
