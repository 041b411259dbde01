"""The questions in small: both ways against the simulated database, every answer looked at, no time that counts."""

from __future__ import annotations

import time
from collections.abc import Iterator

import aiohttp
import pytest

from bench import bus, questions
from bench.plan import Plan
from bench.query import Compared, look_ups
from bench.query_load import Asked, Side, Way, turns
from bench.questions import Person
from bench.servers import Servers
from tests.support.servers import PostgresServer, RabbitMQServer

LIMITS = bus.Limits(connections=8, seconds=20)
RATE, SECONDS = 200, 0.1
# applicant of the provincial portal's first dossier, and a name under which the database knows nobody
KNOWN = Person("022174000000", "Lý Thị Ví Dụ Thảo", 1974)
OTHER = Person("022174000000", "Lý Thị Ví Dụ Khác", 1974)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with Servers() as running:
        yield running


def demand_both(found: Compared) -> None:
    assert found.bus.asked == found.direct.asked > 2 * RATE * SECONDS
    for side in (found.bus, found.direct):
        assert 0 < side.p50 <= side.p99 <= side.longest


def test_through_the_embedded_bus_and_past_it(servers: Servers) -> None:
    demand_both(look_ups(servers, LIMITS, bus.EMBEDDED[0], RATE, SECONDS))


def test_with_postgresql_and_rabbitmq(
    servers: Servers, postgres: PostgresServer, rabbitmq: RabbitMQServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIENTHONG_TEST_POSTGRES", postgres.url)
    monkeypatch.setenv("LIENTHONG_TEST_RABBITMQ", rabbitmq.url)
    demand_both(look_ups(servers, LIMITS, bus.WHOLE[0], RATE, SECONDS))


def direct(http: aiohttp.ClientSession, url: str, *people: Person) -> Way:
    asked = [Asked(who, questions.for_database(who, number)) for number, who in enumerate(people)]
    address = f"{url}/{questions.ADDRESS}"
    return Way(http, address, lambda: questions.database_headers(time.time()), questions.found_in_database, asked)


async def test_only_what_was_asked_in_turns_counts(servers: Servers) -> None:
    async with aiohttp.ClientSession() as http:
        way = direct(http, servers.population, KNOWN, KNOWN, KNOWN)
        await way.warm_up(1)
        await way.turn([0.0])
        way.begin()
        await way.turn([0.01])
    side = way.side()
    assert side.asked == 3
    assert side.p50 == side.longest


async def test_somebody_else_is_no_answer(servers: Servers) -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.RaisesGroup(pytest.RaisesExc(RuntimeError, match="(?s)answered 200: .*CongdanCollection")):
            await direct(http, servers.population, OTHER).turn([0.0])


async def test_a_refusal_is_no_answer(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "SECRET", "another")
    async with aiohttp.ClientSession() as http:
        with pytest.RaisesGroup(pytest.RaisesExc(RuntimeError, match="answered 401: wrong-password")):
            await direct(http, servers.population, KNOWN).turn([0.0])


def test_of_the_bus_only_the_citizen_who_was_asked_for_will_do() -> None:
    found = b'{"result":"found","data":{"personal_number":"%s"}}'
    assert questions.found_by_bus(found % KNOWN.number.encode(), KNOWN)
    assert not questions.found_by_bus(found % b"022174000001", KNOWN)
    assert not questions.found_by_bus(b'{"result":"not-found","data":null}', KNOWN)


def test_only_those_are_asked_for_whom_the_database_knows() -> None:
    one = {"SoDinhDanh": KNOWN.number, "SoCMND": "", "HoVaTen": KNOWN.name, "Nam": "1974"}
    page = {"people": [{**one, "fate": fate} for fate in ("known", "differs", "unknown")]}
    assert questions.people(page) == [KNOWN]


def test_every_turn_begins_anew() -> None:
    found = list(turns(200, 20, 100))
    assert [len(turn) for turn in found] == [100] * 20
    assert all(turn == sorted(turn) and turn[0] >= 0 for turn in found)
    # 2000 questions at chance moments, within four standard deviations of the sum
    assert sum(turn[-1] for turn in found) == pytest.approx(10, abs=4 * 2000**0.5 / 200)


def test_what_the_bus_adds_is_the_difference_of_the_percentiles() -> None:
    assert Compared(Side(10, 5, 12.5, 20), Side(10, 1, 2.5, 90)).added == 10


def test_questions_to_an_embedded_bus_need_neither_database_nor_broker() -> None:
    assert not Plan(rows=("query-p99",)).needs_servers
    assert Plan(rows=("query-p99-pg",)).needs_servers
