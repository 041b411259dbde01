"""The portal's money: dossiers that wait for it, what it asks for and hears. Against a bus of this test's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import orjson
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.provincial_portal import ProvincialPortalSettings, create, generate
from simulators.provincial_portal.cashbook import Cashbook
from simulators.provincial_portal.filer import Filer, Order
from simulators.provincial_portal.paying import Charged, charged, followed
from simulators.provincial_portal.settings import Account, Gateway
from simulators.server import Server, serve

GATEWAYS = {"vnpay": Gateway(), "national-payment": Gateway(kind="CONG_QUOC_GIA")}
CASES = generate(300)


def waiting() -> list[Charged]:
    found = (charged(case, GATEWAYS, Account(), 1) for case in CASES)
    return [one for one in found if one is not None]


class Bus:
    """Takes everything; keeps what came by path."""

    def __init__(self) -> None:
        self.dossiers: list[dict[str, Any]] = []
        self.payments: list[dict[str, Any]] = []
        self.app = Starlette(
            routes=[
                Route("/in/provincial-portal/dossiers", self.take, methods=["POST"]),
                Route("/in/provincial-portal/payments", self.take, methods=["POST"]),
            ]
        )

    async def take(self, request: Request) -> Response:
        kept = self.payments if request.url.path.endswith("payments") else self.dossiers
        kept.append(orjson.loads(await request.body()))
        return JSONResponse({"MaLoi": "00"})


@pytest_asyncio.fixture
async def bus() -> AsyncIterator[tuple[Bus, Server]]:
    made = Bus()
    async with await serve(made.app) as server:
        yield made, server


@pytest_asyncio.fixture
async def portal(bus: tuple[Bus, Server]) -> AsyncIterator[Server]:
    settings = ProvincialPortalSettings(bus=bus[1].url, key="khoa-vi-du", gateways=GATEWAYS)
    async with await serve(create(settings)) as server:
        yield server


async def call(server: Server, path: str, body: Any = None) -> Any:
    async with (
        aiohttp.ClientSession() as http,
        http.request("GET" if body is None else "POST", f"{server.url}/{path}", json=body) as answer,
    ):
        return await answer.json()


def test_who_waits_for_money() -> None:
    found = waiting()
    assert 60 <= len(found) <= 130
    by_code = {case.code: case for case in CASES}
    for one in found:
        case = by_code[one.before.code]
        assert 0 < len(one.before.notices) < len(case.notices)
        assert len(one.before.notices) + len(one.rest) == len(case.notices)
        assert one.order["TongTien"] == sum(line["Gia"] for line in one.order["KhoanThu"]) > 0
        assert all(n["HoSo"]["ThanhToanTrucTuyen"] == "KHONG" for n in one.before.notices if "HoSo" in n)
        if case.course == "charged":
            assert one.before.notices[-1]["HoSo"]["TrangThai"] == 6
    assert {one.order["CongThanhToan"] for one in found} == set(GATEWAYS)
    assert {one.kind for one in found} == {"CONG_RIENG", "CONG_QUOC_GIA"}
    assert len({one.order["MaDonHang"] for one in found}) == len(found)


def test_chance_is_repeatable_and_nothing_is_charged_without_a_gateway() -> None:
    assert waiting() == waiting()
    assert all(charged(case, {}, Account(), 1) is None for case in CASES)


def test_what_follows_says_how_it_was_paid() -> None:
    one = waiting()[0]
    notices = followed(one, "CONG_RIENG", "A1B2C3")
    assert [notice["LoaiBanTin"] for notice in notices[:2]] == ["TienDo", "CapNhatHoSo"]
    assert "A1B2C3" in notices[0]["TienDo"]["NoiDungXuLy"]
    assert all(n["HoSo"]["ThanhToanTrucTuyen"] == "CONG_RIENG" for n in notices if "HoSo" in n)
    ids = [notice["MaGiaoDich"] for notice in (*one.before.notices, *notices)]
    assert len(set(ids)) == len(ids)


def news(kind: str, number: int, **said: Any) -> bytes:
    head = {"MaThongBao": f"{kind}-{number}", "LoaiThongBao": kind, "MaDonHang": "DH-1", "CongThanhToan": "vnpay"}
    return orjson.dumps({**head, "MaThamChieu": "A1", "MaGiaoDichCong": f"G{number}", **said})


def test_the_cashbook_counts_each_thing_once() -> None:
    book = Cashbook()
    for kind, number, amount in (
        ("DaThanhToan", 1, 150),
        ("DaThanhToan", 1, 150),
        ("ThuThua", 2, 150),
        ("DaHoanTien", 2, 100),
        ("BiThuHoi", 1, 150),
        ("DaThanhToan", 3, 150),
    ):
        answer, _ = book.hear(news(kind, number, SoTien=amount, TrangThaiDonHang="DA_THANH_TOAN"))
        assert answer["MaLoi"] in ("00", "01")
    money = book.money()["vnpay"]
    assert (book.repeats, money.received, money.reversed, money.refunded, money.kept) == (1, 450, 150, 100, 200)
    assert book.hear(b"[]")[0]["MaLoi"] == book.hear(b"{")[0]["MaLoi"] == book.hear(b"{}")[0]["MaLoi"] == "02"
    assert book.bad == 3


def test_too_much_in_one_payment_is_part_of_it() -> None:
    book = Cashbook()
    book.hear(news("DaThanhToan", 1, SoTien=200))
    answer, _ = book.hear(news("ThuThua", 1, MaThongBao="other", SoTien=50))
    assert (answer["MaLoi"], book.money()["vnpay"].kept) == ("00", 200)


async def test_a_dossier_waits_and_goes_on(bus: tuple[Bus, Server], portal: Server) -> None:
    number = next(n for n, case in enumerate(CASES) if charged(case, GATEWAYS, Account(), 1) is not None)
    cut = charged(CASES[number], GATEWAYS, Account(), 1)
    assert cut is not None
    filer: Filer = portal.app.state.filer
    await filer.file(Order(cases=1, first=number))
    await settled(filer)
    assert [one["MaGiaoDich"] for one in bus[0].dossiers] == [one["MaGiaoDich"] for one in cut.before.notices]
    [request] = bus[0].payments
    code = request["ThanhToan"]["MaDonHang"]
    assert (request["LoaiBanTin"], request["ThanhToan"]["MaHoSo"]) == ("YeuCauThanhToan", cut.before.code)
    asked = await call(portal, "api/lien-thong/nghia-vu", {"MaHoSo": cut.before.code})
    assert (asked["KetQua"], asked["ThanhToan"]["TongTien"]) == ("CON_PHAI_NOP", cut.order["TongTien"])
    assert (await call(portal, "api/lien-thong/nghia-vu", {"MaHoSo": "khong-co"}))["KetQua"] == "KHONG_CO_HO_SO"

    paid = {"MaThongBao": "1", "LoaiThongBao": "DaThanhToan", "MaDonHang": code, "CongThanhToan": "national-payment"}
    paid |= {"MaThamChieu": "A1", "MaGiaoDichCong": "PP1", "SoTien": cut.order["TongTien"]}
    answers = [(await call(portal, "api/lien-thong/thanh-toan", paid))["MaLoi"] for _ in range(3)]
    await settled(filer)
    assert answers == ["00", "01", "01"]
    wanted = followed(cut, "CONG_QUOC_GIA", "A1")
    assert bus[0].dossiers[len(cut.before.notices) :] == list(wanted)
    assert (await call(portal, "api/lien-thong/nghia-vu", {"MaHoSo": cut.before.code}))["KetQua"] == "KHONG_PHAI_NOP"

    assert (await call(portal, "_control/payments", {"order": code, "gateway": "vnpay"})) == {"order": code}
    decision = {"HoanTien": {"MaDonHang": code, "MaYeuCau": "HT-1", "MaThamChieu": "A1", "SoTien": 1}}
    assert (await call(portal, "_control/officer", decision))["stand"] == "accepted"
    await settled(filer)
    assert sorted(one["MaGiaoDich"] for one in bus[0].payments) == [f"{code}-01", f"{code}-02", "HT-1"]
    shown = await call(portal, "_control/payments")
    assert (shown["money"]["national-payment"]["received"], shown["totals"]["repeats"]) == (cut.order["TongTien"], 2)
    assert shown["payments"][0]["paid"] is True
    for wrong in ({"order": "khong-co"}, {"orders": "x"}):
        assert "errors" in await call(portal, "_control/payments", wrong)
    assert "errors" in await call(portal, "_control/officer", {})


async def settled(filer: Filer) -> None:
    async with asyncio.timeout(10):
        while filer.cashier.busy:  # noqa: ASYNC110  # the simulator has no event for it
            await asyncio.sleep(0.01)
