"""The population database through a whole bus, by every way to it: look-ups, verifications, changes, enrichment."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from schemas.base import ZONE
from simulators.lgsp import LgspSettings
from simulators.lgsp import create as gateway
from simulators.population import PopulationSettings, create
from simulators.population.asked import Pull
from simulators.server import Server, serve
from tests.adapters.population.test_gateways import ADDRESS, HASHED, NOBODY, PERSON, VARIANTS, Variant

from .axis import AUDITOR_KEY, EVERY, TARGET, Axis, Collector, become, collected, collecting, eventually, put, running

WSDL = "package:adapters.population/wsdl/population.wsdl"
QUERIES = {"citizen.lookup": {"system": "population"}, "citizen.verify": {"system": "population"}}
WHO = "{personal_number: .data.number, name: .data.name, birth_year: .data.year}"
GOOD = {"number": PERSON["personal_number"], "name": PERSON["name"], "year": PERSON["birth_year"]}
OTHER = {**GOOD, "name": NOBODY["name"]}


@dataclass(frozen=True, slots=True)
class World:
    """The database behind a way to it, and the target; buses come and go."""

    database: Server
    system: Mapping[str, Any]
    collector: Collector
    folder: Path

    @property
    def held(self) -> Any:
        """What the simulated database knows."""
        return self.database.app.state.population

    @asynccontextmanager
    async def bus(self, **sections: Any) -> AsyncIterator[Axis]:
        systems = {"population": self.system, TARGET: collected(self.collector)}
        async with running(self.folder, systems, queries=QUERIES, **sections) as axis:
            yield axis


@asynccontextmanager
async def world(folder: Path, variant: Variant, polls: Mapping[str, Any] | None = None) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        app = create(PopulationSettings.model_validate(variant.database))
        server = await stack.enter_async_context(await serve(app))
        connect: dict[str, Any] = {"base_url": server.url, **variant.connect}
        if variant.gateway is not None:
            front = gateway(LgspSettings.model_validate({**variant.gateway, "upstreams": {"/c06": server.url}}))
            url = (await stack.enter_async_context(await serve(front))).url
            parts = [
                {**part, "token_url": f"{url}/token"} if part["type"] == "oauth2" else part
                for part in (connect["auth"], *connect.get("gateway", ()))
            ]
            connect |= {"base_url": f"{url}/c06", "auth": parts[0], "gateway": parts[1:]}
        soap = variant.settings.get("form") != "json"
        settings = {"unit": "H49.21", "other_officers": "send", **variant.settings}
        system = {
            "adapter": "population",
            "connector": "soap" if soap else "rest",
            "connect": connect | ({"wsdl": WSDL, "address": ADDRESS} if soap else {}),
            "settings": settings,
            "polls": dict(polls or {}),
        }
        collector = await stack.enter_async_context(collecting())
        yield World(server, system, collector, folder)


@pytest.mark.parametrize("name", VARIANTS)
async def test_by_every_way_to_it(tmp_path: Path, name: str) -> None:
    async with world(tmp_path, VARIANTS[name]) as here, here.bus() as axis:
        result, found = await axis.answer("citizen.lookup", PERSON, case="H49-261122-0001")
        assert (result, found["name"]) == ("found", "LÝ THỊ VÍ DỤ THẢO")
        assert await axis.answer("citizen.lookup", NOBODY) == ("not-found", None)
        if here.system["connector"] == "soap":  # of a façade only the look-up is known
            assert await axis.answer("citizen.verify", PERSON) == ("matches", None)
            assert await axis.answer("citizen.verify", NOBODY) == ("differs", None)
        assert {call.purpose for call in here.held.log} == {"9.999999"}
        status, problem = await axis.ask("citizen.lookup", PERSON, purpose=None)
        assert (status, problem["errors"][0]["pointer"]) == (422, "/purpose")
        kept = "\n".join(row["detail"] or "" for row in await axis.rows("SELECT detail FROM evidence"))
        assert '"case":"H49-261122-0001"' in kept and '"officer":"canbo.vidu"' in kept
        assert str(PERSON["personal_number"]) not in kept


async def test_changes_are_told_once_over_a_restart(tmp_path: Path) -> None:
    start = time.time() - 2
    changes = {"start": datetime.fromtimestamp(start, ZONE).isoformat(), "every": 0.04, "count": 90}
    pulls = Variant({"auth": HASHED}, {"changes": changes}, None, {"changes": {"page_size": 25, "overlap": "1s"}})
    routes = [{"name": "news", "types": ["citizen.changed"], "to": [TARGET]}]
    async with world(tmp_path, pulls, {"changes": EVERY}) as here:
        async with here.bus(routes=routes) as axis:
            await axis.polled()
            assert here.collector.events
        async with here.bus(routes=routes) as axis:
            await axis.round()
            await become(lambda: time.time() > start + 90 * 0.04)
            await axis.round()
            await axis.round()
            assert await axis.dead() == []
        happened = here.held.changed(Pull("all", 0, int(time.time() * 1000), "1", 1, 1000))
        told = [citizen["personal_number"] for citizen in here.collector.data("citizen.changed")]
        assert len(happened) == 90 and set(told) == {person.number for person in happened}
        assert len(told) <= 90 and not here.collector.twice


def enriched(query: str, **on: str) -> dict[str, Any]:
    step = {"query": query, "ask": WHO, "purpose": '"9.999999"', "officer": "truc.vidu", "on": on}
    route = {"name": "opened", "types": ["case.opened"], "to": [TARGET], "enrich": [step]}
    return {"routes": [route], "types": {"case.opened": {}}}


async def test_what_the_database_says_decides_about_a_delivery(tmp_path: Path) -> None:
    rules = enriched("citizen.verify", differs="hold", **{"not-found": "reject"})
    async with world(tmp_path, VARIANTS["direct"]) as here, here.bus(**rules) as axis:
        assert (await axis.told("case.opened", "C-1", GOOD))["state"] == "delivered"
        held = await axis.told("case.opened", "C-2", OTHER)
        assert (held["state"], held["code"]) == ("held", "enrich-differs")
        await put(here.database, "faults", {"soap_fault": {"text": "Không tìm thấy công dân", "times": 1}})
        refused = await axis.told("case.opened", "C-3", GOOD)
        assert (refused["state"], refused["code"]) == ("rejected", "enrich-not-found")
        (waiting,) = await axis.rows("SELECT message_id FROM delivery WHERE state = 'held'")
        async with axis.http.post(f"/v1/messages/{waiting['message_id']}/replay", json={}) as answer:
            assert answer.status == 200, await answer.text()
        await axis.quiet()
        assert [event["subject"] for event in here.collector.events] == ["C-1", "C-2"]
        kept = [row["detail"] for row in await axis.rows("SELECT detail FROM evidence WHERE action = 'enriched'")]
        assert len(kept) == 4 - 1, "a replay reuses what was said a moment ago"
        assert not any(one in "".join(kept) for one in (str(PERSON["personal_number"]), "Ví Dụ"))


async def test_while_the_database_is_down_a_delivery_waits(tmp_path: Path) -> None:
    rules = enriched("citizen.lookup", **{"not-found": "reject"})
    async with world(tmp_path, VARIANTS["direct"]) as here, here.bus(**rules) as axis:
        await put(here.database, "faults", {"http_500": 1})
        status, accepted = await axis.send("case.opened", "C-1", GOOD)
        assert status == 202
        tried = "SELECT count(*) AS n FROM attempt WHERE verdict = 'retry'"
        await eventually(lambda: axis.rows(tried), lambda rows: rows[0]["n"] >= 2)
        assert here.collector.events == []
        status, problem = await axis.ask("citizen.lookup", PERSON)
        assert status == 503, problem
        await put(here.database, "faults", {})
        assert (await axis.settled(accepted["id"]))["state"] == "delivered"
        refused = await axis.told("case.opened", "C-2", OTHER)
        assert (refused["state"], refused["code"]) == ("rejected", "enrich-not-found")
        assert [event["subject"] for event in here.collector.events] == ["C-1"]


async def test_a_wrong_password_pauses_questions_and_says_so(tmp_path: Path) -> None:
    wrong = Variant({"auth": HASHED | {"secret_key": "khoa-khac"}})
    async with world(tmp_path, wrong) as here, here.bus() as axis:
        status, problem = await axis.ask("citizen.lookup", PERSON)
        assert problem["type"].endswith(":partner-misconfigured") and status == 502, problem
        assert "connect.auth" in problem["detail"]


async def test_an_auditor_reads_who_asked_and_why(tmp_path: Path) -> None:
    async with world(tmp_path, VARIANTS["direct"]) as here, here.bus() as axis:
        status, asked = await axis.ask("citizen.verify", PERSON, case="H49-261122-0001")
        assert status == 200, asked
        key, page = {"authorization": f"Bearer {AUDITOR_KEY}"}, f"/v1/evidence?id={asked['id']}"
        async with axis.http.get(page, headers=key) as answer:
            assert answer.status == 200, await answer.text()
            text = await answer.text()
        before, after = json.loads(text)["evidence"]
        assert [deed["action"] for deed in (before, after)] == ["asked", "answered"]
        said = {"officer": "canbo.vidu", "purpose": "9.999999", "case": "H49-261122-0001"}
        assert json.loads(before["detail"]) == {"query": "citizen.verify", "system": "population", **said}
        assert json.loads(after["detail"])["result"] == "matches"
        assert not any(one in text for one in (str(PERSON["personal_number"]), "Ví Dụ"))
