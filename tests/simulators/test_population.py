"""The population database over real connections: credentials, operations, changes, façade, and what it remembers."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from pydantic import ValidationError

from simulators.population import PopulationSettings, create
from simulators.server import serve

from .population_support import (
    DATA,
    LOOKUP,
    NAME,
    NOW,
    NUMBER,
    SAY,
    VERIFY,
    YEAR,
    Client,
    credentials,
    envelope,
    fields,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")
EXACT = {"unknown": 0, "differs": 0}


@asynccontextmanager
async def running(http: aiohttp.ClientSession, **settings: Any) -> AsyncIterator[Client]:
    app = create(PopulationSettings.model_validate({"people": EXACT, **settings}), clock=lambda: NOW)
    async with await serve(app) as server:
        yield Client(server.url, http)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def one(http: aiohttp.ClientSession) -> AsyncIterator[Client]:
    async with running(http) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def client(one: Client) -> Client:
    await one.reset()
    return one


async def test_look_up(client: Client) -> None:
    reply = await client.lookup()
    assert (reply.status, reply.kind) == (200, "text/xml;charset=utf-8")
    assert reply.text("CongDan/SoDinhDanh") == NUMBER
    assert reply.text("CongDan/HoVaTen/Ten") == NAME.upper()
    assert reply.text("CongDan/HoVaTen/Ho") == reply.text("CongDan/HoVaTen/ChuDem") == ""
    assert reply.text("CongDan/NgayThangNamSinh/Nam") == YEAR
    assert reply.text("CongDan/GioiTinh") == "2"


@pytest.mark.parametrize("name", ["LY THI VI DU THAO", "lý thị ví dụ thảo", "LYTHIVIDUTHAO"])
async def test_names_are_compared_without_case_diacritics_and_blanks(client: Client, name: str) -> None:
    assert (await client.lookup(HoVaTen=name)).text("CongDan/SoDinhDanh") == NUMBER


@pytest.mark.parametrize(
    "changes",
    [
        {"HoVaTen": "Lý Thị Ví Dụ Hoa"},
        {"NgayThangNamSinh": {"Nam": "1975"}},
        {"SoDinhDanh": "022199999999"},
    ],
)
async def test_not_found_is_a_collection_of_nobody(client: Client, changes: dict[str, Any]) -> None:
    reply = await client.lookup(**changes)
    assert reply.status == 200
    child = reply.body_child()
    assert (child.tag, len(child)) == (f"{{{SAY}}}CongdanCollection", 0)
    assert (await client.verify(**changes)).text("TonTai") == "false"


async def test_verify(client: Client) -> None:
    reply = await client.verify()
    assert reply.body_child().tag == f"{{{SAY}}}KetQuaXacThuc"
    assert reply.text("TonTai") == "true"


async def test_a_bad_request_is_a_fault_of_the_client(client: Client) -> None:
    reply = await client.lookup(MaTichHop="003")
    assert reply.status == 500
    assert reply.body_child().findtext("faultcode") == "soapenv:Client"
    assert "037" in reply.fault()
    assert "Không phải XML" in (await client.post(b"xin")).fault()
    assert (await client.control("stats"))["refused"] == {"not-taken": 2}


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, "no-timestamp"),
        (credentials(NOW - 301), "timestamp-out-of-tolerance"),
        (credentials(NOW + 301), "timestamp-out-of-tolerance"),
        (credentials(secret="sai"), "wrong-password"),
        (credentials() | {"Timestamp": str(int(NOW * 1000) + 1)}, "wrong-password"),
        (credentials() | {"Authorization": "Basic ???"}, "wrong-password"),
        (credentials() | {"Authorization": "Bearer x"}, "wrong-password"),
        (credentials() | {"Timestamp": str(int(NOW))}, "timestamp-out-of-tolerance"),
    ],
)
async def test_the_password_of_one_call(client: Client, headers: dict[str, str], why: str) -> None:
    reply = await client.post(envelope(LOOKUP, fields()), headers)
    assert (reply.status, reply.body.decode()) == (401, why)
    assert (await client.post(envelope(LOOKUP, fields()), credentials(NOW - 299))).status == 200
    assert (await client.control("stats"))["refused"] == {why: 1}


async def test_time_in_seconds_and_another_path_registered(http: aiohttp.ClientSession) -> None:
    # printf '/c06/037h49.vidu1772415000khoa-vi-du' | sha256sum
    word = "840e84fcabcd4dd255f833bc160b6c9ee7e051e30880718b12d0336c0b302fe1"
    async with running(http, timestamp_unit="s", sv_url="/c06/037") as client:
        right = {"timestamp": "1772415000", "Authorization": _basic(f"h49.vidu:{word}")}
        assert (await client.post(envelope(LOOKUP, fields()), right)).status == 200
        assert (await client.post(envelope(LOOKUP, fields()), credentials())).status == 401


async def test_x_road_and_esb_headers(http: aiohttp.ClientSession) -> None:
    async with running(http, access=["x-road", "esb"]) as client:
        right = {
            "X-Road-Client": "VN/GOV/H49/lgsp",
            "ApiKey": "api-vi-du",
            "ESB_SOURCE_TYPE": "DVC",
            "ESB_SOURCE_USERNAME": "h49.vidu",
        }
        assert (await client.post(envelope(LOOKUP, fields()), right)).status == 200
        reasons = {
            "X-Road-Client": "wrong-x-road-client",
            "ApiKey": "wrong-api-key",
            "ESB_SOURCE_USERNAME": "wrong-esb-source",
        }
        for name, why in reasons.items():
            reply = await client.post(envelope(LOOKUP, fields()), right | {name: "sai"})
            assert (reply.status, reply.body.decode()) == (401, why)


async def test_behind_an_lgsp(http: aiohttp.ClientSession) -> None:
    keys = json.dumps({"AccessKey": "a", "SecretKey": "b", "AppName": "c"}, separators=(",", ":"))
    right = {
        "Authorization": "Bearer phieu-vi-du",
        "lgspaccesstoken": base64.b64encode(keys.encode()).decode(),
        "AuthHash": base64.b64encode(b"canbo.vidu:mat-khau-vi-du").decode(),
    }
    async with running(http, access=["lgsp"], bearer="phieu-vi-du") as client:
        assert (await client.post(envelope(LOOKUP, fields()), right)).status == 200
        reasons = {
            "Authorization": "wrong-bearer",
            "lgspaccesstoken": "wrong-lgspaccesstoken",
            "AuthHash": "wrong-auth-hash",
        }
        for name, why in reasons.items():
            reply = await client.post(envelope(LOOKUP, fields()), right | {name: "sai"})
            assert (reply.status, reply.body.decode()) == (401, why)
    with pytest.raises(ValidationError, match="both need the header Authorization"):
        PopulationSettings(access=("password", "lgsp"))


async def test_what_it_remembers(client: Client) -> None:
    await client.lookup()
    await client.verify(MaYeuCau="H49-2", HoVaTen="Lý Thị Ví Dụ Hoa")
    await client.lookup()
    await client.post(envelope(LOOKUP, fields()), {})
    records = await client.control("records")
    assert records["requests"] == [
        {
            "MaYeuCau": "H49-20260302-000117",
            "service": LOOKUP,
            "MaCanBo": "canbo.thu1",
            "MaDonVi": "H49.21",
            "MaDVC": "1.000894",
            "results": ["found", "found"],
        },
        {
            "MaYeuCau": "H49-2",
            "service": VERIFY,
            "MaCanBo": "canbo.thu1",
            "MaDonVi": "H49.21",
            "MaDVC": "1.000894",
            "results": ["false"],
        },
    ]
    assert records["totals"]["repeats"] == 1
    log = (await client.control("log"))["calls"]
    assert [(call["seq"], call["result"], call["answered"]) for call in log] == [
        (1, "found", True),
        (2, "false", True),
        (3, "found", True),
        (4, "refused", False),
    ]
    shown = json.dumps([records, log], ensure_ascii=False)
    assert NUMBER not in shown and "Ví Dụ" not in shown
    assert (await client.control("log?after=1&limit=1"))["calls"] == log[1:2]


async def test_repeats_can_be_refused(http: aiohttp.ClientSession) -> None:
    async with running(http, repeats="refuse") as client:
        assert (await client.lookup()).status == 200
        assert "đã được sử dụng" in (await client.lookup()).fault()
        assert (await client.lookup(MaYeuCau="H49-3")).status == 200


async def test_the_other_shape_and_codes(http: aiohttp.ClientSession) -> None:
    async with running(http, answers={"shape": "qcvn109"}, verify_code="004") as client:
        reply = await client.lookup()
        assert reply.body_child().get("SoCongDan") == "1"
        assert reply.text("CongDan/HoVaTen/Ho") == "Lý"
        assert (await client.lookup(HoVaTen="Ai")).body_child().get("SoCongDan") == "0"
        assert "004" in (await client.verify()).fault()
        await client.faults(answers={"shape": "live"})
        assert (await client.lookup()).text("CongDan/HoVaTen/Ho") == ""


async def pulled(client: Client, **changes: Any) -> list[tuple[str, Any]]:
    start = 1_772_409_600_000  # 2 March 2026, 07:00 in Vietnam
    parts = {
        "MaYeuCau": f"P-{changes}"[:40].replace("'", "").replace("{", "").replace("}", ""),
        "TuNgay": str(start + changes.get("since", 0)),
        "DenNgay": str(start + changes.get("until", 10**9)),
        "Loai": "1",
        "Trang": str(changes.get("page", 1)),
        "SoBanGhi": str(changes.get("size", 10)),
    }
    child = (await client.post(envelope(LOOKUP, parts))).body_child()
    found = [(person.findtext(f"{{{SAY}}}SoDinhDanh"), person.findtext(f"{{{SAY}}}Body")) for person in child]
    return [(str(number), json.loads(body or "")) for number, body in found]


async def test_changes_come_in_pages(http: aiohttp.ClientSession) -> None:
    async with running(http, changes={"count": 7, "every": 60}) as client:
        everything = await pulled(client)
        assert len(everything) == 7
        assert everything[0][0] == NUMBER
        assert everything[0][1]["HoVaTen"]["Ten"] == NAME.upper()
        pages = [await pulled(client, page=page, size=3) for page in (1, 2, 3, 4)]
        assert [len(page) for page in pages] == [3, 3, 1, 0]
        assert [change for page in pages for change in page] == everything
        # changes happen at 0, 60, 120 ... seconds; the beginning belongs to the period and the end does not
        assert await pulled(client, since=60_000, until=180_000) == everything[1:3]
        assert await pulled(client, since=60_001, until=180_001) == everything[2:4]
        assert (await client.control("stats"))["calls"] == {"ThayDoi": 7}


async def test_nobody_changes_where_nobody_is(http: aiohttp.ClientSession) -> None:
    async with running(http, people={"filed": 0}) as client:
        assert await pulled(client) == []


async def test_facade(client: Client) -> None:
    body = {
        "maYeuCau": "T-1",
        "maDVC": "1.000894",
        "maCanBo": "canbo.thu1",
        "soDinhDanh": NUMBER,
        "soCMND": "",
        "hoVaTen": NAME,
        "ngayThangNam": YEAR,
        "userNameService": "h49.vidu",
    }
    bearer = {"Authorization": "Bearer x", "Content-Type": "application/json"}

    async def ask(**changes: str) -> Any:
        reply = await client.post(json.dumps(body | changes).encode(), bearer, "/dancu/tracuu")
        assert (reply.status, reply.kind) == (200, "application/json;charset=utf-8")
        return json.loads(reply.body)["Envelope"]["Body"]["CongdanCollection"]

    assert (await ask())["CongDan"]["HoVaTen"] == {"Ho": "", "ChuDem": "", "Ten": NAME.upper()}
    assert await ask(maYeuCau="T-2", hoVaTen="Ai") == {}
    assert await ask(maYeuCau="T-3", ngayThangNam="19740101") == {}
    refused = await client.post(b'{"maYeuCau": 1}', bearer, "/dancu/tracuu")
    assert refused.status == 400
    assert (await client.post(json.dumps(body).encode(), {}, "/dancu/tracuu")).status == 401
    log = (await client.control("log"))["calls"]
    assert [call["result"] for call in log] == ["found", "not-found", "not-found", "refused", "refused"]


async def test_people_that_can_be_asked_for(client: Client) -> None:
    page = await client.control("people?limit=3")
    assert page["people"][0] == {
        "SoDinhDanh": NUMBER,
        "SoCMND": "",
        "HoVaTen": NAME,
        "Nam": YEAR,
        "fate": "known",
    }
    for who in (await client.control("people?after=10&limit=5"))["people"]:
        reply = await client.lookup(
            SoDinhDanh=who["SoDinhDanh"], HoVaTen=who["HoVaTen"], NgayThangNamSinh={"Nam": who["Nam"]}
        )
        assert reply.text("CongDan/SoDinhDanh") == who["SoDinhDanh"]


async def test_the_published_request_is_answered(client: Client) -> None:
    reply = await client.post((DATA / "lookup-request.xml").read_bytes())
    assert reply.status == 200
    assert len(reply.body_child()) == 0


async def test_only_post(client: Client) -> None:
    async with client.http.get(f"{client.url}/dancuquocgia") as answer:
        assert (answer.status, answer.headers["allow"]) == (405, "POST")


def _basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()
