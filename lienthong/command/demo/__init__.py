"""The demo: portals and payment gateways simulated, the real bus between them, on an embedded ledger in a folder of
its own."""

from __future__ import annotations

import asyncio


def run(*, once: bool, cases: int, rate: float | None, port: int | None, json: bool) -> int:
    """Play the demo; the exit code: 0 only if nothing was lost, doubled or out of order, and every
    đồng is where it should be.

    `rate`: dossiers a second, as fast as answers come if `None`. Without `once` it stays up until Ctrl-C.
    """
    from monitoring.logs import configure

    from .play import play

    configure(level="warning")
    with asyncio.Runner(loop_factory=_loop) as runner:
        return runner.run(play(once=once, cases=cases, rate=rate, port=port or 0, json=json))


def _loop() -> asyncio.AbstractEventLoop:
    import uvloop

    return uvloop.new_event_loop()
