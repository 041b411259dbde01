"""What both sides share during a run: the target, and private servers that start when somebody first needs them."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Self

from kombu import Connection

from tests.support.servers import NamedPostgres, NamedRabbitMQ, Postgres, PostgresServer, RabbitMQ, RabbitMQServer

from .children import Child, python


class Target:
    """The process that counts."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self.port: int = child.hear(20)["port"]

    def reset(self) -> None:
        """Count from nought."""
        self._child.ask({"do": "reset"})

    def count(self) -> int:
        """Requests since the last reset."""
        found: int = self._child.ask({"do": "count"})["count"]
        return found

    def moments(self) -> tuple[float, float]:
        """When the first and the last request since the reset was complete, monotonic seconds."""
        answer = self._child.ask({"do": "count"})
        return answer["first"], answer["last"]


class Servers:
    """A context manager."""

    def __init__(self, seen: Callable[[int], None] = lambda count: None) -> None:
        self._stack = ExitStack()
        self.seen = seen  # told how much has arrived, for the progress bar

    def __enter__(self) -> Self:
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="lienthong-bench-")))
        child = Child("the target", python("bench.target"), self.folder / "target.log", spoken=True)
        self.target = Target(self._stack.enter_context(child))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @cached_property
    def soap_port(self) -> int:
        """Of the simulator for look-ups."""
        child = Child("the SOAP simulator", python("bench.soap_target"), self.folder / "soap-target.log", spoken=True)
        port: int = self._stack.enter_context(child).hear(20)["port"]
        return port

    @cached_property
    def population(self) -> str:
        """URL of the simulated population database."""
        command = python("lienthong.command", "simulate", "population", "--json")
        child = Child("the population database", command, self.folder / "population.log", spoken=True)
        url: str = self._stack.enter_context(child).hear(20)["url"]
        return url

    @cached_property
    def postgres(self) -> PostgresServer:
        """Durable, as tests.support makes it."""
        if url := os.environ.get("LIENTHONG_TEST_POSTGRES"):
            return NamedPostgres(url)
        return self._stack.enter_context(Postgres())

    @cached_property
    def rabbitmq(self) -> RabbitMQServer:
        """One node."""
        if url := os.environ.get("LIENTHONG_TEST_RABBITMQ"):
            return NamedRabbitMQ(url)
        return self._stack.enter_context(RabbitMQ())

    def delete(self, queues: Iterable[str], exchanges: Iterable[str] = ()) -> None:
        """Clear up after a run, so that the next one finds the broker as this one did."""
        with Connection(self.rabbitmq.url, connect_timeout=5) as connection, connection.channel() as channel:
            for queue in queues:
                channel.queue_delete(queue)
            for exchange in exchanges:
                channel.exchange_delete(exchange)


def mark() -> str:
    """A name that no other run has."""
    return f"bench-{secrets.token_hex(4)}"
