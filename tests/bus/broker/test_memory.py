"""The suite on `memory://`, and what is said of it alone. Its blind spot: it dies with its process."""

from __future__ import annotations

import pytest
from kombu import Connection

from bus.broker import KombuBroker
from bus.config.model import Broker as Settings
from tests.bus.broker.recorder import Recorder
from tests.bus.broker.suite import BrokerSuite


class TestMemory(BrokerSuite):
    @pytest.fixture
    def settings(self, vhost: str) -> Settings:
        return Settings.model_validate({"url": "memory://", "prefix": vhost})

    async def left(self, settings: Settings, system: str) -> int:
        with Connection("memory://") as connection:
            declared = connection.channel().queue_declare(f"{settings.prefix}-suite.{system}", passive=True)
            return int(declared.message_count)

    async def test_two_buses_in_one_process_do_not_hear_each_other(self, settings: Settings) -> None:
        first, second = Recorder(), Recorder()
        brokers = [KombuBroker(settings, instance=name) for name in ("one", "two")]
        for broker, seen in zip(brokers, (first, second), strict=True):
            await broker.start(seen.on_lost, seen.on_failed)
            await broker.consume(["land"], seen.on_hint)
        for id in range(1, 21):
            brokers[0].publish("land", [id])
        await first.until(lambda: len(first.arrived("land")) == 20)
        assert not second.hints
        for broker in brokers:
            await broker.close()
