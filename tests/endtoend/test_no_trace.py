"""A thousand look-ups, and afterwards nobody's data stand anywhere: logs, metrics, evidence, problems, tables."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from simulators.population import PopulationSettings, create
from simulators.server import Server, serve
from tests.support.private import free_port

from .process import BusProcess
from .province import Configuration

KEY = "lt_an-invented-officer-key"
HEAD = {"authorization": f"Bearer {KEY}"}
LOOK_UPS = 1000
FAULTS = {
    name: {"probability": 0.03}
    for name in ("soap_fault", "html", "truncated", "latin_1", "unknown_codes", "missing", "deep", "http_500")
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be asked for."""

    number: str
    name: str
    year: int

    @property
    def needles(self) -> Iterator[str]:
        """Everything that would tell who it is, in the forms in which it travels."""
        plain = unicodedata.normalize("NFD", self.name.replace("Đ", "D").replace("đ", "d"))
        bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
        yield self.number
        for name in (self.name, bare):
            yield name.upper()
            yield json.dumps(name.upper())[1:-1]


def configuration(folder: Path, port: int, people: str) -> Configuration:
    wsdl = str(files("adapters.population") / "wsdl" / "population.wsdl")
    auth = {
        "type": "hashed_password",
        "username": "h49.vidu",
        "secret_key": "${env:SECRET_KEY}",
        "sv_url": "/dancu/TraCuuThongTinCongDan",
    }
    connect = {"base_url": people, "wsdl": wsdl, "address": "dancuquocgia", "auth": auth}
    document = {
        "unit": "H49",
        "ledger": {"url": f"sqlite:///{folder}/ledger.db"},
        "http": {"port": port},
        "clients": {
            "desk": {"key": f"sha256:{sha256(KEY.encode()).hexdigest()}", "ask": ["citizen.*"], "metrics": True}
        },
        "systems": {
            "population": {
                "adapter": "population",
                "connector": "soap",
                "connect": connect,
                "settings": {"unit": "H49", "other_officers": "send"},
                "concurrency": 16,
                "breaker": {"failures": 20, "pause": "50ms", "longest": "50ms"},
            }
        },
        "queries": {"citizen.lookup": {"system": "population"}, "citizen.verify": {"system": "population"}},
    }
    path = folder / "bus.json.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    return Configuration(path, {"SECRET_KEY": "khoa-vi-du"})


async def ask(session: aiohttp.ClientSession, url: str, number: int, person: Person) -> tuple[int, str]:
    """One of the questions that an officer may ask, or get wrong."""
    who: dict[str, Any] = {"personal_number": person.number, "name": person.name, "birth_year": person.year}
    match number % 20:
        case 0:
            who["birth_year"] = person.name  # typed into the wrong field
        case 1:
            who = {person.number: person.name}
        case 2:
            who["name"] = "Nguyễn Văn Ví Dụ Khác"
    body = {"data": who, "purpose": "9.999999", "officer": "canbo.vidu", "case": f"H49-261122-{number:04}"}
    name = "citizen.verify" if number % 3 else "citizen.lookup"
    text = json.dumps(body) if number % 20 != 3 else json.dumps(body)[:-1]
    headers = {**HEAD, "content-type": "application/json"}
    async with session.post(f"{url}/v1/queries/{name}", data=text.encode(), headers=headers) as response:
        return response.status, await response.text()


async def persons(session: aiohttp.ClientSession, url: str) -> list[Person]:
    async with session.get(f"{url}/_control/people", params={"limit": "200"}) as response:
        page = (await response.json())["people"]
    return [Person(one["SoDinhDanh"], one["HoVaTen"], int(one["Nam"])) for one in page if one["SoDinhDanh"]]


async def put_faults(session: aiohttp.ClientSession, server: Server, faults: Mapping[str, Any]) -> None:
    async with session.put(f"{server.url}/_control/faults", json=faults) as response:
        assert response.status == 200, await response.text()


def tables(path: Path) -> str:
    """Everything that the ledger holds, as text."""
    with sqlite3.connect(path) as ledger:
        return "\n".join(ledger.iterdump())


@pytest.mark.timeout(120)
async def test_a_thousand_look_ups_leave_no_trace_of_anybody(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with await serve(create(PopulationSettings(repeats="refuse"))) as people, aiohttp.ClientSession() as session:
        known = await persons(session, people.url)
        with BusProcess(configuration(tmp_path, port, people.url), tmp_path / "bus.log") as bus:
            await _ready(session, url, bus)
            await put_faults(session, people, FAULTS)
            gate, answers = asyncio.Semaphore(16), []

            async def one(number: int) -> None:
                async with gate:
                    answers.append(await ask(session, url, number, known[number % len(known)]))

            await asyncio.gather(*(one(number) for number in range(LOOK_UPS)))
            async with session.get(f"{url}/metrics", headers=HEAD) as response:
                metrics = await response.text()
            assert await bus.stop() == 0, bus.tail()
        log = bus.log.read_text(encoding="utf-8")
    problems = "\n".join(text for status, text in answers if status != 200)
    stored = tables(tmp_path / "ledger.db")
    statuses = {status for status, _ in answers}
    assert {200, 400, 422, 503} <= statuses, "every kind of end was seen"
    assert sum(status == 200 for status, _ in answers) > LOOK_UPS / 2
    assert "found" in stored and stored.count("'asked'") > LOOK_UPS * 0.8, "the evidence is there"
    for place, text in {"log": log, "metrics": metrics, "problems": problems, "ledger": stored}.items():
        upper = text.upper()
        for needle in {needle for person in known for needle in person.needles}:
            assert needle.upper() not in upper, f"{needle!r} in {place}: {_around(upper, needle.upper())}"


async def _ready(session: aiohttp.ClientSession, url: str, bus: BusProcess) -> None:
    for _ in range(500):
        bus.check()
        with suppress(aiohttp.ClientError):
            async with session.get(f"{url}/readyz") as response:
                if response.status == 200:
                    return
        await asyncio.sleep(0.04)
    raise AssertionError(bus.tail())


def _around(text: str, needle: str) -> str:
    at = text.index(needle)
    return text[max(0, at - 200) : at + 100]
