"""An order through a whole bus: the process, a gateway's adapter, its notices without a key, timers and restarts."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp

from bus.config import load

from .axis import TARGET, Axis, Collector, collected, collecting, document, eventually, running

SECRET = "INVENTED-HASH-SECRET"
VNPAY: Mapping[str, Any] = {
    "adapter": "vnpay",
    "connect": {"base_url": "http://127.0.0.1:9"},
    "settings": {
        "terminal": "LGSPTEST",
        "secret": SECRET,
        "pay_url": "https://pay.example.vn/vpcpay.html",
        "return_url": "https://dvc.example.vn/ket-qua",
        "server_address": "203.0.113.7",
        "payer_address": "203.0.113.8",
    },
}
ORDER: Mapping[str, Any] = {
    "order_code": "TT-1",
    "dossier_code": "000.00.15.H49-261122-0001",
    "procedure_code": "1.000894",
    "lines": [{"kind": "fee", "name": "Phí thẩm định", "amount": 150_000}],
    "amount": 150_000,
    "text": "Nộp phí hồ sơ",
}
CLIENTS = {"gateway": {"signed": ["vnpay"], "send": [{"source": "/gateways/vnpay", "types": ["payment.noticed"]}]}}
ROUTES = [{"name": "portal", "types": ["payment.*", "receipt.*"], "to": [TARGET]}]


@asynccontextmanager
async def cashier(folder: Path, collector: Collector, **policy: Any) -> AsyncIterator[Axis]:
    process = {
        "adapter": "payments",
        "settings": {"default": "vnpay", "gateways": {"vnpay": {"like": "vnpay", **policy}}},
    }
    systems = {"payments": process, "vnpay": VNPAY, TARGET: collected(collector)}
    async with running(folder, systems, routes=ROUTES, more_clients=CLIENTS) as axis:
        yield axis


async def asked(axis: Axis, collector: Collector, order: Mapping[str, Any] = ORDER) -> dict[str, str]:
    """Request an order; the fields of the payer's link."""
    status, said = await axis.send("payment.requested", order["order_code"], dict(order))
    assert status == 202, said
    await eventually(lambda: _many(collector, "payment.opened"))
    url = collector.data("payment.opened")[0]["url"]
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


async def _many(collector: Collector, type: str) -> int:
    return len(collector.of(type))


def notice(link: Mapping[str, str], number: str = "14000001", **changes: str) -> str:
    """What VNPAY's server sends about it."""
    said = {
        "vnp_TmnCode": link["vnp_TmnCode"],
        "vnp_Amount": link["vnp_Amount"],
        "vnp_BankCode": "NCB",
        "vnp_PayDate": "20261122083055",
        "vnp_OrderInfo": link["vnp_OrderInfo"],
        "vnp_TransactionNo": number,
        "vnp_ResponseCode": "00",
        "vnp_TransactionStatus": "00",
        "vnp_TxnRef": link["vnp_TxnRef"],
        **changes,
    }
    text = urlencode(sorted(said.items()))
    return f"{text}&vnp_SecureHash={hmac.new(SECRET.encode(), text.encode(), hashlib.sha512).hexdigest()}"


async def call(axis: Axis, query: str, headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
    """As the gateway, without a key."""
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{axis.url}/in/vnpay/notice?{query}", headers=headers) as answer,
    ):
        return answer.status, await answer.json(content_type=None)


async def told(axis: Axis, query: str) -> str:
    status, answer = await call(axis, query)
    assert status == 200, answer
    return str(answer["RspCode"])


async def test_paid_once(tmp_path: Path) -> None:
    async with collecting() as collector, cashier(tmp_path, collector) as axis:
        link = await asked(axis, collector)
        assert link["vnp_Amount"] == "15000000"
        answers = await asyncio.gather(*(told(axis, notice(link)) for _ in range(10)))
        assert sorted(answers) == ["00"] + ["02"] * 9
        await eventually(lambda: _many(collector, "payment.paid"))
        await axis.quiet()
        [paid] = collector.data("payment.paid")
        assert (paid["order_code"], paid["amount"], paid["gateway_reference"]) == ("TT-1", 150_000, "14000001")
        assert await axis.dead() == []
        # a further payment of the same order
        assert await told(axis, notice(link, "14000002")) == "02"
        await eventually(lambda: _many(collector, "payment.surplus"))
        assert [one["kind"] for one in await axis.rows("SELECT kind FROM task WHERE state = 'open'")] == ["twice"]
        assert len(collector.of("payment.opened")) == len(collector.of("payment.paid")) == 1


async def test_what_is_not_the_gateways_changes_nothing(tmp_path: Path) -> None:
    async with collecting() as collector, cashier(tmp_path, collector) as axis:
        link = await asked(axis, collector)
        genuine = notice(link)
        before = await axis.rows("SELECT process, key, version, state FROM process")
        attacks = {
            "another amount": genuine.replace("vnp_Amount=15000000", "vnp_Amount=1500000"),
            "cut off": genuine[:-1],
            "without a digest": genuine.split("&vnp_SecureHash")[0],
            "another order": genuine.replace(link["vnp_TxnRef"], "0" + link["vnp_TxnRef"][1:]),
            "more": genuine + "&vnp_ResponseCode=00",
        }
        for name, attack in attacks.items():
            assert await told(axis, attack) in ("97", "99"), name
        assert await told(axis, notice({**link, "vnp_TmnCode": "OTHER123"})) != "00"
        assert await told(axis, notice(link, vnp_TransactionStatus="01")) == "00"  # said, and no payment
        await axis.quiet()
        assert collector.of("payment.paid") == []
        after = await axis.rows("SELECT process, key, version, state FROM process")
        assert before[0]["key"] == after[0]["key"]
        assert await told(axis, genuine) == "00"
        await eventually(lambda: _many(collector, "payment.paid"))


async def test_another_amount_is_told_and_becomes_work(tmp_path: Path) -> None:
    async with collecting() as collector, cashier(tmp_path, collector) as axis:
        link = await asked(axis, collector)
        assert await told(axis, notice({**link, "vnp_Amount": "10000000"})) == "04"
        await axis.quiet()
        assert collector.of("payment.paid") == []
        assert [one["kind"] for one in await axis.rows("SELECT kind FROM task WHERE state = 'open'")] == ["under"]


async def test_the_door_without_a_key_is_for_signed_requests_only(tmp_path: Path) -> None:
    async with collecting() as collector, cashier(tmp_path, collector) as axis, aiohttp.ClientSession() as http:
        for path in ("/in/vnpay/other", "/in/payments/notice", f"/in/{TARGET}/notice", "/v1/messages", "/v1/events"):
            async with http.get(f"{axis.url}{path}") as answer:
                assert answer.status in (401, 405), path
        link = await asked(axis, collector)
        status, _ = await call(axis, notice(link), {"authorization": "Bearer some-token-of-the-gateways-own"})
        assert status == 200


async def test_what_got_no_notice_is_asked_and_ends(tmp_path: Path) -> None:
    async with (
        collecting() as collector,
        cashier(tmp_path, collector, first=1, every=1, lifetime=2, grace=1, patience=1) as axis,
    ):
        await asked(axis, collector)
        asking = "SELECT count(*) AS n FROM message WHERE type = 'payment.queried'"

        async def asked_for() -> int:
            return int((await axis.rows(asking))[0]["n"])

        await eventually(asked_for)


async def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    async with collecting() as collector:
        async with cashier(tmp_path, collector) as axis:
            link = await asked(axis, collector)
            timers = await axis.rows("SELECT name FROM timer")
            assert timers
        async with cashier(tmp_path, collector) as axis:
            assert await axis.rows("SELECT name FROM timer") == timers
            assert await told(axis, notice(link)) == "00"
            await eventually(lambda: _many(collector, "payment.paid"))
            assert await told(axis, notice(link)) == "02"
            await axis.quiet()
            assert await axis.rows("SELECT name FROM timer") == []
            assert collector.twice == set()


def test_what_a_process_says_and_nobody_takes_is_told_by_the_check(tmp_path: Path) -> None:
    process = {"adapter": "payments", "settings": {"gateways": {}}}
    path = tmp_path / "bus.yaml"
    path.write_text(json.dumps(document(tmp_path, {"payments": process, "vnpay": VNPAY})), encoding="utf-8")
    [finding] = [one for one in load(path, {}).findings if one.code == "LT077"]
    assert "payment.paid" in finding.text("en")
    assert "payment.attempted" not in finding.text("en")
