"""A start without the database: waited for as long as the configuration says, unless waiting cures nothing."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from bus.config.model import Config
from bus.ledger import Ledger, LedgerError, Unavailable
from bus.ledger.engine import open_engine
from bus.ledger.reach import failure
from bus.opening import opened, unless
from bus.runtime import Bus
from tests.support.postgres import Postgres

from .dispatch.world import until

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bus.opening._FIRST", 0.01)
    monkeypatch.setattr("bus.opening._LONGEST", 0.04)


class Door:
    """Opens at the n-th try."""

    def __init__(self, *before: Exception) -> None:
        self.before = list(before)
        self.told: list[str] = []
        self.ledger = cast("Ledger", object())

    def open(self) -> Ledger:
        if self.before:
            raise self.before.pop(0)
        return self.ledger

    async def waiting(self, reason: str) -> None:
        self.told.append(reason)


async def test_it_is_tried_until_it_is_there() -> None:
    door = Door(Unavailable("refused"), Unavailable("starting up"))
    assert await opened(door.open, None, door.waiting) is door.ledger
    assert door.told == ["refused", "starting up"]


@pytest.mark.parametrize(("patience", "tries"), [(0, 1), (0.03, 3)])
async def test_for_no_longer_than_the_configuration_says(patience: float, tries: int) -> None:
    door = Door(*(Unavailable("refused") for _ in range(20)))
    with pytest.raises(Unavailable):
        await opened(door.open, patience, door.waiting)
    assert 20 - len(door.before) == pytest.approx(tries, abs=1 if patience else 0)


async def test_what_waiting_does_not_cure_fails_at_once() -> None:
    door = Door(LedgerError("fsync=off"))
    with pytest.raises(LedgerError, match="fsync=off"):
        await opened(door.open, None, door.waiting)
    assert door.told == []


async def test_who_is_told_to_stop_waits_for_nothing() -> None:
    stopping, stuck = asyncio.Event(), threading.Event()
    door = Door()

    def hang() -> Ledger:
        stuck.wait(30)
        return door.ledger

    async def work() -> None:
        await opened(hang, None, door.waiting)

    asyncio.get_running_loop().call_later(0.02, stopping.set)
    assert not await unless(stopping, work())
    stuck.set()


def other(url: str, **parts: str) -> str:
    """`url` with another user, password or database."""
    found = urlsplit(url)
    user = f"{parts.get('user', found.username)}:{parts.get('password', found.password)}"
    return urlunsplit(
        found._replace(netloc=f"{user}@{found.hostname}:{found.port}", path=parts.get("path", found.path))
    )


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"user": "nobody"}, {"path": "/nowhere"}])
def test_a_server_that_refuses_us_is_not_waited_for(database: str, wrong: dict[str, str]) -> None:
    with pytest.raises(LedgerError, match=r"the database refuses us: .* correct ledger\.url") as refused:
        Ledger(other(database, **wrong), id=1)
    assert not isinstance(refused.value, Unavailable)


def test_nobody_there_is_waited_for() -> None:
    with pytest.raises(Unavailable, match="the database cannot be reached"):
        Ledger(NOWHERE, id=1)


@pytest.mark.parametrize(
    ("code", "words", "passes"),
    [
        ("57P03", "máy chủ đang khởi động", True),
        ("53300", "sorry, too many clients already", True),
        ("28P01", "sai mật khẩu", False),
        ("3D000", "không có cơ sở dữ liệu", False),
    ],
)
def test_a_server_that_starts_is_waited_for_in_whatever_language_it_says_so(
    code: str, words: str, passes: bool
) -> None:
    command = [sys.executable, "-m", "tests.bus.refusing", code, words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        with pytest.raises(LedgerError, match=words) as refused:
            Ledger(f"postgresql://u:p@127.0.0.1:{int(server.stdout.readline())}/d", id=1)
        server.kill()
    assert isinstance(refused.value, Unavailable) is passes


@pytest.fixture
def late() -> Iterator[Postgres]:
    """A server that was not started yet."""
    server = Postgres()
    yield server
    server.close()


@pytest.fixture
async def bus(late: Postgres) -> AsyncIterator[Bus]:
    config = {"unit": "H49", "ledger": {"url": late.url}, "http": {"port": 0}, "systems": {}}
    made = Bus(Config.model_validate(config))
    starting = asyncio.create_task(made.start())
    yield made
    await starting
    await made.stop()


async def test_meanwhile_the_process_is_alive_and_not_ready_and_then_it_is_the_bus(late: Postgres, bus: Bus) -> None:
    await until(lambda: bus.server is not None)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{bus.port}") as client:
        assert (await client.get("/healthz")).json() == {"status": "alive"}
        unready = await client.get("/readyz")
        assert unready.status_code == 503
        assert "the database cannot be reached" in unready.json()["checks"][0]["detail"]
        refused = await client.post("/v1/events", json={})
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert refused.json()["type"].endswith("ledger-unavailable")
        await asyncio.to_thread(late.start)
        await until(lambda: bus.ledger.id if bus._opened else None, 20)

        async def is_ready() -> bool:
            return (await client.get("/readyz")).status_code == 200

        await until(is_ready, 20)


async def test_a_broker_that_is_away_is_not_waited_for_because_the_ledger_keeps_everything(tmp_path: Path) -> None:
    config = {
        "unit": "H49",
        "ledger": {"url": f"sqlite:///{tmp_path}/ledger.db"},
        "broker": {"url": "amqp://nobody@127.0.0.1:1"},
        "http": {"port": 0},
    }
    bus = Bus(Config.model_validate(config))
    await bus.start()
    assert (await bus.ready())["broker"] is not None
    assert not bus.failed.is_set()
    await bus.stop()


def run(tmp_path: Path, ledger: str) -> subprocess.Popen[str]:
    config = tmp_path / "bus.yaml"
    config.write_text(f"unit: H49\nledger: {{{ledger}}}\nhttp: {{port: 0}}\n")
    command = [sys.executable, "-m", "lienthong.command", "run", "-c", str(config), "--json"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def test_sigterm_ends_the_waiting_at_once(tmp_path: Path) -> None:
    with run(tmp_path, f'url: "{NOWHERE}"') as process:
        assert process.stderr is not None
        assert any("waiting for it" in line for line in process.stderr)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0, "without a signal it waits without end"


def test_without_patience_it_ends_with_the_reason(tmp_path: Path) -> None:
    with run(tmp_path, f'url: "{NOWHERE}", wait: 0s') as process:
        _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "LT109" in said
    assert "the database cannot be reached" in said


def test_a_database_that_came_up_between_two_questions_is_no_refusal(database: str) -> None:
    engine = open_engine(database)
    starting = psycopg.OperationalError("FATAL:  the database system is starting up")
    try:
        assert isinstance(failure(engine, OperationalError("connect", None, starting)), Unavailable)
    finally:
        engine.dispose()
