"""The simulated Payment Platform and PayGov. Digests of the platform made with sha256sum (reference, section 5.5)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from simulators import national_payment, paygov
from simulators.gateway import GatewayState
from simulators.national_payment import signing
from simulators.paygov.signing import Formula, checksum

from .gateways import SECRET, Client, Clock, Merchant, asking, listening

OURS = "MA-BI-MAT-VI-DU-001"
VECTORS = [
    (
        signing.INIT,
        "INIT|1.0.6|DOITAC-VIDU|dvc00000h4926112200011|45000|PAY|1|1|vi-VN|VND|PAYMENT|"
        "THANH TOAN HO SO 000.00.15.H49-261122-0001|20261122091500|10.0.0.10",
        "a54bfe290dfac1ed0618cfc1e8a3e5912d14b0f80651c22fe4340ea15a9e5fcf",
    ),
    (
        signing.CONFIRM,
        "CONFIRM|00|DOITAC-VIDU|dvc00000h4926112200011|45000|VND|PP261122000123|NH-VIDU|20261122091732|"
        "THANH TOAN HO SO 000.00.15.H49-261122-0001",
        "2b52914b0eb28e698bfadede3424da405f3e9c91440095fc5365d0877856f1c9",
    ),
    (
        signing.QUERY,
        "QUERY|1.0.6|DOITAC-VIDU|dvc00000h4926112200011|20261122091500",
        "18a901294c766c3afc5d2537346c4e8eaac7eb454852234a59f4fbfd1055ce41",
    ),
    (
        signing.QUERY,
        "GET_BILL|1.0.6|DOITAC-VIDU|dvc00000h4926112200011|20261122091500",
        "8a9c7ffeacf3d62d4b659a0b2ce56faaf8fb4997d0d037111513b3f3377c852f",
    ),
]
INIT: dict[str, Any] = {
    "LoaiBanTin": "INIT",
    "PhienBan": "1.0.6",
    "MaDoiTac": "DVC01",
    "MaThamChieu": "A1B2C3",
    "SoTien": "150000",
    "LoaiHinhThanhToan": "PAY",
    "MaKenhThanhToan": "1",
    "MaThietBi": "1",
    "NgonNgu": "vi-VN",
    "MaTienTe": "VND",
    "MaNganHang": "PAYMENT",
    "ThongTinGiaoDich": "Nop le phi ho so",
    "ThoiGianGD": "20261122083000",
    "Ip": "203.0.113.7",
    "ThongTinBienLai": {"MaHoSo": "000.00.15.H49-261122-0001", "TKThuHuong": "3511000000", "PhiLePhi": []},
}
QUERY = {name: INIT[name] for name in ("PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD")}


@pytest.mark.parametrize(("names", "text", "digest"), VECTORS, ids=["init", "confirm", "query", "bill"])
def test_digests_of_the_platform(names: list[str], text: str, digest: str) -> None:
    values = dict(zip(names, text.split("|"), strict=True))
    assert signing.digest(names, values, OURS) == digest
    assert hashlib.sha256(f"{text}|{OURS}".encode()).hexdigest() == digest


def signed(body: dict[str, Any], secret: str = SECRET, **changes: Any) -> dict[str, Any]:
    said = {**body, **changes}
    names = signing.INIT if said["LoaiBanTin"] == "INIT" else signing.QUERY
    return {**said, "MaXacThuc": signing.digest(names, said, secret)}


def query(kind: str = "QUERY", secret: str = SECRET, **changes: Any) -> dict[str, Any]:
    return signed({"LoaiBanTin": kind, **QUERY}, secret, **changes)


@asynccontextmanager
async def platform(**changes: Any) -> AsyncIterator[tuple[Client, GatewayState[Any]]]:
    app = national_payment.create(national_payment.NationalPaymentSettings(**changes), Clock())
    async with asking(app) as client:
        yield client, app.state.gateway


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "định dạng"),
        (signed(INIT, LoaiBanTin="QUERY"), "định dạng"),
        (signed(INIT, SoTien=""), "định dạng"),
        (signed(INIT, ThoiGianGD="20261122 0830"), "định dạng"),
        (signed(INIT, ThoiGianGD="20261122250000"), "định dạng"),
        (signed(INIT, PhienBan="1.0.5"), "định dạng"),
        (signed(INIT, "khac", MaDoiTac="DVC02"), "MaDoiTac"),
        (signed(INIT, "khac"), "MaXacThuc"),
        ({**signed(INIT), "SoTien": "1"}, "MaXacThuc"),
        (signed(INIT, MaThamChieu="A-1"), "MaThamChieu"),
        (signed(INIT, SoTien="1.5"), "SoTien"),
        (signed(INIT, MaTienTe="USD"), "SoTien"),
        (signed(INIT, ThongTinBienLai=None), "ThongTinBienLai"),
    ],
    ids=range(13),
)
async def test_init_in_the_order_of_checks(body: dict[str, Any], text: str) -> None:
    async with platform() as (client, state):
        found = await client.post("khoi-tao", body)
        assert found["MaLoi"] == "99" and text in found["MoTaLoi"]
        assert len(state.orders) == 0


async def test_init_keeps_the_receipt_data() -> None:
    async with platform(token="the") as (client, state):
        assert "Token" in (await client.post("khoi-tao", signed(INIT)))["MoTaLoi"]
        client.http.headers["authorization"] = "Bearer the"
        assert await client.post("khoi-tao", signed(INIT)) == {
            "LoaiBanTin": "INIT",
            "MaDoiTac": "DVC01",
            "MaThamChieu": "A1B2C3",
            "SoTien": "150000",
            "MaLoi": "00",
            "MoTaLoi": "Thành công",
            "UrlThanhToan": "http://cong.example.vn/pay/A1B2C3",
        }
        order = state.orders.get("A1B2C3")
        assert order is not None and order.native["ThongTinBienLai"] == INIT["ThongTinBienLai"]
        assert "đã tồn tại" in (await client.post("khoi-tao", signed(INIT)))["MoTaLoi"]


@pytest.mark.parametrize(
    ("act", "state"), [(None, "3"), ("pend", "3"), ("pay", "1"), ("fail", "4"), ("cancel", "4"), ("expire", "4")]
)
async def test_what_query_tells(act: Any, state: str) -> None:
    async with platform() as (client, gateway):
        await client.post("khoi-tao", signed(INIT))
        if act is not None:
            gateway.pay("A1B2C3", act)
        found = await client.post("truy-van", query())
        assert (found["MaLoi"], found["TrangThaiGD"], found["SoTien"]) == ("00", state, 150_000)
        assert found["MaGiaoDich"] == ("PP261122000001" if act in ("pend", "pay") else "")
        for wrong in (
            query(secret="khac"),
            query(ThoiGianGD="20261122083001"),
            query(MaThamChieu="B"),
            query("GET_BILL"),
        ):
            told = await client.post("truy-van", wrong)
            assert told["MaLoi"] == "99" and "TrangThaiGD" not in told


@pytest.mark.parametrize("shape", ["pdf", "link"])
async def test_receipts(shape: str) -> None:
    async with platform(receipt=shape, answers="facade") as (client, gateway):
        await client.post("khoi-tao", signed(INIT))
        outer = await client.post("bien-lai", query("GET_BILL"))
        assert (outer["error_code"], json.loads(outer["message"])["MaLoi"]) == ("0", "99")
        assert (await client.get("bien-lai-dien-tu/A1B2C3"))[0] == 404
        gateway.pay("A1B2C3")
        answer = await client.http.post("bien-lai", json=query("GET_BILL"))
        if shape == "link":
            url = json.loads(answer.json()["message"])["UrlBienLai"]
            assert url == "http://cong.example.vn/bien-lai-dien-tu/A1B2C3"
            answer = await client.http.get(url)
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-1.4") and b"(150000 VND)" in answer.content
        start = int(answer.content.split(b"startxref\n")[1].split()[0])
        assert answer.content[start : start + 4] == b"xref"


async def test_confirm_and_its_reply() -> None:
    order = ("MaLoi", "MaThamChieu")
    right = signing.digest(order, {"MaLoi": "00", "MaThamChieu": "A1B2C3"}, SECRET)
    replies = [
        {"MaLoi": "99"},
        {"MaLoi": "00", "MaThamChieu": "A1B2C3", "MaXacThuc": "x"},
        {"MaLoi": "00", "MaThamChieu": "A1B2C3", "MaXacThuc": right},
    ]
    merchant = Merchant((500, b""))
    merchant.answers.extend((200, json.dumps(one).encode()) for one in replies)
    async with listening(merchant) as url, platform(notice_url=url, scale=0, reply_order=order) as (client, gateway):
        await gateway.courier.open()
        await client.post("khoi-tao", signed(INIT))
        gateway.pay("A1B2C3")
        await gateway.courier.idle()
        await gateway.courier.close()
        assert [one.satisfied for one in gateway.notices[0].answers] == [False, False, True]
        told = json.loads(merchant.heard[0][2])
        digest = told.pop("MaXacThuc")
        assert digest == signing.digest(signing.CONFIRM, told, SECRET)
        assert told == {
            "LoaiBanTin": "CONFIRM",
            "MaLoi": "00",
            "MaDoiTac": "DVC01",
            "MaThamChieu": "A1B2C3",
            "SoTien": 150_000,
            "MaTienTe": "VND",
            "MaGiaoDich": "PP261122000001",
            "MaNganHang": "NH-VIDU",
            "ThoiGianGD": "20261122083000",
            "ThongTinGiaoDich": "Nop le phi ho so",
        }


async def test_the_portal_asks_what_a_dossier_must_pay() -> None:
    merchant = Merchant((200, b'{"error_code":0,"message":[]}'))
    async with listening(merchant) as url, platform() as (client, _):
        status, told = await client.control("POST", "ask", {"to": url, "dossier": "H01"})
        assert (status, told) == (200, {"status": 200, "body": '{"error_code":0,"message":[]}'})
        assert json.loads(merchant.heard[0][2]) == {"MaHoSo": "H01"}
        assert (await client.control("POST", "ask", {"to": "http://127.0.0.1:9/", "dossier": "H"}))[1]["status"] is None
        assert (await client.control("POST", "ask", {}))[0] == 422


PAYGOV: dict[str, Any] = {
    "partnerCode": "PAYGOV-VIDU",
    "returnUrl": "https://dvc.example.vn/ket-qua",
    "orderId": "000.00.15.H49-000.00.15.H49-261122-0001-A1B2C3",
    "amount": 150_000,
    "orderInfo": "Nop le phi ho so",
    "requestCode": "A1B2C3",
    "ipAddress": "203.0.113.7",
}


@asynccontextmanager
async def gov(**changes: Any) -> AsyncIterator[tuple[Client, GatewayState[Any]]]:
    app = paygov.create(paygov.PaygovSettings(**changes), Clock())
    async with asking(app) as client:
        yield client, app.state.gateway


async def test_paygov_gives_a_link_and_the_same_again() -> None:
    async with gov() as (client, state):
        for _ in range(2):
            found = await client.post("thanh-toan", PAYGOV)
            assert found == {"error_code": "SUCCESSFUL", "data": {"url": "http://cong.example.vn/pay/A1B2C3"}}
        assert len(state.orders) == 1
        again = await client.post("thanh-toan", {**PAYGOV, "amount": 1})
        assert (again["error_code"], again["data"]) == ("FAILED", None)
        assert (await client.press("pay/A1B2C3", "pay")) == (303, "https://dvc.example.vn/ket-qua")


@pytest.mark.parametrize(
    "changes",
    [
        {"partnerCode": "x"},
        {"serviceCode": "x"},
        {"amount": 0},
        {"amount": "1.5"},
        {"returnUrl": ""},
        {"orderInfo": "phí"},
    ],
)
async def test_what_paygov_does_not_take(changes: dict[str, Any]) -> None:
    async with gov(service="DV", token="the") as (client, state):
        assert (await client.http.post("thanh-toan", json=PAYGOV)).status_code == 401
        client.http.headers["authorization"] = "Bearer the"
        body = {**PAYGOV, "serviceCode": "DV", **changes}
        assert (await client.post("thanh-toan", body))["error_code"] == "FAILED"
        assert len(state.orders) == 0


async def test_paygov_may_demand_a_checksum() -> None:
    formula = {"fields": ["orderId", "amount"], "place": "last", "algorithm": "sha256", "case": "upper"}
    async with gov(request_checksum=formula) as (client, _):
        assert (await client.post("thanh-toan", PAYGOV))["error_code"] == "FAILED"
        digest = hashlib.sha256(f"{PAYGOV['orderId']}|150000|{SECRET}".encode()).hexdigest().upper()
        assert (await client.post("thanh-toan", {**PAYGOV, "checksum": digest}))["error_code"] == "SUCCESSFUL"


@pytest.mark.parametrize(
    ("formula", "digest"),
    [
        ({"algorithm": "hmac-sha256"}, hmac.new(b"k", b"1|x", "sha256").hexdigest()),
        (
            {"algorithm": "hmac-sha512", "separator": "&", "named": True},
            hmac.new(b"k", b"a=1&b=x", "sha512").hexdigest(),
        ),
        ({"algorithm": "md5", "place": "first"}, hashlib.md5(b"k|1|x").hexdigest()),
        ({"algorithm": "sha256", "place": "last", "case": "upper"}, hashlib.sha256(b"1|x|k").hexdigest().upper()),
    ],
)
def test_formulas_of_paygov(formula: dict[str, Any], digest: str) -> None:
    made = Formula.model_validate({"fields": ["a", "b"], **formula})
    assert checksum(made, {"a": 1, "b": "x"}, "k") == digest


async def test_a_notice_of_paygov_names_no_merchant() -> None:
    async with gov(notice_url="http://127.0.0.1:9/") as (client, state):
        await client.post("thanh-toan", PAYGOV)
        state.pay("A1B2C3")
        told = json.loads(state.notices[0].wire.content)
        assert told == {
            "amount": 150_000,
            "orderId": PAYGOV["orderId"],
            "orderInfo": "Nop le phi ho so",
            "requestCode": "A1B2C3",
            "transactionNo": "70000001",
            "payDate": "20261122083000",
            "payGate": "VIDU",
            "errorCode": "00",
            "type": "1",
            "transactionCode": "GD70000001",
            "checksum": hmac.new(
                SECRET.encode(), f"{PAYGOV['orderId']}|A1B2C3|150000|70000001|00".encode(), "sha256"
            ).hexdigest(),
        }
        assert (await client.control("POST", "forge", {"reference": "A1B2C3", "kind": "terminal"}))[0] == 409
