"""The population database behind each of its gateways: real connectors, simulated systems, the same questions."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from adapters.population import Population, PopulationSettings
from connectors.rest import Rest
from connectors.soap import Soap
from lienthong import Answered, Connector, Context, Polled, Question, Retry, Stop
from schemas.base import ZONE
from simulators.lgsp import LgspSettings
from simulators.lgsp import create as gateway
from simulators.population import PopulationSettings as Simulated
from simulators.population import create as database
from simulators.server import serve
from tests.adapters.carried import driven, opened

from .support import WSDL

# applicant of the provincial portal's dossier 0
PERSON = {"personal_number": "022174000000", "name": "Lý Thị Ví Dụ Thảo", "birth_year": 1974}
NOBODY = PERSON | {"name": "Lý Thị Ví Dụ Khác"}
HASHED = {
    "type": "hashed_password",
    "username": "h49.vidu",
    "secret_key": "khoa-vi-du",
    "sv_url": "/dancu/TraCuuThongTinCongDan",
}
API_KEY = {"type": "api_key", "key": "api-vi-du", "place": "header:ApiKey"}
ACCESS = {
    "type": "lgsp_access_token",
    "access_key": "khoa-truy-cap-vi-du",
    "secret_key": "khoa-bi-mat-vi-du",
    "app_name": "lienthong-vidu",
}
OFFICER = {"type": "auth_hash", "key_name": "canbo.vidu", "key_pass": "mat-khau-vi-du"}
TOKEN = {
    "type": "oauth2",
    "client_id": "khoa-ung-dung-vi-du",
    "client_secret": "mat-khau-ung-dung-vi-du",
}
BARE_TOKEN = {"type": "oauth2", "credentials": "none"}
ISSUED = {"AccessKey": "khoa-truy-cap-vi-du", "SecretKey": "khoa-bi-mat-vi-du", "AppName": "lienthong-vidu"}


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to the database: what the simulators demand, and how we are configured for it."""

    connect: Mapping[str, Any]
    database: Mapping[str, Any] = field(default_factory=dict)
    gateway: Mapping[str, Any] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


VARIANTS = {
    "direct": Variant({"auth": HASHED}),
    "seconds": Variant({"auth": HASHED | {"unit": "s"}}, {"timestamp_unit": "s"}),
    "esb": Variant(
        {"auth": HASHED, "headers": {"ESB_SOURCE_TYPE": "LGSP", "ESB_SOURCE_USERNAME": "h49.vidu"}},
        {"access": ["password", "esb"]},
    ),
    "x-road": Variant(
        {"auth": HASHED, "gateway": [API_KEY], "headers": {"X-Road-Client": "VN/GOV/H49/lgsp"}},
        {"access": ["password", "x-road"]},
    ),
    "lgsp": Variant(
        {"auth": OFFICER, "gateway": [BARE_TOKEN, ACCESS]},
        {"access": ["lgsp"]},
        {"credentials": "none", "access": ISSUED},
    ),
    "facade": Variant({"auth": TOKEN}, {}, {}, {"form": "json", "facade": {"lookup": "dancu/tracuu"}}),
    "facade in an envelope": Variant(
        {"auth": TOKEN, "envelope": {}},
        {},
        {"envelope": "thai-nguyen", "envelope_status": "200"},
        {"form": "json", "facade": {"lookup": "dancu/tracuu"}},
    ),
}
ADDRESS = "dancuquocgia"


@asynccontextmanager
async def way(variant: Variant, **more: Any) -> AsyncIterator[tuple[Population, Connector, Any]]:
    """Adapter, connector, and the state of the database behind them."""
    async with AsyncExitStack() as stack:
        app = database(Simulated.model_validate({**variant.database, **more}))
        server = await stack.enter_async_context(await serve(app))
        connect: dict[str, Any] = {"base_url": server.url, **variant.connect}
        if variant.gateway is not None:
            upstream = {"upstreams": {"/c06": server.url}}
            front = gateway(LgspSettings.model_validate({**variant.gateway, **upstream}))
            url = (await stack.enter_async_context(await serve(front))).url
            connect["base_url"] = f"{url}/c06"
            parts = [connect["auth"], *connect.get("gateway", ())]
            parts = [{**part, "token_url": f"{url}/token"} if part["type"] == "oauth2" else part for part in parts]
            connect |= {"auth": parts[0], "gateway": parts[1:]}
        json_form = variant.settings.get("form") == "json"
        soap = {} if json_form else {"wsdl": WSDL, "address": ADDRESS}
        connector = await stack.enter_async_context(opened(Rest if json_form else Soap, **connect, **soap))
        settings = {"unit": "H49.21", "default_officer": {"code": "canbo.thu1"}, **variant.settings}
        yield Population(PopulationSettings.model_validate(settings)), connector, app.state.population


def question(data: Mapping[str, Any], number: int = 1) -> Question:
    id = f"019e0000-0000-7000-8000-{number:012d}"
    return Question(id, "citizen.lookup", json.dumps(data).encode(), purpose="1.000894")


def context(attempt: int = 1) -> Context:
    return Context(datetime(2026, 3, 2, 8, 30, tzinfo=ZONE), attempt=attempt, system="population")


@pytest.mark.parametrize("name", VARIANTS)
async def test_look_ups_and_verifications(name: str) -> None:
    async with way(VARIANTS[name]) as (population, connector, state):
        found = await driven(connector, population.look_up(question(PERSON), context()))
        nobody = await driven(connector, population.look_up(question(NOBODY, 2), context()))
        if population.settings.form == "soap":  # of a façade only the look-up is known
            asked = [population.verify(question(data, n), context()) for n, data in enumerate((PERSON, NOBODY), 3)]
            answers = [await driven(connector, each) for each in asked]
            assert answers == [Answered("matches"), Answered("differs")]
    assert isinstance(found, Answered) and found.result == "found"
    assert found.data.name == "LÝ THỊ VÍ DỤ THẢO" and found.data.personal_number == "022174000000"
    assert nobody == Answered("not-found")
    assert {call.purpose for call in state.log} == {"1.000894"}
    assert state.refused == {}


WRONG = {
    "direct": {"auth": HASHED | {"secret_key": "khoa-khac"}},
    "esb": {"auth": HASHED},
    "x-road": {"auth": HASHED, "gateway": [API_KEY | {"key": "khac"}]},
    "lgsp": {"auth": OFFICER | {"key_pass": "khac"}, "gateway": [BARE_TOKEN, ACCESS]},
}


@pytest.mark.parametrize("name", WRONG)
async def test_a_refused_credential_stops(name: str) -> None:
    known = VARIANTS[name]
    async with way(Variant(WRONG[name], known.database, known.gateway)) as (population, connector, _):
        verdict = await driven(connector, population.look_up(question(PERSON), context()))
    assert isinstance(verdict, Stop) and "connect.auth" in verdict.reason


async def test_a_try_has_an_id_of_its_own() -> None:
    async with way(VARIANTS["direct"], repeats="refuse") as (population, connector, state):
        for attempt in (1, 2):
            verdict = await driven(connector, population.look_up(question(PERSON), context(attempt)))
            assert isinstance(verdict, Answered)
    assert sorted(state.ids) == [f"019e0000000070008000000000000001-{n}" for n in (1, 2)]


@pytest.mark.parametrize("shape", ["live", "qcvn109"])
@pytest.mark.parametrize("divisions", ["2025", "before"])
async def test_either_shape(shape: str, divisions: str) -> None:
    answers = {"shape": shape, "ethnic_numbering": "1979"}
    numbered = Variant({"auth": HASHED}, {"divisions": divisions}, None, {"ethnic_numbering": "1979"})
    async with way(numbered, answers=answers) as (population, connector, state):
        verdict = await driven(connector, population.look_up(question(PERSON), context()))
    (known,) = state.population.of_number("022174000000")
    found = verdict.data
    assert (found.ethnic_group, found.sex, found.born_in) == (known.ethnic_group, "female", 1974)
    assert found.permanent.commune == known.permanent.commune and found.unread == ()
    assert (found.name_parts is not None) is (shape == "qcvn109")


async def test_the_pull_of_changes() -> None:
    pulls = Variant({"auth": HASHED}, {}, None, {"changes": {"page_size": 40, "first": "90m"}})
    told: list[str] = []
    async with way(pulls) as (population, connector, state):
        cursor: Any = None
        for _ in range(9):
            verdict = await driven(connector, population.changes(cursor, context()))
            assert isinstance(verdict, Polled) and verdict.unreadable == ()
            told += [draft.key or "" for draft in verdict.messages]
            cursor = json.loads(json.dumps(verdict.cursor))
            if not verdict.more:
                break
    # one a minute from 7:00, asked for at 8:30: ninety, in pages of forty
    assert [call.result for call in state.log] == ["changes:40", "changes:40", "changes:10"]
    # several applicants come more than once; who did not change in between is one piece of news
    assert len(set(told)) == len(told) > 60


async def test_down_at_the_database() -> None:
    async with way(VARIANTS["direct"]) as (population, connector, state):
        state.turn(type(state.faults).model_validate({"http_500": 1}))
        verdict = await driven(connector, population.look_up(question(PERSON), context()))
    assert isinstance(verdict, Retry)
