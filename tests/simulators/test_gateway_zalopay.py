"""The simulated ZaloPay over HTTP, in the order of its checks."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from simulators.zalopay import State, ZalopaySettings, create, signing

from .gateways import MILLIS, SECRET, Client, Clock, asking

ORDER = "261122_A1B2C3"
CREATE: dict[str, Any] = {
    "app_id": 2554,
    "app_user": "lienthong",
    "app_trans_id": ORDER,
    "app_time": MILLIS,
    "amount": 150_000,
    "description": "Nộp lệ phí hồ sơ",
    "item": "[]",
    "embed_data": json.dumps({"redirecturl": "https://dvc.example.vn/ket-qua"}),
}
REFUND: dict[str, Any] = {
    "app_id": 2554,
    "m_refund_id": "261122_2554_RF1",
    "zp_trans_id": "261122000000001",
    "amount": 50_000,
    "timestamp": MILLIS,
    "description": "Hoan tien",
}


def creation(key: str = SECRET, **changes: Any) -> dict[str, Any]:
    said = {**CREATE, **changes}
    return {**said, "mac": signing.mac(signing.CREATE, said, key)}


def query(order: str = ORDER, key: str = SECRET) -> dict[str, Any]:
    said = {"app_id": 2554, "app_trans_id": order}
    return {**said, "mac": signing.query_mac(said, key)}


def refund(key: str = SECRET, **changes: Any) -> dict[str, Any]:
    said = {**REFUND, **changes}
    names = signing.REFUND_WITH_FEE if "refund_fee_amount" in said else signing.REFUND
    return {**said, "mac": signing.mac(names, said, key)}


def refund_query(id: str = "261122_2554_RF1", time: int = MILLIS) -> dict[str, Any]:
    said = {"app_id": 2554, "m_refund_id": id, "timestamp": time}
    return {**said, "mac": signing.mac(signing.REFUND_QUERY, said, SECRET)}


@asynccontextmanager
async def running(**changes: Any) -> AsyncIterator[tuple[Client, State, Clock]]:
    clock = Clock()
    app = create(ZalopaySettings(**changes), clock)
    async with asking(app) as client:
        yield client, app.state.gateway, clock


async def told(client: Client, path: str, body: Any) -> tuple[int, int]:
    found = await client.post(f"v2/{path}", body)
    return found["return_code"], found["sub_return_code"]


async def test_a_creation_in_json_and_as_a_form() -> None:
    async with running() as (client, state, _):
        found = await client.post("v2/create", creation())
        assert (found["return_code"], found["sub_return_code"]) == (1, 1)
        assert found["order_url"] == f"{client.url}/pay/{ORDER}" and found["zp_trans_token"]
        form = {name: str(value) for name, value in creation(app_trans_id="261122_B").items()}
        assert (await client.http.post("v2/create", data=form)).json()["return_code"] == 1
        status, back = await client.press(f"pay/{ORDER}", "pay")
        assert status == 303 and "&status=1&checksum=" in back
        assert state.books.money(ORDER).received == 150_000
        assert await told(client, "create", creation()) == (2, -68)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, -401),
        ({**creation(), "amount": "150000.0"}, -401),
        (creation("khac", app_id=1), -402),
        (creation("khac"), -402),
        ({**creation(), "amount": 150_001}, -402),
        (creation(app_time=MILLIS - 900_001), -401),
        (creation(app_trans_id="261121_A1B2C3"), -401),
        (creation(app_trans_id="A1B2C3"), -401),
        (creation(app_trans_id=f"261122_{'x' * 34}"), -401),
        (creation(item="{}"), -401),
        (creation(embed_data="x"), -401),
        (creation(amount=0), -401),
        (creation(app_user=" "), -401),
        ({**creation(), "expire_duration_seconds": 299}, -401),
    ],
)
async def test_creations_in_the_order_of_checks(body: Any, code: int) -> None:
    async with running() as (client, state, _):
        assert await told(client, "create", body) == (2, code)
        assert len(state.orders) == 0


@pytest.mark.parametrize(
    ("act", "codes"),
    [
        (None, (3, 3)),
        ("pend", (3, 3)),
        ("pay", (1, 1)),
        ("fail", (2, -63)),
        ("cancel", (2, -329)),
        ("expire", (2, -54)),
    ],
)
async def test_what_a_query_tells(act: Any, codes: tuple[int, int]) -> None:
    async with running() as (client, state, clock):
        assert await told(client, "query", query()) == (2, -101)
        assert await told(client, "query", query(key="khac")) == (2, -403)
        assert await told(client, "query", {"app_id": 2554}) == (2, -401)
        await client.post("v2/create", creation())
        if act is not None:
            state.pay(ORDER, act)
        found = await client.post("v2/query", query())
        assert (found["return_code"], found["sub_return_code"]) == codes
        assert (found["amount"], found["is_processing"]) == (150_000, act == "pend")
        taken = act in ("pay", "pend")
        assert found["zp_trans_id"] == (261122000000001 if taken else 0)
        clock.now += 901
        expired = await told(client, "query", query())
        assert expired == ((2, -54) if act is None else codes)


async def test_refunds() -> None:
    async with running() as (client, state, clock):
        await client.post("v2/create", creation())
        assert await told(client, "refund", refund()) == (2, -101)
        state.pay(ORDER)
        for body, code in (
            ({}, -401),
            (refund("khac", app_id=1), -402),
            (refund("khac"), -403),
            (refund(m_refund_id="RF1"), -24),
            (refund(m_refund_id="261121_2554_RF1"), -25),
            (refund(m_refund_id="261122_1_RF1"), -26),
            (refund(timestamp=MILLIS - 900_001), -13),
            (refund(amount=150_001), -14),
            (refund(amount=0), -14),
        ):
            assert await told(client, "refund", body) == (2, code), body
        assert await told(client, "query_refund", refund_query()) == (2, -101)
        found = await client.post("v2/refund", refund())
        assert (found["return_code"], found["refund_id"]) == (3, 261122000000002)
        assert await told(client, "refund", refund()) == (2, -23)
        assert await told(client, "query_refund", refund_query()) == (3, 3)
        clock.now += 31
        assert await told(client, "query_refund", refund_query()) == (1, 1)
        rest = refund(m_refund_id="261122_2554_RF2", amount=100_000, refund_fee_amount=1_000)
        assert await told(client, "refund", rest) == (3, 3)
        state.settle("261122_2554_RF2", fails=True)
        assert await told(client, "query_refund", refund_query("261122_2554_RF2")) == (2, 0)
        assert state.books.money(ORDER).kept == 100_000
        clock.now += 900
        assert await told(client, "query_refund", refund_query()) == (2, -13)
