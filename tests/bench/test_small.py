"""The machinery in small: real processes, a handful of messages, no time that counts.

The peer needs the extra `bench` and is run by `make bench` alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from bench import bus
from bench.children import Child, Failed, python
from bench.load import Job, Outcome
from bench.servers import Servers
from tests.support.servers import PostgresServer, RabbitMQServer

FEW = 50
LIMITS = bus.Limits(connections=8, seconds=20)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with Servers() as running:
        yield running


@pytest.mark.parametrize("rate", [None, 500.0])
def test_load_sends_each_message_once(servers: Servers, tmp_path: Path, rate: float | None) -> None:
    servers.target.reset()
    job = Job(servers.target.port, "key", "mark", FEW, 4, rate)
    with Child("load", python("bench.load"), tmp_path / "log", spoken=True) as load:
        load.say(asdict(job))
        assert load.hear(20) == {"ready": True}
        load.say({"do": "go"})
        outcome = Outcome(**load.hear(20))
    first, last = servers.target.moments()
    assert servers.target.count() == FEW
    assert outcome.started <= first <= last <= outcome.ended
    assert 0 < outcome.p50 <= outcome.p99 <= outcome.longest


def test_a_child_that_ends_is_reported_with_its_last_words(tmp_path: Path) -> None:
    command = python("bench.nowhere")
    with (
        Child("a child", command, tmp_path / "log", spoken=True) as child,
        pytest.raises(Failed, match="No module named"),
    ):
        child.hear(20)


def test_through_the_embedded_bus(servers: Servers) -> None:
    assert bus.whole(servers, LIMITS, bus.EMBEDDED[0], FEW) > 0


def test_draining_postgresql_and_rabbitmq(
    servers: Servers, postgres: PostgresServer, rabbitmq: RabbitMQServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIENTHONG_TEST_POSTGRES", postgres.url)
    monkeypatch.setenv("LIENTHONG_TEST_RABBITMQ", rabbitmq.url)
    assert bus.drain(servers, LIMITS, bus.DRAIN[0], FEW) > 0
