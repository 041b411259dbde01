"""The simulated VNPAY over HTTP: its page, its API in the order of its checks, refunds that take their time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from simulators.vnpay import State, VnpaySettings, create, signing

from .gateways import SECRET, Client, Clock, asking

PAGE = {
    "vnp_Version": "2.1.0",
    "vnp_Command": "pay",
    "vnp_TmnCode": "LGSPTEST",
    "vnp_Amount": "15000000",
    "vnp_CreateDate": "20261122083000",
    "vnp_CurrCode": "VND",
    "vnp_IpAddr": "203.0.113.7",
    "vnp_Locale": "vn",
    "vnp_OrderInfo": "Nop le phi ho so",
    "vnp_OrderType": "other",
    "vnp_ReturnUrl": "https://dvc.example.vn/ket-qua?ma=1",
    "vnp_ExpireDate": "20261122084500",
    "vnp_TxnRef": "A1B2C3",
}
QUERY = {
    "vnp_RequestId": "Q1",
    "vnp_Version": "2.1.0",
    "vnp_Command": "querydr",
    "vnp_TmnCode": "LGSPTEST",
    "vnp_TxnRef": "A1B2C3",
    "vnp_OrderInfo": "Truy van",
    "vnp_TransactionDate": "20261122083000",
    "vnp_CreateDate": "20261122083100",
    "vnp_IpAddr": "203.0.113.9",
}
REFUND = {
    **QUERY,
    "vnp_RequestId": "RF1",
    "vnp_Command": "refund",
    "vnp_TransactionType": "03",
    "vnp_Amount": "5000000",
    "vnp_TransactionNo": "0",
    "vnp_CreateBy": "lienthong",
}


def address(secret: str = SECRET, **changes: Any) -> str:
    params = {**PAGE, **changes}
    return f"paymentv2/vpcpay.html?{signing.query(params)}&vnp_SecureHash={signing.query_hash(params, secret)}"


def signed(body: dict[str, Any], secret: str = SECRET, **changes: Any) -> dict[str, Any]:
    said = {**body, **changes}
    names = signing.REFUND if said["vnp_Command"] == "refund" else signing.QUERY
    return {**said, "vnp_SecureHash": signing.values_hash(names, said, secret)}


@asynccontextmanager
async def running(**changes: Any) -> AsyncIterator[tuple[Client, State, Clock]]:
    clock = Clock()
    app = create(VnpaySettings(**changes), clock)
    async with asking(app) as client:
        yield client, app.state.gateway, clock


async def asked(client: Client, body: dict[str, Any]) -> dict[str, Any]:
    """An answer of the API, whose digest is right wherever there is one."""
    found = await client.post("merchant_webapi/api/transaction", body)
    assert isinstance(found, dict)
    if "vnp_SecureHash" in found:
        names = signing.REFUND_ANSWER if body["vnp_Command"] == "refund" else signing.QUERY_ANSWER
        assert found["vnp_SecureHash"] == signing.values_hash(names, found, SECRET)
    return found


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (address("khac", vnp_TmnCode="KHAC0001", vnp_Amount="x"), "02"),
        (address("khac", vnp_Amount="x"), "97"),
        (address().replace("15000000", "15000100"), "97"),
        (address(vnp_Amount="x"), "03"),
        (address(vnp_Amount="15000001"), "03"),
        (address(vnp_Version="2.0.0"), "03"),
        (address(vnp_CurrCode="USD"), "03"),
        (address(vnp_OrderInfo="Nộp lệ phí"), "03"),
        (address(vnp_CreateDate="20261322083000"), "03"),
        (address(vnp_TxnRef=""), "03"),
        (address() + "&vnp_Amount=15000000", "03"),
    ],
)
async def test_the_page_in_its_order_of_checks(path: str, code: str) -> None:
    async with running() as (client, state, _):
        status, page = await client.get(path)
        assert (status, f"Mã lỗi: <b>{code}</b>" in page, len(state.orders)) == (200, True, 0)


async def test_a_payer_on_the_page() -> None:
    async with running() as (client, state, _):
        for _visit in range(2):
            status, page = await client.get(address())
            assert (status, "150.000 đ" in page, len(state.orders)) == (200, True, 1)
        assert "<b>01</b>" in (await client.get(address(vnp_Amount="100000")))[1]
        status, back = await client.press("pay/A1B2C3", "pay")
        assert status == 303
        base, _, query = back.partition("?ma=1&")
        assert base == "https://dvc.example.vn/ket-qua"
        params = dict(part.split("=") for part in query.split("&"))
        assert (params["vnp_ResponseCode"], params["vnp_TransactionStatus"]) == ("00", "00")
        assert query == f"{signing.query(params | {'vnp_OrderInfo': 'Nop le phi ho so'})}&vnp_SecureHash=" + (
            signing.query_hash(params | {"vnp_OrderInfo": "Nop le phi ho so"}, SECRET)
        )
        assert (await client.press("pay/A1B2C3", "pay"))[0] == 409
        assert state.books.money("A1B2C3").received == 150_000
        assert (await client.get("pay/B"))[0] == 404
        # the reference may be used again on another day
        await client.get(address(vnp_CreateDate="20261123083000", vnp_ExpireDate="20261123084500"))
        assert len(state.orders) == 2


async def test_the_api_in_its_order_of_checks() -> None:
    async with running() as (client, _, clock):
        await client.get(address())
        for body, code in (
            ({**QUERY, "vnp_TmnCode": ""}, "03"),
            ({**QUERY, "vnp_TransactionDate": "hôm nay"}, "03"),
            ({**QUERY, "vnp_Command": "pay"}, "03"),
            (signed(QUERY, "khac", vnp_TmnCode="KHAC0001"), "02"),
            (signed(QUERY, "khac"), "97"),
            ({**signed(QUERY), "vnp_TxnRef": "A|B"}, "97"),
            (signed(QUERY), "00"),
            (signed(QUERY), "94"),
            (signed(QUERY, vnp_RequestId="Q2", vnp_TxnRef="B"), "91"),
            (signed(QUERY, vnp_RequestId="Q3", vnp_TransactionDate="20261122083001"), "91"),
            (signed(QUERY, vnp_RequestId="Q4", vnp_TransactionNo="14400009"), "91"),
            (signed(REFUND), "95"),
        ):
            answer = await asked(client, body)
            assert answer["vnp_ResponseCode"] == code, body
            assert ("vnp_SecureHash" in answer) == (code not in ("02", "03"))
        clock.now += 86_400
        assert (await asked(client, signed(QUERY)))["vnp_ResponseCode"] == "00"
        answered = await client.http.post("merchant_webapi/api/transaction", content=b"<xml>")
        assert answered.json()["vnp_ResponseCode"] == "03"


@pytest.mark.parametrize(
    ("act", "status", "number"),
    [
        (None, "01", None),
        ("pend", "01", "14400001"),
        ("pay", "00", "14400001"),
        ("fail", "02", "0"),
        ("cancel", "02", "0"),
        ("expire", "02", "0"),
        ("suspect", "07", "14400001"),
        ("reverse", "04", "14400001"),
    ],
)
async def test_what_querydr_tells(act: Any, status: str, number: str | None) -> None:
    async with running() as (client, state, _):
        await client.get(address())
        if act is not None:
            state.pay("A1B2C3", act)
        found = await asked(client, signed(QUERY))
        told = (found["vnp_ResponseCode"], found["vnp_TransactionType"], found["vnp_TransactionStatus"])
        assert told == ("00", "01", status)
        assert (found["vnp_Amount"], found.get("vnp_TransactionNo")) == ("15000000", number)


@pytest.mark.parametrize("shows", ["refund", "payment"])
async def test_a_refund_goes_through_vnpay_and_the_bank(shows: str) -> None:
    async with running(query_shows=shows, refund_after=60) as (client, state, clock):
        await client.get(address())
        state.pay("A1B2C3")
        first = await asked(client, signed(REFUND))
        assert (first["vnp_ResponseCode"], first["vnp_TransactionStatus"], first["vnp_TransactionNo"]) == (
            "00", "05", "14400002",
        )  # fmt: skip
        assert (await asked(client, signed(REFUND)))["vnp_ResponseCode"] == "94"
        assert (await asked(client, signed(REFUND, vnp_RequestId="RF2")))["vnp_ResponseCode"] == "94"
        seen = []
        for seconds in (10, 30, 30):
            clock.now += seconds
            found = await asked(client, signed(QUERY, vnp_RequestId=f"Q{clock.now}"))
            seen.append((found["vnp_TransactionType"], found["vnp_TransactionStatus"], found["vnp_Amount"]))
        kind, amount = ("03", "5000000") if shows == "refund" else ("01", "15000000")
        assert seen == [(kind, "05", amount), (kind, "06", amount), (kind, "00", amount)]
        assert state.books.money("A1B2C3").refunded == 50_000


async def test_refunds_that_vnpay_does_not_take() -> None:
    async with running(refund_after=0) as (client, state, _):
        await client.get(address())
        state.pay("A1B2C3")
        for number, (changes, code) in enumerate(
            [
                ({"vnp_Amount": "5000050"}, "03"),
                ({"vnp_TransactionType": "01"}, "03"),
                ({"vnp_TransactionType": "02"}, "95"),
                ({"vnp_Amount": "15000000"}, "95"),
                ({"vnp_Amount": "15000100"}, "95"),
                ({"vnp_TransactionNo": "14400009"}, "91"),
                ({"vnp_TransactionType": "02", "vnp_Amount": "15000000", "vnp_TransactionNo": "14400001"}, "00"),
                ({}, "95"),
            ]
        ):
            body = signed(REFUND, **{"vnp_RequestId": f"RF{number}", **changes})
            assert (await asked(client, body))["vnp_ResponseCode"] == code, changes
        assert state.books.money("A1B2C3").kept == 0


async def test_a_refund_that_the_bank_rejects() -> None:
    async with running() as (client, state, _):
        await client.get(address())
        state.pay("A1B2C3")
        await asked(client, signed(REFUND))
        assert (await client.control("POST", "settle", {"id": "RF1", "fails": True}))[1]["state"] == "failed"
        found = await asked(client, signed(QUERY))
        assert (found["vnp_TransactionType"], found["vnp_TransactionStatus"]) == ("03", "09")
        assert state.books.money("A1B2C3").refunded == 0
        assert (await asked(client, signed(REFUND, vnp_RequestId="RF2")))["vnp_ResponseCode"] == "00"
        assert (await client.control("POST", "settle", {"id": "RF9"}))[0] == 409
