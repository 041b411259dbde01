"""Notices of the simulated gateways over real connections: schedule, faults, forgeries, and what came back."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, get_args
from urllib.parse import parse_qsl

import pytest
import pytest_asyncio

from simulators import momo, vnpay, zalopay
from simulators.gateway import GatewayState
from simulators.gateway.faults import Forgery
from simulators.gateway.orders import Act, Order

from .gateways import NOW, SECRET, Client, Clock, Merchant, asking, listening

pytestmark = pytest.mark.asyncio(loop_scope="session")

VNPAY_DONE, ZALO_DONE = b'{"RspCode":"00","Message":"ok"}', b'{"return_code":1,"return_message":"ok"}'
NATIVE: dict[str, dict[str, Any]] = {
    "vnpay": {"vnp_OrderInfo": "Nop le phi", "vnp_CreateDate": "20261122083000"},
    "momo": {"requestId": "A1B2C3", "orderInfo": "Nộp lệ phí", "extraData": ""},
    "zalopay": {"app_id": 2554, "app_trans_id": "x", "app_time": 1, "app_user": "u", "embed_data": "{}", "item": "[]"},
}
USUAL = {"vnpay": (200, VNPAY_DONE), "momo": (204, b""), "zalopay": (200, ZALO_DONE)}


MERCHANT = Merchant(USUAL["momo"])


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def url() -> AsyncIterator[str]:
    """Where the one merchant of these tests is told."""
    async with listening(MERCHANT) as address:
        yield address


@asynccontextmanager
async def running(name: str, url: str, **changes: Any) -> AsyncIterator[tuple[GatewayState[Any], Merchant, Client]]:
    """A gateway with ten orders A0 to A9 that sends to a real port, waiting times of nothing."""
    kind = {"vnpay": vnpay, "momo": momo, "zalopay": zalopay}[name]
    model: Any = {"vnpay": vnpay.VnpaySettings, "momo": momo.MomoSettings, "zalopay": zalopay.ZalopaySettings}[name]
    MERCHANT.begin(USUAL[name])
    app = kind.create(model(notice_url=url, scale=0, **changes), Clock())
    state = app.state.gateway
    for number in range(10):
        state.open(Order(f"A{number}", 150_000, NOW, NOW + 900, NATIVE[name]))
    await state.courier.open()
    try:
        async with asking(app) as client:
            yield state, MERCHANT, client
    finally:
        await state.courier.close()


async def test_the_ipn_of_vnpay(url: str) -> None:
    async with running("vnpay", url, notice_headers={"authorization": "Bearer khoa"}) as (state, merchant, _):
        state.pay("A0")
        await state.courier.idle()
        ((method, query, body),) = merchant.heard
        assert (method, body) == ("GET", b"")
        params = dict(parse_qsl(query))
        assert vnpay.signing.query_hash(params, SECRET) == params.pop("vnp_SecureHash")
        assert params == {
            "vnp_Amount": "15000000",
            "vnp_BankCode": "NCB",
            "vnp_BankTranNo": "VNP14400001",
            "vnp_CardType": "ATM",
            "vnp_OrderInfo": "Nop le phi",
            "vnp_PayDate": "20261122083000",
            "vnp_ResponseCode": "00",
            "vnp_TmnCode": "LGSPTEST",
            "vnp_TransactionNo": "14400001",
            "vnp_TransactionStatus": "00",
            "vnp_TxnRef": "A0",
        }
        (notice,) = state.notices
        assert (notice.fate, [(one.status, one.body) for one in notice.answers]) == ("taken", [(200, VNPAY_DONE)])


@pytest.mark.parametrize(
    ("act", "codes"),
    [("fail", "51/02"), ("cancel", "24/02"), ("expire", "11/02"), ("suspect", "07/07"), ("reverse", "99/04")],
)
async def test_vnpay_tells_of_failures_too(url: str, act: Any, codes: str) -> None:
    async with running("vnpay", url) as (state, merchant, _):
        state.pay("A0", act)
        await state.courier.idle()
        params = dict(parse_qsl(merchant.heard[0][1]))
        assert f"{params['vnp_ResponseCode']}/{params['vnp_TransactionStatus']}" == codes


async def test_the_ipn_of_momo(url: str) -> None:
    async with running("momo", url) as (state, merchant, _):
        state.pay("A0")
        state.pay("A1", "cancel")
        state.pay("A2", "pend")
        await state.courier.idle()
        told = sorted((json.loads(body) for _, _, body in merchant.heard), key=lambda body: body["orderId"])
        assert [(one["orderId"], one["resultCode"]) for one in told] == [("A0", 0), ("A1", 1006)]
        for body in told:
            right = momo.signing.signature(momo.signing.NOTICE, body, "KHOA", SECRET)
            assert body.pop("signature") == right
        assert set(told[0]) | {"accessKey"} == set(momo.signing.NOTICE)


async def test_zalopay_tells_of_success_alone(url: str) -> None:
    async with running("zalopay", url) as (state, merchant, _):
        state.pay("A0")
        acts: list[Act] = ["fail", "cancel", "expire", "pend"]
        for number, act in enumerate(acts, 1):
            state.pay(f"A{number}", act)
        await state.courier.idle()
        ((method, _, body),) = merchant.heard
        told = json.loads(body)
        assert (method, told["type"], set(told)) == ("POST", 1, {"data", "mac", "type"})
        assert zalopay.signing.data_mac(told["data"], SECRET) == told["mac"]
        assert json.loads(told["data"])["zp_trans_id"] == 261122000000001


@pytest.mark.parametrize(
    ("name", "repeats", "wrong"),
    [
        ("vnpay", 10, (200, b'{"RspCode":"99"}')),
        ("vnpay", 10, (500, VNPAY_DONE)),
        ("vnpay", 10, (200, b"<html>")),
        ("momo", 3, (200, b"{}")),
        ("zalopay", 3, (200, b'{"return_code":0}')),
        ("zalopay", 3, (200, b'{"return_code":-1}')),
    ],
)
async def test_a_notice_that_is_not_taken_is_repeated(
    url: str, name: str, repeats: int, wrong: tuple[int, bytes]
) -> None:
    async with running(name, url) as (state, merchant, _):
        merchant.answers.extend([wrong, wrong])
        state.pay("A0")
        await state.courier.idle()
        assert (state.notices[0].fate, state.notices[0].tries) == ("taken", 3)
        merchant.usual = wrong
        state.pay("A1")
        await state.courier.idle()
        notice = state.notices[1]
        assert (notice.fate, notice.tries, len(notice.answers)) == ("given up", repeats + 1, repeats + 1)
        assert len(set(merchant.heard[3:])) == 1


@pytest.mark.parametrize("code", ["01", "04", "97", "99"])
async def test_vnpay_repeats_after_these_codes(url: str, code: str) -> None:
    async with running("vnpay", url) as (state, merchant, _):
        merchant.answers.append((200, json.dumps({"RspCode": code, "Message": "x"}).encode()))
        merchant.answers.append((200, b'{"RspCode":"02","Message":"x"}'))
        state.pay("A0")
        await state.courier.idle()
        assert [one.satisfied for one in state.notices[0].answers] == [False, True]


async def test_lost_repeated_delayed_and_unheard(url: str) -> None:
    async with running("vnpay", url) as (state, merchant, client):
        faults = {
            "seed": 3,
            "lost": 0.3,
            "repeated": {"least": 2, "most": 5, "within": 0.05},
            "delayed": {"seconds": 0.1},
        }
        assert (await client.control("PUT", "faults", faults))[0] == 200
        for number in range(10):
            state.pay(f"A{number}")
        await state.courier.idle()
        fates = [notice.fate for notice in state.notices]
        assert 0 < fates.count("lost") < 10 and set(fates) == {"lost", "taken"}
        assert all(2 <= notice.tries <= 5 for notice in state.notices if notice.fate == "taken")
        came = [dict(parse_qsl(query))["vnp_TxnRef"] for _, query, _ in merchant.heard]
        assert len(came) == sum(notice.tries for notice in state.notices) and came != sorted(came)
        state.turn(state.faults.__class__.model_validate({"unheard": {"times": 2}}))
        state.pay("A0", again=True)
        await state.courier.idle()
        assert [one.status for one in state.notices[-1].answers] == [None, None, 200]


async def test_the_same_seed_loses_the_same_notices(url: str) -> None:
    lost = []
    for _ in range(2):
        async with running("vnpay", url) as (state, _merchant, _):
            state.turn(state.faults.__class__.model_validate({"seed": 5, "lost": 0.5}))
            for number in range(10):
                state.pay(f"A{number}")
            await state.courier.idle()
            lost.append([notice.fate for notice in state.notices])
    assert lost[0] == lost[1]


async def test_nobody_at_home() -> None:
    async with running("vnpay", "http://127.0.0.1:9/x", notice_repeats=1) as (state, _, _):
        state.pay("A0")
        await state.courier.idle()
        assert [one.status for one in state.notices[0].answers] == [None, None]
        assert state.notices[0].fate == "given up"


SIGNED_WRONG = {"signed_amount": "vnp_Amount", "signed_reference": "vnp_TxnRef", "signed_terminal": "vnp_TmnCode"}


async def test_forged_notices_of_vnpay(url: str) -> None:
    async with running("vnpay", url) as (state, merchant, client):
        state.pay("A0")
        await state.courier.idle()
        genuine = merchant.heard.pop()[1]
        right = dict(parse_qsl(genuine))
        for kind in get_args(Forgery):
            status, told = await client.control("POST", "forge", {"reference": "A0", "kind": kind})
            assert (status, told["kind"]) == (200, kind)
            await state.courier.idle()
            query = merchant.heard.pop()[1]
            pairs = parse_qsl(query)
            params = dict(pairs)
            signed = vnpay.signing.query_hash(params, SECRET) == params.get("vnp_SecureHash")
            rightly = kind in ("half", "reordered", "reencoded", "replayed", *SIGNED_WRONG)
            assert signed == rightly, kind
            assert (query == genuine) == (kind == "replayed")
            assert (params == right) == (kind in ("reordered", "reencoded", "replayed")), kind
            assert (len(pairs) > len(params)) == (kind == "doubled")
        assert (await client.control("POST", "forge", {"reference": "A0", "kind": "x"}))[0] == 422
        assert all(notice.tries == 1 for notice in state.notices)


@pytest.mark.parametrize("name", ["momo", "zalopay"])
async def test_forged_notices_in_json(url: str, name: str) -> None:
    async with running(name, url) as (state, merchant, client):
        state.pay("A0")
        await state.courier.idle()
        genuine = json.loads(merchant.heard.pop()[2])
        other: list[Forgery] = ["digest", "unsigned", "other_key", "amount", "reference", "terminal", "signed_amount"]
        for kind in other:
            state.forge("A0", kind)
            await state.courier.idle()
            body = json.loads(merchant.heard.pop()[2])
            assert body != genuine
            assert _right(name, body) == (kind == "signed_amount"), kind
        alike: list[Forgery] = ["reordered", "reencoded", "replayed"]
        for kind in alike:
            state.forge("A0", kind)
            await state.courier.idle()
            body = json.loads(merchant.heard.pop()[2])
            assert body == genuine and _right(name, body)
        status, _ = await client.control("POST", "forge", {"reference": "A0", "kind": "half"})
        assert status == 409


def _right(name: str, body: dict[str, Any]) -> bool:
    if name == "zalopay":
        return bool(zalopay.signing.data_mac(body["data"], SECRET) == body.get("mac"))
    return momo.signing.signature(momo.signing.NOTICE, body, "KHOA", SECRET) == body.get("signature")


async def test_forgeries_come_before_the_genuine_notice(url: str) -> None:
    async with running("vnpay", url) as (state, _, client):
        await client.control("PUT", "faults", {"forged": {"kinds": ["amount"], "times": 1}})
        state.pay("A0")
        await state.courier.idle()
        assert [notice.kind for notice in state.notices] == ["amount", "genuine"]


async def test_the_control_pages(url: str) -> None:
    async with running("momo", url, fee_fixed=1_100) as (state, _, client):
        assert (await client.control("POST", "pay", {"reference": "A0", "late": True}))[1]["amount"] == 150_000
        assert (await client.control("POST", "pay", {"reference": "A0"}))[0] == 409
        assert (await client.control("POST", "pay", {"reference": "A0", "act": "x"}))[0] == 422
        await state.courier.idle()
        _, notices = await client.control("GET", "notices?reference=A0")
        assert [(one["fate"], one["answers"][0]["status"]) for one in notices["notices"]] == [("taken", 204)]
        _, books = await client.control("GET", "books?day=2026-11-22")
        assert [one["kind"] for one in books["movements"]] == ["payment"]
        assert books["total"]["received"] == 150_000 and books["total"]["fees"] == 1_100
        assert (await client.control("GET", "books?day=2026-11-23"))[1]["total"]["received"] == 0
        assert (await client.control("GET", "money/A0"))[1]["kept"] == 150_000
        _, records = await client.control("GET", "records?limit=3")
        assert ([one["state"] for one in records["orders"]], records["next"]) == (["paid", "waiting", "waiting"], 3)
        assert (await client.control("GET", "log"))[1]["last"] == 11
        said = [{"reference": "A0", "received": 150_000}]
        assert (await client.control("POST", "audit", said))[1]["ok"] is True
        assert (await client.control("POST", "audit", []))[1]["lost"] == 1
        await client.control("PUT", "planted", {"doubled": 1})
        status, text = await client.get("_control/statement?day=2026-11-22&delimiter=|")
        assert (status, text.count("\npayment|A0|4610000001||150000|1100|paid|2026-11-22 08:30:00|")) == (200, 2)
        _, planted = await client.control("GET", "planted?day=2026-11-22")
        assert [one["what"] for one in planted["planted"]] == ["doubled"]
        assert (await client.get("_control/statement?day=x"))[0] == 422
        assert (await client.control("GET", "stats"))[1]["orders"] == 10
        assert (await client.control("POST", "reset"))[1]["orders"] == 0


async def test_faults_of_the_api(url: str) -> None:
    async with running("momo", url) as (state, _, client):
        await client.control("PUT", "faults", {"http_500": {"times": 1, "effect": True}})
        body = {
            "partnerCode": "VIDU", "requestId": "R", "orderId": "R", "lang": "vi", "amount": 1_000, "orderInfo": "x",
            "redirectUrl": "https://dvc.example.vn/", "ipnUrl": "https://truc.example.vn/", "extraData": "",
            "requestType": "captureWallet",
        }  # fmt: skip
        signature = momo.signing.signature(momo.signing.CREATE, body, "KHOA", SECRET)
        answers = [
            await client.http.post("v2/gateway/api/create", json={**body, "signature": signature}) for _ in range(2)
        ]
        assert (answers[0].status_code, answers[1].json()["resultCode"]) == (500, 40)
        assert state.orders.get("R") is not None
        assert (await client.http.get("v2/gateway/api/create")).status_code == 405
