"""The portal's catalogues, look-ups, questions and states, over real connections."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import AsyncIterator
from typing import Any
from xml.etree import ElementTree

import aiohttp
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from simulators.server import Server, serve

from .support import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def put(portal: Client, page: str, body: Any) -> int:
    async with portal.http.put(f"{portal.url}/_control/{page}", json=body) as response:
        return response.status


async def test_lists_and_procedures(portal: Client) -> None:
    assert (await portal.call("LayDanhMucCoQuan"))["result"][0]["MADONVI"] == "000.00.00.H49"
    assert "result" not in await portal.call("LayDVC")
    assert (await portal.call("LayDVC"))["data"][0]["MADVC"] == "9.999999.01"
    listed = (await portal.call("LayDanhSachTTHC"))["result"]
    assert listed[0] == {"MATTHC": "9.999999", "TENTTHC": "Thủ tục ví dụ"}
    (found,) = (await portal.call("LayThuTuc", maTTHC="9.999999"))["result"]
    assert found["KETQUATHUCHIEN"][0]["MAKETQUA"] == "KQ.VD.000001"
    assert (await portal.call("LayThuTuc", maTTHC="x"))["result"] == []
    assert (await portal.call("LayDanhMucKhongCo"))["error_code"] == "-1"


async def test_what_is_held_can_be_replaced(portal: Client) -> None:
    assert await put(portal, "holdings", {"procedures": []}) == 200
    assert (await portal.call("LayDanhSachTTHC"))["result"] == []
    assert await put(portal, "holdings", {"pigeons": []}) == 422
    held = await portal.control("holdings")
    assert held["procedures"] == [] and held["questions"]


async def test_technical_ids(portal: Client) -> None:
    found = await portal.call("TraCuuTechID", provider="wso2is", mstorcmnd="022000000000")
    assert found["result"] == [{"TECHNICALID": "00000000-0000-4000-8000-00000000vidu"}]
    assert (await portal.call("TraCuuTechID", provider="wso2is", mstorcmnd="1"))["result"] == []
    assert (await portal.call("TraCuuTechID", provider="x", mstorcmnd="1"))["error_code"] == "-1"


async def test_questions_and_answers(portal: Client) -> None:
    answer = {
        "HOIDAPID": "HD-0001",
        "MADONVI": "000.00.00.H49",
        "NGUOITRALOI": "Cán bộ Ví Dụ",
        "CHUCVUNGUOITRALOI": "",
        "NGAYTRALOI": "20261122091500",
        "NOIDUNGTRALOI": "Cần đơn.",
    }
    assert (await portal.call("DongBoKetQuaHoiDapGuiTuDVCQG", data=[answer]))["error_code"] == "0"
    told = await portal.call("LayNoiDungTraLoiTheoCauHoi", cauhoiid="HD-0001")
    assert told["result"] == [{"TRALOIID": "TL-0001", "NOIDUNGTRALOI": "Cần đơn."}]
    for wrong in ({"HOIDAPID": "x"}, {"NGAYTRALOI": "22/11/2026"}, {"NGUOITRALOI": ""}, {"Thua": "x"}):
        told = await portal.call("DongBoKetQuaHoiDapGuiTuDVCQG", data=[answer | wrong])
        assert told["error_code"] == "-1"
    assert (await portal.control("log"))["effects"][0]["kind"] == "other"


async def test_states_of_dossiers_that_were_filed_there(portal: Client) -> None:
    code = "000.00.00.G22-261122-0001"
    state = {
        "MaHoSo": code,
        "TrangThai": "11",
        "MaHoSoDonVi": "",
        "MaDoiTuong": "",
        "NoiDung": "",
        "NgayXuLy": "20261122091500",
        "TaiLieuXuLy": [],
    }
    assert (await portal.call("TraCuuHoSo", mahoso=code))["result"] == []
    assert (await portal.call("DongBoTrangThaiHoSo", type="2", data=state))["error_code"] == "0"
    assert (await portal.call("TraCuuHoSo", mahoso=code))["result"] == [{"MAHOSO": code, "TRANGTHAI": "11"}]
    for type, data in (("1", state), ("2", [state]), ("2", state | {"TrangThai": "3"}), ("2", state | {"MaHoSo": "x"})):
        assert (await portal.call("DongBoTrangThaiHoSo", type=type, data=data))["error_code"] == "-1"


@pytest_asyncio.fixture(loop_scope="session")
async def province() -> AsyncIterator[tuple[Server, list[Any]]]:
    """A province that keeps what it is sent."""
    got: list[Any] = []

    async def take(request: Request) -> JSONResponse:
        got.append((request.headers.get("authorization"), await request.json()))
        return JSONResponse({"error_code": 0, "message": "OK"})

    app = Starlette(routes=[Route("/in/national-portal/addtthcKhuyenMai", take, methods=["POST"])])
    async with await serve(app) as server:
        yield server, got


async def test_samples_are_sent(portal: Client, province: tuple[Server, list[Any]]) -> None:
    server, got = province
    order = {"service": "addtthcKhuyenMai", "to": f"{server.url}/in/national-portal/addtthcKhuyenMai", "key": "khoa"}
    async with portal.http.post(f"{portal.url}/_control/push", json=order | {"first": 5, "count": 2}) as response:
        told = (await response.json())["answers"]
    assert [(answer["number"], json.loads(answer["body"])["error_code"]) for answer in told] == [(5, 0), (6, 0)]
    assert [(key, body["MaHoSo"]) for key, body in got] == [
        ("Bearer khoa", "000.00.00.G22-261122-0005"),
        ("Bearer khoa", "000.00.00.G22-261122-0006"),
    ]
    async with portal.http.post(f"{portal.url}/_control/push", json=order | {"service": "x"}) as response:
        assert response.status == 422


async def test_the_xml_of_a_tax_notice_is_read_by_another_parser(portal: Client) -> None:
    sample = await portal.control("samples/ThongBaoThue?number=3")
    root = ElementTree.fromstring(b64decode(sample["Data"]["FileThongBaoThue"]))
    assert root.findtext("BODY/ROW_LIST/MA_HSO") == "000.00.15.H49-261122-0003"
    assert [node.findtext("SO_TIEN") for node in root.iter("LIST")] == ["1500000", "750000"]
    async with aiohttp.ClientSession() as http, http.get(f"{portal.url}/_control/samples/x") as response:
        assert response.status == 404
