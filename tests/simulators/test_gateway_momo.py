"""The simulated MoMo over HTTP, in the order of its checks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from simulators.momo import MomoSettings, State, create, signing

from .gateways import MILLIS, SECRET, Client, Clock, asking

BASE = "v2/gateway/api"
CREATE: dict[str, Any] = {
    "partnerCode": "VIDU",
    "requestId": "A1B2C3",
    "orderId": "A1B2C3",
    "lang": "vi",
    "amount": 150_000,
    "orderInfo": "Nộp lệ phí hồ sơ",
    "redirectUrl": "https://dvc.example.vn/ket-qua",
    "ipnUrl": "https://truc.example.vn/in/momo/notice",
    "requestType": "captureWallet",
    "extraData": "",
}
QUERY = {"partnerCode": "VIDU", "requestId": "Q1", "orderId": "A1B2C3", "lang": "vi"}
REFUND: dict[str, Any] = {
    "partnerCode": "VIDU",
    "requestId": "RF1",
    "orderId": "RF1",
    "lang": "vi",
    "amount": 50_000,
    "transId": 4_610_000_001,
    "description": "",
}


def signed(names: list[str], body: dict[str, Any], secret: str = SECRET, **changes: Any) -> dict[str, Any]:
    said = {**body, **changes}
    return {**said, "signature": signing.signature(names, said, "KHOA", secret)}


def creation(**changes: Any) -> dict[str, Any]:
    return signed(signing.CREATE, CREATE, **changes)


def refund(**changes: Any) -> dict[str, Any]:
    return signed(signing.REFUND, REFUND, **changes)


@asynccontextmanager
async def running(**changes: Any) -> AsyncIterator[tuple[Client, State, Clock]]:
    clock = Clock()
    app = create(MomoSettings(**changes), clock)
    async with asking(app) as client:
        yield client, app.state.gateway, clock


async def told(client: Client, path: str, body: Any) -> int:
    return int((await client.post(f"{BASE}/{path}", body))["resultCode"])


async def queried(client: Client, order: str = "A1B2C3", path: str = "query") -> Any:
    return await client.post(f"{BASE}/{path}", signed(signing.QUERY, QUERY, orderId=order))


async def test_a_creation() -> None:
    async with running() as (client, state, _):
        found = await client.post(f"{BASE}/create", creation())
        assert found == {
            "partnerCode": "VIDU",
            "requestId": "A1B2C3",
            "orderId": "A1B2C3",
            "amount": 150_000,
            "responseTime": MILLIS,
            "message": "Thành công.",
            "resultCode": 0,
            "payUrl": f"{client.url}/pay/A1B2C3",
            "deeplink": "momo://app?action=pay&sid=A1B2C3",
            "qrCodeUrl": f"{client.url}/pay/A1B2C3",
        }
        assert "150.000 đ" in (await client.get("pay/A1B2C3"))[1]
        status, back = await client.press("pay/A1B2C3", "cancel")
        assert status == 303 and "resultCode=1006" in back
        assert len(state.orders) == 1


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        ({}, 20, 400),
        ({**CREATE, "signature": "x", "amount": None}, 20, 400),
        (creation(partnerCode="KHAC", orderId="-"), 13, 400),
        (creation(secret="khac", orderId="-"), 13, 400),
        ({**creation(), "amount": 150_001}, 13, 400),
        ({**creation(), "accessKey": "khac"}, 13, 400),
        (creation(requestId="x" * 51), 20, 400),
        (creation(lang="fr"), 20, 400),
        (creation(requestType="khac"), 20, 400),
        (creation(orderId="-A"), 42, 200),
        (creation(orderId="A."), 42, 200),
        (creation(amount="1.5"), 21, 200),
        (creation(amount=999), 22, 200),
        (creation(amount=50_000_001), 22, 200),
        (creation(amount="1000"), 0, 200),
    ],
)
async def test_creations_in_the_order_of_checks(body: dict[str, Any], code: int, status: int) -> None:
    async with running() as (client, state, _):
        answer = await client.http.post(f"{BASE}/create", json=body)
        assert (answer.json()["resultCode"], answer.status_code, len(state.orders)) == (code, status, code == 0)


async def test_ids_that_come_twice() -> None:
    async with running(bad_signature=11) as (client, state, _):
        assert await told(client, "create", creation()) == 0
        assert await told(client, "create", creation(secret="khac")) == 11
        assert await told(client, "create", creation()) == 40
        assert await told(client, "create", creation(requestId="R2")) == 41
        assert await told(client, "create", creation(orderId="B")) == 40
        state.pay("A1B2C3")
        again = await client.post(f"{BASE}/create", creation())
        assert (again["resultCode"], again["payUrl"]) == (0, f"{client.url}/pay/A1B2C3")
        assert await told(client, "create", creation(orderId="B")) == 40
        assert len(state.orders) == 1


@pytest.mark.parametrize(
    ("act", "code"), [(None, 1000), ("pend", 7000), ("pay", 0), ("fail", 1001), ("cancel", 1006), ("expire", 1005)]
)
async def test_what_a_query_tells(act: Any, code: int) -> None:
    async with running() as (client, state, _):
        assert (await queried(client))["resultCode"] == 42
        await client.post(f"{BASE}/create", creation())
        if act is not None:
            state.pay("A1B2C3", act)
        found = await queried(client)
        assert (found["resultCode"], found["amount"], found["orderId"]) == (code, 150_000, "A1B2C3")
        assert found["transId"] == (0 if act is None else 4_610_000_001)


async def test_an_order_expires_by_itself() -> None:
    async with running() as (client, _, clock):
        await client.post(f"{BASE}/create", creation())
        clock.now += 6_001
        assert (await queried(client))["resultCode"] == 1005
        assert await told(client, "query", signed(signing.QUERY, QUERY, "khac")) == 13
        assert await told(client, "refund/query", {}) == 20


async def test_refunds() -> None:
    async with running() as (client, state, _):
        await client.post(f"{BASE}/create", creation())
        assert await told(client, "refund", refund()) == 42
        state.pay("A1B2C3")
        assert await told(client, "refund", {}) == 20
        assert await told(client, "refund", refund(secret="khac")) == 13
        assert await told(client, "refund", refund(amount=999)) == 22
        assert await told(client, "refund", refund(amount=150_001)) == 1081
        first = await client.post(f"{BASE}/refund", refund())
        assert (first["resultCode"], first["amount"]) == (0, 50_000)
        assert (await client.post(f"{BASE}/refund", refund()))["transId"] == first["transId"]
        assert await told(client, "refund", refund(orderId="RF2")) == 40
        assert await told(client, "refund", refund(requestId="R2")) == 41
        assert await told(client, "refund", refund(orderId="A1B2C3", requestId="R2")) == 41
        assert await told(client, "refund", refund(orderId="RF2", requestId="RF2", amount=100_001)) == 1081
        assert await told(client, "refund", refund(orderId="RF2", requestId="RF2", amount=100_000)) == 0
        assert state.books.money("A1B2C3").kept == 0
        by_refund = await queried(client, "RF1", "refund/query")
        assert (by_refund["resultCode"], by_refund["transId"]) == (0, first["transId"])
        by_payment = (await queried(client, path="refund/query"))["refundTrans"]
        assert [(one["orderId"], one["amount"], one["resultCode"]) for one in by_payment] == [
            ("RF1", 50_000, 0), ("RF2", 100_000, 0),
        ]  # fmt: skip
        assert (await queried(client, "RF9", "refund/query"))["resultCode"] == 42
        assert len((await queried(client))["refundTrans"]) == 2


async def test_refunds_that_take_their_time_or_fail() -> None:
    async with running(refund_after=10) as (client, state, clock):
        for order in ("A1B2C3", "B"):
            await client.post(f"{BASE}/create", creation(orderId=order, requestId=order))
        state.pay("A1B2C3", "fail")
        assert await told(client, "refund", refund()) == 1088
        number = int(state.pay("B").number)
        assert await told(client, "refund", refund(transId=number)) == 7002
        assert await told(client, "refund", refund(transId=number)) == 40
        clock.now += 11
        assert (await queried(client, "RF1", "refund/query"))["resultCode"] == 0
        status, _ = await client.control("PUT", "faults", {"refund_failed": {"times": 1}})
        assert status == 200
        assert await told(client, "refund", refund(transId=number, orderId="RF2", requestId="RF2")) == 7002
        clock.now += 11
        assert (await queried(client, "RF2", "refund/query"))["resultCode"] == 1080
        assert state.books.money("B").refunded == 50_000
