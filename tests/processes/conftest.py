"""`lienthong run --processes 2` on real servers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from kombu import Connection

from lienthong.command.keys import hashed
from tests.support.servers import RabbitMQServer

from .target import Target

KEY = "lt_an-invented-key"


@dataclass
class Bus:
    """The parent. `log`: what it and its processes said, as JSON lines."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The complete lines of the log."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.endswith("}")]

    def told(self, event: str) -> list[dict[str, Any]]:
        """The lines that say `event`."""
        return [line for line in self.lines if line.get("event") == event]

    @property
    def children(self) -> list[int]:
        """The ids of the processes that the parent runs now."""
        pid = self.process.pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def end(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def eventually(holds: Callable[[], bool], within: float = 30) -> None:
    """Wait until `holds`."""
    until = time.monotonic() + within
    while not holds():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.05)


@pytest.fixture
def target() -> Iterator[Target]:
    with Target() as found:
        yield found


Start = Callable[[Path], Bus]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a parent with two processes; kills what a failed test left."""
    started: list[subprocess.Popen[bytes]] = []
    log = tmp_path / "log"
    sockets = tempfile.TemporaryDirectory(prefix="lt-")  # the name of a socket has to be short

    def begin(config: Path) -> Bus:
        command = [sys.executable, "-m", "lienthong.command", "run", "-c", str(config), "--processes", "2", "--json"]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("LIENTHONG_")}
        clean["TMPDIR"] = sockets.name
        with log.open("wb") as stream:
            process = subprocess.Popen(command, stderr=stream, stdout=stream, env=clean, start_new_session=True)
        started.append(process)
        return Bus(process, "", log)

    yield begin
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    sockets.cleanup()


@pytest.fixture
def config(tmp_path: Path, database: str, rabbitmq: RabbitMQServer, vhost: str, target: Target) -> Path:
    """One system that drops an event it has seen, with the shortest lease that a busy machine can keep."""
    path = tmp_path / "bus.yaml"
    path.write_text(f"""
unit: H49
ledger: {{url: "{database}", lease: 4s}}
broker: {{url: "{rabbitmq.url}", prefix: {vhost}}}
http: {{port: 0}}
clients:
  portal: {{key: {hashed(KEY)}, read: all, metrics: true, send: [{{source: /h49/portal, types: ["*"]}}]}}
systems:
  land:
    adapter: cloudevents
    connect: {{base_url: "{target.url}"}}
    settings: {{on_unknown: resend}}
    deadline: 2s
    settle_after: 0.2s
types: {{parcel.sent: {{}}}}
routes: [{{name: all, to: [land]}}]
""")
    return path


@pytest.fixture
def bus(start: Start, config: Path, rabbitmq: RabbitMQServer, vhost: str) -> Iterator[Bus]:
    """Two processes that have started."""
    found = start(config)
    eventually(lambda: len(found.told("started")) == 2 or found.process.poll() is not None)
    assert found.process.poll() is None, found.log.read_text()
    found.url = f"http://127.0.0.1:{found.told('starting')[0]['port']}"
    yield found
    found.end()
    with Connection(rabbitmq.url) as connection, connection.channel() as channel:
        for name in ("land", "_dead"):
            channel.queue_delete(f"{vhost}.{name}")
        channel.exchange_delete(f"{vhost}._dead")


def client(bus: Bus) -> httpx.Client:
    """A caller with a key and a connection of its own for every request, so that any process may get it."""
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.Client(base_url=bus.url, headers={"authorization": f"Bearer {KEY}"}, limits=limits, timeout=20)
