"""The platform over real connections: tokens, gateway, envelope, categories, faults."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from lxml import etree

from simulators.lgsp import LgspSettings, create
from simulators.population import PopulationSettings
from simulators.population import create as population
from simulators.server import Server, serve
from tests.support.patience import until

from .population_support import LOOKUP, SAY, SOAP, envelope, fields

pytestmark = pytest.mark.asyncio(loop_scope="session")
KEY, SECRET = "khoa-ung-dung-vi-du", "mat-khau-ung-dung-vi-du"
GRANT = "grant_type=client_credentials"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
KEYS = {"AccessKey": "khoa-truy-cap-vi-du", "SecretKey": "khoa-bi-mat-vi-du", "AppName": "lienthong-vidu"}


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


BASIC = {"Authorization": f"Basic {base64_of(f'{KEY}:{SECRET}')}"}
ACCESS = {"lgspaccesstoken": base64_of(json.dumps(KEYS, separators=(",", ":")))}


class Platform:
    """Talks to the simulator over real connections."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url = url
        self.http = http

    async def send(
        self, method: str, path: str, body: str | bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, Any, dict[str, str]]:
        async with self.http.request(method, self.url + path, data=body, headers=headers) as answer:
            raw = await answer.read()
            kind = answer.headers.get("content-type", "")
            return (
                answer.status,
                json.loads(raw) if "json" in kind else raw,
                {name.lower(): value for name, value in answer.headers.items()},
            )

    async def token(self, body: str = GRANT, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        status, told, _ = await self.send("POST", "/token", body, FORM | (BASIC if headers is None else headers))
        return status, told

    async def bearer(self) -> dict[str, str]:
        status, told = await self.token()
        assert status == 200
        return {"Authorization": f"Bearer {told['access_token']}"}

    async def control(self, page: str) -> Any:
        return (await self.send("GET", f"/_control/{page}"))[1]

    async def faults(self, **faults: Any) -> None:
        status, said, _ = await self.send("PUT", "/_control/faults", json.dumps(faults))
        assert status == 200, said


@asynccontextmanager
async def running(http: aiohttp.ClientSession, **settings: Any) -> AsyncIterator[Platform]:
    async with await serve(create(LgspSettings.model_validate(settings))) as server:
        yield Platform(server.url, http)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def behind() -> AsyncIterator[Server]:
    """A population database that lets in what comes through an LGSP."""
    settings = PopulationSettings(access=("lgsp",))
    async with await serve(population(settings)) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def one(http: aiohttp.ClientSession, behind: Server) -> AsyncIterator[Platform]:
    async with running(http, upstreams={"/dancu": behind.url, "/nobody": "http://127.0.0.1:1"}) as platform:
        yield platform


@pytest_asyncio.fixture(loop_scope="session")
async def platform(one: Platform) -> Platform:
    assert (await one.send("POST", "/_control/reset"))[0] == 200
    return one


async def test_a_token_for_basic_or_body_credentials(platform: Platform) -> None:
    status, told = await platform.token()
    assert status == 200
    assert uuid.UUID(told["access_token"])
    assert {**told, "access_token": ""} == {
        "access_token": "",
        "scope": "am_application_scope default",
        "token_type": "Bearer",
        "expires_in": 3600,
    }
    status, other = await platform.token(f"{GRANT}&client_id={KEY}&client_secret={SECRET}", {})
    assert status == 200
    assert other["access_token"] != told["access_token"]
    misspelt, _, _ = await platform.send(
        "POST", "/token", GRANT.encode(), BASIC | {"ContentType": FORM["Content-Type"]}
    )
    assert misspelt == 200
    assert (await platform.control("stats"))["tokens_issued"] == 3


@pytest.mark.parametrize(
    ("body", "headers", "status", "error"),
    [
        (GRANT, {}, 401, "invalid_client"),
        (GRANT, {"Authorization": f"Basic {base64_of(f'{KEY}:sai')}"}, 401, "invalid_client"),
        (GRANT, {"Authorization": "Basic ???"}, 401, "invalid_client"),
        (f"{GRANT}&client_id={KEY}&client_secret=sai", {}, 401, "invalid_client"),
        ("grant_type=password", BASIC, 400, "unsupported_grant_type"),
        ("", BASIC, 400, "unsupported_grant_type"),
    ],
)
async def test_no_token(platform: Platform, body: str, headers: dict[str, str], status: int, error: str) -> None:
    assert await platform.token(body, headers) == (status, {"error": error})
    assert (await platform.control("stats"))["tokens_issued"] == 0


async def test_the_header_says_who_we_are(http: aiohttp.ClientSession) -> None:
    async with running(http, credentials="none", access=KEYS) as platform:
        assert (await platform.token(GRANT, {}))[0] == 401
        assert (await platform.token(GRANT, {"lgspaccesstoken": base64_of('{"AccessKey":"sai"}')}))[0] == 401
        assert (await platform.token(GRANT, ACCESS | BASIC))[0] == 401
        status, told = await platform.token(GRANT, ACCESS)
        assert status == 200
        bearer = {"Authorization": f"Bearer {told['access_token']}"}
        assert (await platform.send("GET", "/dmdc/Category/magioitinh", headers=bearer))[0] == 401
        assert (await platform.send("GET", "/dmdc/Category/magioitinh", headers=bearer | ACCESS))[0] == 200


async def test_a_token_ends(http: aiohttp.ClientSession) -> None:
    now = [1000.0]
    async with await serve(create(LgspSettings(lifetime=60), clock=lambda: now[0])) as server:
        platform = Platform(server.url, http)
        bearer = await platform.bearer()
        now[0] = 1059.9
        assert (await platform.send("GET", "/dmdc/Category/magioitinh", headers=bearer))[0] == 200
        now[0] = 1060.0
        status, told, headers = await platform.send("GET", "/dmdc/Category/magioitinh", headers=bearer)
        assert (status, told) == (401, {"error": "invalid_token"})
        assert headers["www-authenticate"] == 'Bearer error="invalid_token"'
        assert (await platform.control("stats"))["refused"] == {"expired-token": 1}


async def test_tokens_are_revoked_and_counted(platform: Platform) -> None:
    old, other = await platform.bearer(), await platform.bearer()
    assert (await platform.send("GET", "/dmdc/Category/magioitinh", headers=old))[0] == 200
    assert (await platform.send("POST", "/_control/revoke"))[1] == {"revoked": 2}
    assert (await platform.send("GET", "/dmdc/Category/magioitinh", headers=other))[0] == 401
    new = await platform.bearer()
    assert (await platform.send("GET", "/dmdc/Category/magioitinh", headers=new))[0] == 200
    assert (await platform.control("records"))["tokens"] == [
        {"number": 1, "calls": 1, "revoked": True, "valid": False},
        {"number": 2, "calls": 0, "revoked": True, "valid": False},
        {"number": 3, "calls": 1, "revoked": False, "valid": True},
    ]
    shown = json.dumps(await platform.control("log"))
    assert new["Authorization"].split()[1] not in shown


async def test_the_gateway_carries_a_call_on(platform: Platform) -> None:
    own = {"AuthHash": base64_of("canbo.vidu:mat-khau-vi-du"), "Content-Type": "application/xml"}
    sent = envelope(LOOKUP, fields())
    headers = await platform.bearer() | ACCESS | own
    status, body, told = await platform.send("POST", "/dancu/dancuquocgia", sent, headers)
    assert (status, told["content-type"]) == (200, "text/xml;charset=utf-8")
    (answer,) = etree.fromstring(body).iter(f"{{{SAY}}}CongdanCollection")
    assert len(answer) == 1
    refused = {**headers, "AuthHash": "x"}
    assert (await platform.send("POST", "/dancu/dancuquocgia", sent, refused))[:2] == (401, b"wrong-auth-hash")
    faulty = await platform.send("POST", "/dancu/dancuquocgia", b"<a/>", headers)
    assert faulty[0] == 500 and f"{{{SOAP}}}Fault" in [element.tag for element in etree.fromstring(faulty[1]).iter()]
    assert (await platform.send("GET", "/dancu/dancuquocgia?wsdl", headers=headers))[0] == 405
    assert (await platform.send("GET", "/danang/x", headers=headers))[0] == 404
    assert (await platform.send("GET", "/nobody/x", headers=headers))[0] == 502
    assert (await platform.send("POST", "/dancu/dancuquocgia", sent, own))[0] == 401
    log = (await platform.control("log"))["calls"]
    assert [call["status"] for call in log] == [200, 200, 401, 500, 405, 404, 502, 401]
    assert [call["token"] for call in log] == [1] * 7 + [0]


async def test_the_envelope_of_thai_nguyen(http: aiohttp.ClientSession, behind: Server) -> None:
    own = {"AuthHash": base64_of("canbo.vidu:mat-khau-vi-du"), "Content-Type": "application/json"}
    asked = {
        "maYeuCau": "T-1",
        "maDVC": "1.000894",
        "maCanBo": "canbo.thu1",
        "soDinhDanh": "022199999999",
        "hoVaTen": "Ai",
        "ngayThangNam": "1999",
    }
    async with running(http, upstreams={"/ngsp": f"{behind.url}/"}, envelope="thai-nguyen") as platform:
        headers = await platform.bearer() | ACCESS | own
        status, told, _ = await platform.send("POST", "/ngsp/dancu/tracuu", json.dumps(asked), headers)
        assert status == 200
        assert uuid.UUID(told.pop("correlationId"))
        inner = {"Envelope": {"Body": {"CongdanCollection": {}}}}
        assert told == {"code": 200, "status": "1", "response": inner}
        status, told, _ = await platform.send("POST", "/ngsp/dancu/tracuu", b"{}", headers)
        assert (status, told["code"], told["status"]) == (400, 400, "0")
        status, told, _ = await platform.send("POST", "/ngsp/dancuquocgia", envelope(LOOKUP, fields()), headers)
        assert etree.fromstring(told["response"].encode()).tag == f"{{{SOAP}}}Envelope"
    async with running(
        http, upstreams={"/ngsp": behind.url}, envelope="thai-nguyen", envelope_status="200"
    ) as platform:
        headers = await platform.bearer() | ACCESS | own
        status, told, _ = await platform.send("POST", "/ngsp/dancu/tracuu", b"{}", headers)
        assert (status, told["code"]) == (200, 400)


async def test_categories(platform: Platform) -> None:
    bearer = await platform.bearer()

    async def get(path: str) -> Any:
        status, told, _ = await platform.send("GET", f"/dmdc/{path}", headers=bearer)
        assert status == 200
        return told

    assert await get("Category/magioitinh") == [
        {"Ma": "0", "Ten": "Chưa có thông tin"},
        {"Ma": "1", "Ten": "Nam"},
        {"Ma": "2", "Ten": "Nữ"},
    ]
    assert len(await get("Category/donvihanhchinhcap1")) == 34
    assert len(await get("Category/madantoc")) == 56
    metadata = await get("Metadata/qlvanbandieuhanhcap1")
    assert metadata[0] == {
        "PropertyCode": "MaDinhDanhCap1",
        "PropertyName": "Mã định danh cấp 1",
        "PropertyType": "String",
    }
    assert [row["PropertyCode"] for row in metadata if row["PropertyType"] == "DateTime"] == ["NgayBanHanhQd"]
    (unit, _) = await get("Category/qlvanbandieuhanhcap1")
    assert list(unit) == [row["PropertyCode"] for row in metadata]
    assert (await platform.send("GET", "/dmdc/Category/mamaulon", headers=bearer))[0] == 404
    assert (await platform.send("DELETE", "/dmdc/Category/magioitinh", headers=bearer))[0] == 405
    assert (await platform.send("GET", "/dmdc/Category/magioitinh"))[0] == 401


async def test_records_are_added_all_or_none(platform: Platform) -> None:
    bearer = await platform.bearer()

    async def add(*records: Any) -> Any:
        return (await platform.send("POST", "/dmdc/Category/matongiao", json.dumps(records), bearer))[1]

    assert await add({"Ma": "01", "Ten": "Ví dụ"}) == {"MSG": "Done", "Count": 1}
    twice = "Data not insert: Record 2: Ma 01 is duplicate"
    assert await add({"Ma": "02", "Ten": "a"}, {"Ma": "01", "Ten": "b"}) == {"MSG": twice, "Count": 0}
    assert (await add({"Ten": "a"}))["MSG"] == "Data not insert: Record 1: Ma is missing"
    assert (await add({"Ma": "02", "Mau": "a"}))["MSG"] == "Data not insert: Record 1: Mau is unknown"
    assert (await add("x"))["Count"] == 0
    assert (await platform.send("POST", "/dmdc/Category/matongiao", b"{}", bearer))[0] == 400
    _, held, _ = await platform.send("GET", "/dmdc/Category/matongiao", headers=bearer)
    assert [record["Ma"] for record in held] == ["00", "99", "01"]


async def test_faults_of_tokens(platform: Platform) -> None:
    await platform.faults(token_refused={"times": 1}, early_expiry={"seconds": 0})
    assert await platform.token() == (401, {"error": "invalid_client"})
    status, told = await platform.token()
    assert (status, told["expires_in"]) == (200, 3600)
    early = {"Authorization": f"Bearer {told['access_token']}"}
    assert (await platform.send("GET", "/dmdc/Category/magioitinh", headers=early))[0] == 401
    await platform.faults(unauthorized={"times": 1}, busy={"match": "login"})
    assert (await platform.token())[0] == 503


async def test_faults_of_the_gateway(platform: Platform, behind: Server) -> None:
    headers = await platform.bearer() | ACCESS | {"AuthHash": base64_of("canbo.vidu:mat-khau-vi-du")}

    async def call() -> int:
        return (await platform.send("POST", "/dancu/dancuquocgia", envelope(LOOKUP, fields()), headers))[0]

    def asked() -> int:
        return len(behind.app.state.population.log)

    await platform.faults(unauthorized={"times": 1})
    assert [await call(), await call()] == [401, 200]
    before = asked()
    await platform.faults(down=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await call()
    await platform.faults(busy=1)
    assert await call() == 503
    assert asked() == before
    await platform.faults(drop_after_effect=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await call()
    assert asked() == before + 1
    await platform.faults(late_effect={"seconds": 0.05, "further": 1})
    with pytest.raises(aiohttp.ClientConnectionError):
        await call()
    assert asked() == before + 1
    await until(lambda: asked() == before + 2)
    await platform.faults(slow={"seconds": 0.01}, http_500={"status": 504, "effect": True})
    assert await call() == 504
    assert asked() == before + 3
