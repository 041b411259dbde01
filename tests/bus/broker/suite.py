"""What holds for every broker. The subclass says which one it is."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bus.broker import KombuBroker
from bus.config.model import Broker as Settings
from tests.bus.broker.recorder import Recorder

SYSTEMS = ("land", "national-portal")


class BrokerSuite:
    """`settings` is a fixture of the subclass; `left` counts the messages that the broker still has for a system."""

    async def left(self, settings: Settings, system: str) -> int:
        raise NotImplementedError

    async def start(self, settings: Settings, seen: Recorder, **options: Any) -> KombuBroker:
        broker = KombuBroker(settings, instance="suite", **options)
        await broker.start(seen.on_lost, seen.on_failed)
        await broker.consume(SYSTEMS, seen.on_hint)
        return broker

    @pytest.fixture
    def seen(self) -> Recorder:
        return Recorder()

    @pytest_asyncio.fixture
    async def broker(self, settings: Settings, seen: Recorder) -> AsyncIterator[KombuBroker]:
        broker = await self.start(settings, seen)
        yield broker
        await broker.close()

    async def test_a_hint_arrives_with_its_system_and_ids(self, broker: KombuBroker, seen: Recorder) -> None:
        broker.publish("land", [7, 8, 9])
        await seen.until(lambda: bool(seen.hints))
        assert [(hint.system, hint.deliveries) for hint in seen.hints] == [("land", (7, 8, 9))]
        assert broker.connected
        assert broker.trouble is None

    async def test_systems_are_kept_apart(self, broker: KombuBroker, seen: Recorder) -> None:
        broker.publish("land", [1])
        broker.publish("national-portal", [2])
        await seen.until(lambda: len(seen.hints) == 2)
        assert seen.arrived("land") == {1: 1}
        assert seen.arrived("national-portal") == {2: 1}

    async def test_a_group_of_sixty_is_one_message(self, broker: KombuBroker, seen: Recorder) -> None:
        broker.publish("land", range(1, 61))
        await seen.until(lambda: bool(seen.hints))
        assert seen.hints[0].deliveries == tuple(range(1, 61))

    async def test_the_largest_id_survives(self, broker: KombuBroker, seen: Recorder) -> None:
        broker.publish("land", [9223372036854775807])
        await seen.until(lambda: bool(seen.hints))
        assert seen.hints[0].deliveries == (9223372036854775807,)

    async def test_nothing_to_publish_publishes_nothing(
        self, broker: KombuBroker, seen: Recorder, settings: Settings
    ) -> None:
        broker.publish("land", [])
        broker.publish("land", [1])
        await seen.until(lambda: bool(seen.hints))
        assert seen.arrived("land") == {1: 1}

    async def test_ten_thousand_ids_arrive_once(self, broker: KombuBroker, seen: Recorder) -> None:
        for first in range(1, 10_001, 25):
            broker.publish("land", range(first, first + 25))
        acknowledged = 0
        while acknowledged < 10_000:
            await seen.until(lambda: bool(seen.hints))
            hints, seen.hints = seen.hints, []
            broker.acknowledge(hints)
            acknowledged += sum(len(hint.deliveries) for hint in hints)
        assert acknowledged == 10_000
        assert not seen.failed

    async def test_more_than_the_prefetch_waits_for_acknowledgements(self, settings: Settings, seen: Recorder) -> None:
        broker = await self.start(settings, seen, prefetch=2, batch=1)
        broker.publish("land", [1, 2, 3, 4, 5])
        await seen.until(lambda: len(seen.hints) >= 2)
        await asyncio.sleep(0.05)
        first = list(seen.hints)
        assert len(first) == 2
        broker.acknowledge(first)
        await seen.until(lambda: len(seen.hints) >= 4)
        broker.acknowledge(seen.hints)
        await seen.until(lambda: seen.arrived("land") == Counter([1, 2, 3, 4, 5]))
        await broker.close()

    async def test_the_backlog_of_one_system_does_not_hold_up_another(self, settings: Settings, seen: Recorder) -> None:
        broker = await self.start(settings, seen, prefetch=2, batch=1)
        broker.publish("land", range(1, 51))
        broker.publish("national-portal", [99])
        await seen.until(lambda: seen.arrived("national-portal") == {99: 1})
        await broker.close()

    async def test_what_is_acknowledged_in_any_order_is_gone(
        self, broker: KombuBroker, seen: Recorder, settings: Settings
    ) -> None:
        for id in range(1, 21):
            broker.publish("land" if id % 2 else "national-portal", [id])
            await seen.until(lambda expected=id: sum(len(h.deliveries) for h in seen.hints) == expected)  # type: ignore[misc]  # a default binds the loop variable
        for hints in (seen.hints[10:15], seen.hints[3:4], seen.hints[15:], seen.hints[:3], seen.hints[4:10]):
            broker.acknowledge(hints)
        await broker.close()
        assert await self.left(settings, "land") == 0
        assert await self.left(settings, "national-portal") == 0

    async def test_an_acknowledgement_said_twice_does_no_harm(self, broker: KombuBroker, seen: Recorder) -> None:
        broker.publish("land", [1])
        await seen.until(lambda: len(seen.hints) == 1)
        broker.acknowledge(seen.hints)
        broker.acknowledge(seen.hints)
        broker.publish("land", [2])
        await seen.until(lambda: len(seen.hints) == 2)
        broker.acknowledge(seen.hints)
        broker.publish("land", [3])
        await seen.until(lambda: len(seen.hints) == 3)
        assert seen.lost == 0

    async def test_a_system_that_nobody_consumes_fails_and_others_do_not(
        self, broker: KombuBroker, seen: Recorder
    ) -> None:
        broker.publish("nowhere", [1, 2])
        broker.publish("land", [3])
        await seen.until(lambda: bool(seen.failed) and bool(seen.hints))
        assert [(each.system, each.deliveries, each.reason) for each in seen.failed] == [
            ("nowhere", (1, 2), "returned")
        ]
        assert seen.arrived("land") == {3: 1}
        assert broker.connected

    async def test_failures_are_told_after_publish_has_returned(self, settings: Settings, seen: Recorder) -> None:
        broker = await self.start(settings, seen, limit=10)
        broker.publish("land", range(1, 12))
        assert seen.failed == []
        await seen.until(lambda: bool(seen.failed))
        assert seen.failed[0].reason == "full"
        assert seen.not_sent("land") == Counter(range(1, 12))
        broker.publish("land", range(1, 11))
        await seen.until(lambda: seen.arrived("land") == Counter(range(1, 11)))
        await broker.close()

    async def test_room_comes_back_when_the_broker_confirms(self, settings: Settings, seen: Recorder) -> None:
        broker = await self.start(settings, seen, limit=10)
        for first in range(0, 50, 10):
            broker.publish("land", range(first + 1, first + 11))
            await seen.until(lambda expected=first + 10: len(seen.arrived("land")) == expected)  # type: ignore[misc]  # a default binds the loop variable
            await seen.until(lambda: broker.waiting == 0)
        assert not seen.failed
        await broker.close()

    async def test_a_hint_takes_milliseconds_and_not_a_poll(self, broker: KombuBroker, seen: Recorder) -> None:
        """No figure of speed: only that nobody waits for a time-out, of which the shortest is 1 s on RabbitMQ."""
        began = time.monotonic()
        for id in range(1, 51):
            broker.publish("land", [id])
            await seen.until(lambda: len(seen.hints) == 1)
            broker.acknowledge(seen.hints)
            seen.hints.clear()
        assert time.monotonic() - began < 25

    async def test_an_idle_broker_uses_no_processor(self, broker: KombuBroker, seen: Recorder) -> None:
        broker.publish("land", [1])
        await seen.until(lambda: len(seen.hints) == 1)
        before = time.process_time()
        began = time.monotonic()
        threading.Event().wait(1)
        used = time.process_time() - before
        assert used < 0.01 * (time.monotonic() - began)

    async def test_closing_is_quick_and_leaves_no_thread(self, settings: Settings, seen: Recorder) -> None:
        before = set(threading.enumerate())
        broker = await self.start(settings, seen)
        broker.publish("land", [1])
        assert len(set(threading.enumerate()) - before) == 2
        began = time.monotonic()
        await broker.close()
        assert time.monotonic() - began < 2
        assert set(threading.enumerate()) == before
        assert not broker.connected

    async def test_closing_twice_and_without_start(self, settings: Settings, seen: Recorder) -> None:
        await KombuBroker(settings, instance="suite").close()
        broker = await self.start(settings, seen)
        await broker.close()
        await broker.close()
        broker.acknowledge(seen.hints)
        broker.publish("land", [1])
        await seen.until(lambda: bool(seen.failed))
        assert [(each.deliveries, each.reason) for each in seen.failed] == [((1,), "closed")]

    async def test_consuming_twice_is_refused(self, broker: KombuBroker, seen: Recorder) -> None:
        with pytest.raises(RuntimeError, match="once"):
            await broker.consume(["land"], seen.on_hint)
