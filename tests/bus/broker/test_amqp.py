"""The suite on a real RabbitMQ."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest
from kombu import Connection

from bus.broker import KombuBroker
from bus.config.model import Broker as Settings
from tests.bus.broker.proxy import Proxy
from tests.bus.broker.recorder import Recorder
from tests.bus.broker.suite import SYSTEMS, BrokerSuite
from tests.support.servers import RabbitMQServer


@pytest.fixture
def prefix(rabbitmq: RabbitMQServer, vhost: str) -> Iterator[str]:
    """What is declared under it is deleted after the test."""
    yield vhost
    with Connection(rabbitmq.url) as connection:
        channel = connection.channel()
        for name in (*SYSTEMS, "_dead"):
            channel.queue_delete(f"{vhost}.{name}")
        channel.exchange_delete(f"{vhost}._dead")


@pytest.fixture
def settings(rabbitmq: RabbitMQServer, prefix: str) -> Settings:
    return Settings.model_validate({"url": rabbitmq.url, "prefix": prefix, "confirm_timeout": "2s"})


def messages(url: str, queue: str) -> int:
    """Ready in the queue, when nobody consumes it."""
    with Connection(url) as connection:
        return int(connection.channel().queue_declare(queue, passive=True).message_count)


class TestRabbitMQ(BrokerSuite):
    async def left(self, settings: Settings, system: str) -> int:
        return messages(settings.url.get_secret_value(), f"{settings.prefix}.{system}")


async def connect(url: str, settings: Settings, seen: Recorder) -> KombuBroker:
    values = {"url": url, "prefix": settings.prefix, "confirm_timeout": settings.confirm_timeout}
    broker = KombuBroker(Settings.model_validate(values), instance="mine")
    await broker.start(seen.on_lost, seen.on_failed)
    await broker.consume(SYSTEMS, seen.on_hint)
    return broker


async def test_what_was_not_acknowledged_comes_again(settings: Settings) -> None:
    first, second = Recorder(), Recorder()
    broker = await connect(settings.url.get_secret_value(), settings, first)
    broker.publish("land", [1])
    await first.until(lambda: len(first.hints) == 1)
    broker.acknowledge(first.hints)
    broker.publish("land", [2])
    await first.until(lambda: len(first.hints) == 2)
    await broker.close()
    broker = await connect(settings.url.get_secret_value(), settings, second)
    await second.until(lambda: bool(second.hints))
    assert second.arrived("land") == {2: 1}
    await broker.close()


async def test_connections_cut_twice(settings: Settings) -> None:
    seen = Recorder()
    async with Proxy(settings.url.get_secret_value()) as proxy:
        broker = await connect(proxy.url, settings, seen)
        assert proxy.connections == 2
        for losses in (1, 2):
            proxy.cut()
            await seen.until(lambda expected=losses: seen.lost == expected)  # type: ignore[misc]  # binds the loop variable
            broker.publish("land", [losses])
            await seen.until(lambda expected=losses: len(seen.arrived("land")) == expected)  # type: ignore[misc]  # the same
        assert proxy.connections == 6
        await broker.close()


async def test_tags_of_a_lost_connection_acknowledge_nothing_on_the_next(settings: Settings) -> None:
    seen = Recorder()
    async with Proxy(settings.url.get_secret_value()) as proxy:
        broker = await connect(proxy.url, settings, seen)
        broker.publish("land", [1])
        await seen.until(lambda: len(seen.hints) == 1)
        stale = list(seen.hints)
        proxy.cut()
        await seen.until(lambda: len(seen.hints) == 2)
        assert stale[0].token.tag == seen.hints[1].token.tag == 1
        assert stale[0].token.epoch < seen.hints[1].token.epoch
        broker.acknowledge(stale)
        await broker.close()
    assert messages(settings.url.get_secret_value(), f"{settings.prefix}.land") == 1


async def test_while_it_is_away_publishing_fails_at_once(settings: Settings) -> None:
    seen = Recorder()
    url = settings.url.get_secret_value()
    async with Proxy(url) as proxy:
        gone = proxy.url
    broker = await connect(gone, settings, seen)
    assert not broker.connected
    assert "refused" in str(broker.trouble)
    broker.publish("land", [1, 2])
    await seen.until(lambda: bool(seen.failed))
    assert [(each.deliveries, each.reason) for each in seen.failed] == [((1, 2), "lost")]
    await broker.close()


async def test_a_second_address_is_tried(settings: Settings) -> None:
    seen = Recorder()
    url = settings.url.get_secret_value()
    async with Proxy(url) as proxy:
        gone = proxy.url
    broker = await connect(f"{gone};{url}", settings, seen)
    await seen.until(lambda: broker.connected)
    assert seen.lost == 1
    broker.publish("land", [1])
    await seen.until(lambda: seen.arrived("land") == {1: 1})
    await broker.close()


async def test_a_silent_broker_is_given_up(settings: Settings) -> None:
    seen = Recorder()
    quick = settings.model_copy(update={"confirm_timeout": 0.3})
    async with Proxy(settings.url.get_secret_value()) as proxy:
        broker = await connect(proxy.url, quick, seen)
        proxy.mute()
        broker.publish("land", [1])
        await asyncio.sleep(0.1)
        broker.publish("land", [2])
        await seen.until(lambda: seen.not_sent("land") == {1: 1, 2: 1})
        assert [each.reason for each in seen.failed] == ["timeout", "lost"]
        proxy.unmute()
        await seen.until(lambda: seen.lost == 1)
        broker.publish("land", [3])
        await seen.until(lambda: seen.arrived("land")[3] == 1)
        await broker.close()


async def test_a_wrong_password_is_told_and_not_shown(settings: Settings) -> None:
    seen = Recorder()
    server = settings.url.get_secret_value().rpartition("@")[2]
    broker = await connect(f"amqp://nobody:wrong-word@{server}", settings, seen)
    assert not broker.connected
    assert "ACCESS_REFUSED" in str(broker.trouble)
    assert "wrong-word" not in str(broker.trouble)
    await broker.close()


async def test_a_queue_of_other_arguments_is_told(settings: Settings) -> None:
    seen = Recorder()
    with Connection(settings.url.get_secret_value()) as connection:
        connection.channel().queue_declare(f"{settings.prefix}.land", durable=True, auto_delete=False)
    broker = await connect(settings.url.get_secret_value(), settings, seen)
    assert not broker.connected
    assert "PRECONDITION_FAILED" in str(broker.trouble)
    assert f"{settings.prefix}.land" in str(broker.trouble)
    await broker.close()


async def test_a_deleted_queue_is_declared_again(settings: Settings) -> None:
    seen = Recorder()
    url = settings.url.get_secret_value()
    broker = await connect(url, settings, seen)
    with Connection(url) as connection:
        connection.channel().queue_delete(f"{settings.prefix}.land")
    await seen.until(lambda: seen.lost == 1)
    broker.publish("land", [1])
    await seen.until(lambda: seen.arrived("land") == {1: 1})
    await broker.close()


async def test_what_is_no_hint_goes_to_the_dead_letters(settings: Settings) -> None:
    seen = Recorder()
    url = settings.url.get_secret_value()
    broker = await connect(url, settings, seen)
    with Connection(url) as connection:
        channel = connection.channel()
        for body in (b"\xff", b"{}", b"[]", b'["7"]', b"[true]", b"[0]"):
            channel.basic_publish(channel.prepare_message(body), exchange="", routing_key=f"{settings.prefix}.land")
    broker.publish("land", [1])
    await seen.until(lambda: bool(seen.hints))
    await seen.until(lambda: messages(url, f"{settings.prefix}._dead") == 6)
    assert seen.arrived("land") == {1: 1}
    broker.acknowledge(seen.hints)
    await broker.close()
    assert messages(url, f"{settings.prefix}.land") == 0


async def test_two_processes_share_the_work(settings: Settings) -> None:
    """Two brokers stand for two processes: nothing of RabbitMQ's is shared in this one."""
    seen = [Recorder(), Recorder()]
    brokers = [await connect(settings.url.get_secret_value(), settings, each) for each in seen]
    for id in range(1, 101):
        brokers[0].publish("land", [id])
        await asyncio.sleep(0)
    await seen[0].until(lambda: sum((each.arrived("land") for each in seen), Counter()) == Counter(range(1, 101)))
    for broker in brokers:
        await broker.close()
