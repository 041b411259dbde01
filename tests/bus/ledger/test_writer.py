"""Group commit: groups grow under load, one bad caller fails alone, a database that goes away is waited for."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from bus.ledger import Ledger, LedgerError, engine, writer
from tests.support.servers import Postgres

from .support import Desk, new


async def test_callers_that_wait_share_a_transaction(url: str) -> None:
    groups: list[tuple[str, int]] = []
    ledger = Ledger(url, id=901, observe=lambda kind, size, seconds: groups.append((kind, size)))
    await asyncio.gather(*(ledger.accept([new(f"k{n}", lane=f"L{n}")]) for n in range(100)))
    await ledger.close()
    sizes = [size for kind, size in groups if kind == "accept"]
    assert sum(sizes) == 100
    assert len(sizes) <= 3


async def test_a_bad_caller_fails_alone(ledger: Ledger, desk: Desk) -> None:
    good = [new(f"k{n}", lane=f"L{n}") for n in range(20)]
    bad = replace(new("bad"), subject=None)  # type: ignore[arg-type]  # what the database refuses
    results = await asyncio.gather(*(ledger.accept([one]) for one in [*good, bad]), return_exceptions=True)
    assert [isinstance(result, list) for result in results] == [True] * 20 + [False]
    assert isinstance(results[-1], LedgerError)
    assert await desk.count("message") == 20
    assert await desk.count("receipt") == 20


def test_who_stands_still_in_a_transaction_gives_its_locks_back(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a process that was frozen: others must be able to take over what it was doing."""
    monkeypatch.setattr(engine, "_IDLE_IN_TRANSACTION", "300ms")
    mine = engine.open_engine(database)
    other = engine.open_for_reading(database)
    with closing_engine(mine), closing_engine(other):
        with mine.begin() as connection:
            connection.execute(text("CREATE TABLE held (n int)"))
        frozen = mine.connect()
        frozen.execute(text("LOCK TABLE held"))
        with other.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '20s'"))
            connection.execute(text("LOCK TABLE held"))
        with pytest.raises(DBAPIError) as ended:
            frozen.execute(text("INSERT INTO held VALUES (1)"))
        assert writer._lost(ended.value)
        frozen.close()


@contextmanager
def closing_engine(opened: Engine) -> Iterator[None]:
    yield
    opened.dispose()


async def cut(database: str, times: int, pause: float) -> None:
    """End the server's side of every connection of the ledger, `times` times, `pause` seconds apart."""
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as admin:
        for _ in range(times):
            await asyncio.sleep(pause)
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'lienthong' AND datname = current_database()"
            )


async def test_connections_cut_under_load_lose_and_double_nothing(database: str) -> None:
    """The writer repeats groups whose COMMIT was not answered."""
    ledger = Ledger(database, id=902)
    desk = Desk(ledger)

    async def put(worker: int) -> int:
        for n in range(40):
            await ledger.accept([new(f"{worker}-{n}", lane=f"L{worker}")])
        return 40

    cutting = asyncio.create_task(cut(database, 15, 0.03))
    done = await asyncio.gather(*(put(worker) for worker in range(8)))
    await cutting
    assert sum(done) == 320
    assert [await desk.count(table) for table in ("receipt", "message", "delivery", "evidence")] == [320] * 4
    await ledger.close()


async def test_claims_and_settles_survive_cut_connections(database: str) -> None:
    ledger = Ledger(database, id=903)
    desk = Desk(ledger)
    ids = [await desk.put(f"k{n}", lane=f"L{n}") for n in range(200)]

    async def work(part: list[int]) -> int:
        settled = 0
        for id in part:
            for claimed in await desk.claim(id):
                assert claimed.doubt_before is None
                assert not (await desk.settle(claimed)).late
                settled += 1
        return settled

    cutting = asyncio.create_task(cut(database, 10, 0.02))
    done = await asyncio.gather(*(work(ids[n::8]) for n in range(8)))
    await cutting
    assert sum(done) == 200
    rows = await desk.rows("SELECT state, count(*) AS n FROM delivery GROUP BY state")
    assert [(row["state"], row["n"]) for row in rows] == [("delivered", 200)]
    await ledger.close()


def test_a_second_process_on_an_sqlite_ledger_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    first = Ledger(url, id=904)
    with pytest.raises(LedgerError, match="in use by process"):
        Ledger(url, id=905)
    asyncio.run(first.close())
    asyncio.run(Ledger(url, id=906).close())


@pytest.mark.parametrize("setting", ["fsync", "synchronous_commit"])
def test_a_postgresql_that_may_forget_is_refused(setting: str) -> None:
    with Postgres(**{setting: "off"}) as server, pytest.raises(LedgerError, match=f"{setting}=off"):
        Ledger(server.url, id=907)


async def test_a_checkpoint_moves_the_write_ahead_log_into_the_database(tmp_path: Path) -> None:
    """A copy of the database file alone then holds the message."""
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.db", id=909)
    await ledger.accept([new("k1")])
    await ledger.checkpoint()
    shutil.copy(tmp_path / "ledger.db", tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT count(*) FROM message").fetchone() == (1,)
    await ledger.close()


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(LedgerError, match=r"ledger\.url"):
        Ledger("mysql://localhost/x", id=908)
