"""What the simulators of plain REST systems share, shown by three of them."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from starlette.applications import Starlette

from simulators import document_store, igate, linked_registration
from simulators.server import SIMULATORS, serve

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOGINS: list[tuple[Starlette, str, dict[str, str], str]] = [
    (linked_registration.create(), "/api/token", {"userName": "h49", "password": "mat-khau-vi-du"}, "token"),
    (document_store.create(), "/bndp/public/v1/login", {"username": "h49", "password": "mat-khau-vi-du"}, "token"),
    (
        igate.create(),
        "/connector/connector/v1/login",
        {"client_id": "h49", "client_secret": "mat-khau-vi-du"},
        "access_token",
    ),
]


async def send(http: aiohttp.ClientSession, method: str, url: str, **options: Any) -> tuple[int, Any]:
    async with http.request(method, url, **options) as response:
        return response.status, await response.json(content_type=None)


@pytest.mark.parametrize(("app", "path", "body", "token"), LOGINS, ids=["linked", "store", "igate"])
async def test_log_in_faults_and_control_pages(
    http: aiohttp.ClientSession, app: Starlette, path: str, body: dict[str, str], token: str
) -> None:
    async with await serve(app) as server:
        status, told = await send(http, "POST", server.url + path, json=body)
        assert (status, bool(told[token])) == (200, True)
        assert (await send(http, "POST", server.url + path, json=dict.fromkeys(body, "sai")))[0] == 401
        assert (await send(http, "GET", server.url + path))[0] == 405
        faults = f"{server.url}/_control/faults"
        assert (await send(http, "PUT", faults, json={"busy": {"match": "login", "times": 1}}))[0] == 200
        async with http.post(server.url + path, json=body) as busy:
            assert (busy.status, busy.headers["retry-after"]) == (503, "1")
        assert (await send(http, "POST", server.url + path, json=body))[0] == 200
        assert (await send(http, "PUT", faults, json={"x": 1}))[0] == 422
        _, stats = await send(http, "GET", f"{server.url}/_control/stats")
        assert stats == {"calls": {"login": 4}, "faults": {"busy": 1}, "late": 0}
        assert (await send(http, "GET", f"{server.url}/_control/records"))[0] == 200
        assert (await send(http, "GET", f"{server.url}/_control/log"))[1] == {"effects": [], "last": 0}
        assert (await send(http, "POST", f"{server.url}/_control/reset"))[0] == 200
        assert (await send(http, "GET", f"{server.url}/_control/stats"))[1]["calls"] == {}


async def test_nothing_is_told_without_a_token(http: aiohttp.ClientSession) -> None:
    asked = {
        "linked-registration": ("GET", "/api/lienthongdvclt/hosolienthong"),
        "document-store": ("POST", "/kho/tim-kiem"),
        "igate": ("POST", "/connector/connector/v1/laydanhsachhoso"),
    }
    for name, (method, path) in asked.items():
        kind = SIMULATORS[name]
        async with await serve(kind.create(kind.settings())) as server:
            assert (await send(http, method, server.url + path))[0] == 401


async def test_what_is_told_wrongly_is_refused(http: aiohttp.ClientSession) -> None:
    headers = {"authorization": "Bearer the-vi-du"}
    base = "/connector/connector/v1"
    async with await serve(igate.create()) as server:
        for path, body in (
            ("/laydanhsachhoso", {}),
            ("/hoso/xacnhantrangthainhan", [{"MaHoSo": "x", "TrangThaiNhanHoSo": 1}]),
            ("/hoso/taomoi", {"MaHoSo": "x"}),
            ("/hoso/capnhatientrinh", [{"MaHoSo": "x"}]),
            ("/hoso/capnhattrangthai", {}),
        ):
            assert (await send(http, "POST", server.url + base + path, json=body, headers=headers))[0] == 400
        upload = aiohttp.FormData()
        upload.add_field("file", b"tep", filename="a.pdf", content_type="application/pdf")
        status, told = await send(http, "POST", f"{server.url}/fi/v1/file/upload", data=upload, headers=headers)
        assert (status, told["IdTepTin"]) == (200, "tep-1")
    async with await serve(linked_registration.create()) as server:
        url = f"{server.url}/api/lienthongdvclt"
        assert (await send(http, "PUT", f"{url}/xacnhan", json={"maHoSo": "x"}, headers=headers))[0] == 400
        assert (await send(http, "POST", f"{url}/trangthai", json={"trangThai": "8"}, headers=headers))[0] == 400
        assert (await send(http, "GET", f"{url}/hosolienthong/99", headers=headers))[0] == 404
