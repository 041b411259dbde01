"""PostgreSQL's partitions: made ahead, dropped whole, and an older ledger carried over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import alembic.command
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from bus.ledger import Ledger, State, claim
from bus.ledger.engine import _migrations, open_engine
from bus.ledger.retention.calendar import Interval, ahead, bound, following, lowest_id, moment_of
from bus.ledger.retention.partitions import ensure, listed
from bus.ledger.session import Session, translate

from .keeping import Keeper
from .support import Desk, new

TABLES = ("message", "attempt", "evidence")


def utc(*parts: int) -> float:
    return datetime(*parts, tzinfo=UTC).timestamp()  # type: ignore[misc,arg-type]


def test_the_next_day_week_and_month() -> None:
    sunday = utc(2026, 11, 22, 5)
    assert following("day", sunday) == utc(2026, 11, 23)
    assert following("week", sunday) == utc(2026, 11, 23)
    assert following("week", utc(2026, 11, 23)) == utc(2026, 11, 30)
    assert following("month", sunday) == utc(2026, 12, 1)
    assert following("month", utc(2026, 12, 31)) == utc(2027, 1, 1)
    assert following("month", utc(2027, 1, 31)) == utc(2027, 2, 1)


@given(st.sampled_from(["day", "week", "month"]), st.floats(0, 4e9), st.floats(0, 1e8))
def test_partitions_ahead_touch_and_reach_beyond_now(interval: Interval, begin: float, later: float) -> None:
    found = ahead(interval, begin, begin + later, 2)
    assert found[0][0] == begin
    assert [one[1] for one in found[:-1]] == [one[0] for one in found[1:]]
    assert found[-1][0] > begin + later
    assert all(begin < end for begin, end in found)


def test_bounds_as_postgresql_writes_them() -> None:
    assert lowest_id(1796083200.0) == "01a22ee6-b000-0000-0000-000000000000"
    assert moment_of("01a22ee6-b000-7abc-8123-0123456789ab") == 1796083200.0
    said = "FOR VALUES FROM ('01a22ee6-b000-0000-0000-000000000000') TO ('01a2ce8b-d400-0000-0000-000000000000')"
    assert (bound("FROM", said), bound("TO", said)) == (1796083200.0, 1798761600.0)
    said = "FOR VALUES FROM (MINVALUE) TO ('1796083200')"
    assert (bound("FROM", said), bound("TO", said)) == (None, 1796083200.0)
    assert bound("TO", "DEFAULT") is None


@pytest.fixture
def own(database: str) -> Iterator[Ledger]:
    ledger = Ledger(database, id=31)
    yield ledger
    asyncio.run(ledger.close())


def names(session: Session, table: str) -> list[str]:
    return [one.name.removeprefix(f"{table}_") for one in listed(session, table)]


async def test_what_is_written_now_and_soon_has_its_partition(own: Ledger) -> None:
    found = await own.call(lambda session, _: {table: names(session, table) for table in TABLES})
    assert found["message"] == found["attempt"] == found["evidence"]
    assert found["message"][0].startswith("before_")
    assert [name.partition("_")[0] for name in found["message"]] == ["before", "from", "from", "default"]
    await own.accept([new("k1")])
    [[table]] = await own.call(lambda session, _: session.run("SELECT tableoid::regclass::text FROM message"))
    assert table == f"message_{found['message'][0]}"


async def test_more_are_made_as_time_goes_by(own: Ledger, database: str) -> None:
    engine = open_engine(database)
    assert ensure(engine, time.time(), "month") == 0
    assert ensure(engine, time.time() + 31 * 86400, "month") == 3
    assert ensure(engine, time.time() + 31 * 86400, "month") == 0
    engine.dispose()


async def test_what_came_before_its_partition_was_made_moves_there(own: Ledger, database: str) -> None:
    """A bus that was asleep for half a year, and one that wrote before the tables were free."""
    later = time.time() + 180 * 86400
    row = f"('c', 1, {later!r}, 'a', 'b', NULL, NULL, NULL, 'h')"
    await own.call(lambda session, _: session.run(f"INSERT INTO evidence VALUES {row}"))
    place = "SELECT tableoid::regclass::text FROM evidence WHERE chain = 'c'"
    assert (await own.call(lambda session, _: session.run(place)))[0][0] == "evidence_default"
    engine = open_engine(database)
    assert ensure(engine, later, "month") > 0
    engine.dispose()
    assert "evidence_from_" in (await own.call(lambda session, _: session.run(place)))[0][0]


async def test_a_busy_table_is_left_for_the_next_time(own: Ledger, database: str) -> None:
    engine = open_engine(database)
    with psycopg.connect(database) as busy:
        busy.execute("LOCK TABLE message_default IN ACCESS SHARE MODE")
        assert ensure(engine, time.time() + 31 * 86400, "month") == 0
    assert ensure(engine, time.time() + 31 * 86400, "month") == 3
    engine.dispose()


@pytest.fixture
def server(own: Ledger, tmp_path_factory: pytest.TempPathFactory) -> Keeper:
    return Keeper(own, tmp_path_factory.mktemp("archives"))


async def test_a_partition_of_which_all_left_is_dropped_whole(server: Keeper) -> None:
    for number in range(3):
        await server.done(f"k{number}", lane=f"L{number}")
    assert (await server.archive(after=2 * 86400.0)).files == ()  # whole partitions wait for their end
    run = await server.archive()
    assert run.messages == 3
    assert {name.partition("_before_")[0] for name in run.partitions if "_before_" in name} == set(TABLES)
    left = await server.ledger.call(lambda session, _: {table: names(session, table) for table in TABLES})
    assert not any(name.startswith("before_") for found in left.values() for name in found)
    assert server.verify().ok


async def test_what_is_open_in_an_old_partition_moves_to_the_default_one(server: Keeper) -> None:
    await server.done("k1", lane="L1")
    held = await server.done("held", State.HELD, lane="L2")
    run = await server.archive()
    assert (run.messages, await server.keys()) == (1, {"held"})
    assert any(name.startswith("message_before_") for name in run.partitions)
    places = "SELECT DISTINCT tableoid::regclass::text AS place FROM {} ORDER BY 1"
    assert await server.desk.rows(places.format("message")) == [{"place": "message_default"}]
    await server.ledger.cancel(await server.message(held), None, "operator", "done by hand")
    assert (await server.archive()).messages == 1
    assert await server.keys() == set()
    assert server.verify().ok


async def test_rows_are_deleted_where_the_tables_are_busy(server: Keeper, database: str) -> None:
    await server.done("k1")
    with psycopg.connect(database) as busy:
        busy.execute("SELECT count(*) FROM message")
        run = await server.archive()
    assert (run.messages, run.partitions) == (1, ())
    assert await server.desk.count("message") == 0
    assert len((await server.archive()).partitions) > 0
    assert server.verify().ok


async def test_one_archives_at_a_time(server: Keeper, database: str) -> None:
    await server.done("k1")
    other = Ledger(database, id=32)
    async with other.alone() as alone:
        assert alone
        assert (await server.archive()).busy
    assert (await server.archive()).messages == 1
    await other.close()


async def test_a_claim_looks_into_one_partition_only(server: Keeper) -> None:
    """Its statement, word for word: which partition is known when the delivery was read."""
    await server.desk.claim(await server.desk.put("k1"))
    statement = translate(claim._READ, postgres=True).replace("%(lease)s", "31").replace("%(claim)s", "d.claim")
    plan = await server.desk.rows(f"EXPLAIN (ANALYZE, COSTS OFF) {statement}")
    scans = [line for row in plan if " on message_" in (line := str(row["QUERY PLAN"]))]
    assert len(scans) == 4
    assert len([line for line in scans if "never executed" not in line]) == 1


def at(url: str, revision: str) -> None:
    """Bring an empty database to an older version."""
    engine = open_engine(url)
    config = _migrations()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, revision)
        connection.commit()
    engine.dispose()


OLD = "018cc251-f400-7000-8000-00000000000{}"


async def test_an_older_ledger_is_carried_over(url: str) -> None:
    at(url, "0002")
    engine = open_engine(url)
    with engine.begin() as connection:
        for number in range(3):
            id = OLD.format(number)
            for row in (
                f"message VALUES ('{id}', 'c', 's', 'k{number}', 't', 'u', 1, 1704067200, 'x', '{{}}', NULL, NULL)",
                f"attempt VALUES (9{number}, 1, 1, 1704067200, NULL, NULL, 1704067201, 'd', NULL, NULL, false)",
                f"evidence VALUES ('c', {number + 1}, 1704067200, 'a', 'b', '{id}', 1, NULL, 'h')",
            ):
                connection.execute(text(f"INSERT INTO {row}"))
    engine.dispose()
    ledger = Ledger(url, id=33)
    desk = Desk(ledger)
    assert [row["key"] for row in await desk.rows("SELECT key FROM message ORDER BY id")] == ["k0", "k1", "k2"]
    assert [await desk.count(table) for table in TABLES] == [3, 3, 3]
    [claimed] = await desk.claim(await desk.put("new"))
    await desk.settle(claimed)
    assert [await desk.count(table) for table in TABLES] == [4, 4, 5]
    await ledger.close()


async def test_rows_of_a_clock_that_was_wrong_are_carried_over_too(database: str) -> None:
    at(database, "0002")
    with psycopg.connect(database) as connection:
        connection.execute("INSERT INTO evidence VALUES ('c', 1, 4e9, 'a', 'b', NULL, 1, NULL, 'h')")
    ledger = Ledger(database, id=34)
    assert await Desk(ledger).rows("SELECT tableoid::regclass::text AS place FROM evidence") == [
        {"place": "evidence_default"}
    ]
    await ledger.close()
