"""RabbitMQ killed with SIGKILL while it holds hints, and started again."""

from __future__ import annotations

import asyncio
from collections import Counter

from bus.broker import KombuBroker
from bus.config.model import Broker as Settings
from tests.bus.broker.recorder import Recorder
from tests.support.servers import RabbitMQ


async def test_killed_and_started_again() -> None:
    seen = Recorder()
    with RabbitMQ() as server:
        settings = Settings.model_validate({"url": server.url, "confirm_timeout": "5s"})
        broker = KombuBroker(settings, instance="killed", batch=1)
        await broker.start(seen.on_lost, seen.on_failed)
        await broker.consume(["land"], seen.on_hint)
        broker.publish("land", [1, 2, 3])
        await seen.until(lambda: len(seen.hints) == 3)
        stale = list(seen.hints)
        # RabbitMQ 3.10.8 writes the name of a new quorum queue down up to half a second late; killed before that,
        # it comes back with a queue that has no leader for ever, and then nobody can use or delete it
        await asyncio.sleep(1.5)

        server.kill()
        broker.publish("land", [4])
        await seen.until(lambda: not broker.connected)
        broker.publish("land", [5])
        await seen.until(lambda: seen.not_sent("land") == Counter([4, 5]))
        assert seen.lost == 0

        server.start()
        await seen.until(lambda: seen.lost == 1, seconds=30)
        broker.acknowledge(stale)
        broker.publish("land", [6])
        await seen.until(lambda: seen.arrived("land") == Counter([1, 1, 2, 2, 3, 3, 6]), seconds=30)
        assert seen.lost == 1
        await broker.close()
