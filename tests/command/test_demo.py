"""The demo as a whole, and how it counts money. Small: the machinery is the same with more dossiers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from lienthong.command.demo import run
from lienthong.command.demo.gateways import GATEWAYS, VIETQR, choices
from lienthong.command.demo.money import Sources, payments
from lienthong.command.demo.payers import fate, reference
from lienthong.command.demo.tally import Tally
from schemas.payments import SettlementLine
from simulators.gateway import Books
from simulators.provincial_portal.cashbook import Money, Purchase

KEYS = ["dossiers", "accepted", "delivered", "rejected", "dead", "held", "acknowledged", "lost", "duplicates"]
KEYS += ["out_of_order", "unexpected", "seconds", "verified", "payments", "ok"]
NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC).timestamp()
DOSSIER = "000.00.15.H49-261122-0001"


def test_the_demo_ends_well_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(once=True, cases=40, rate=None, port=None, json=True) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert sorted(figures) == sorted(KEYS)
    assert (figures["ok"], figures["dossiers"], figures["lost"], figures["unexpected"]) == (True, 40, 0, 0)
    money = figures["payments"]
    assert set(money["gateways"]) == set(GATEWAYS)
    assert money["orders"] == money["paid"] == money["marked"] > 5
    assert money["gateway"] == money["bus"] == money["portal"] > 0
    assert (money["differs"], money["unmarked"], money["ok"]) == (0, 0, True)


def line(**changes: Any) -> SettlementLine:
    said = {"system": "momo", "movement": "payment", "status": "done", "reference": "A1", "order_code": "DH-1"}
    return SettlementLine.model_validate({**said, "gateway_reference": "9", "amount": 150, **changes})


def sources(**changes: Any) -> Sources:
    """One order of 150 dong, paid at MoMo, of which everybody says the same."""
    books = Books()
    books.enter("payment", "A1", "9", 150, NOW)
    paid = {"LoaiThongBao": "DaThanhToan", "CongThanhToan": "momo", "MaThamChieu": "A1"}
    moneys = {("momo", "A1", "9"): Money(received=150)}
    purchase = Purchase("DH-1", {"MaHoSo": DOSSIER, "CongThanhToan": "momo"}, news=[paid], moneys=moneys, paid=paid)
    said: dict[str, Any] = {
        "books": {"momo": books},
        "lines": [line()],
        "tasks": {},
        "purchases": [purchase],
        "marks": {DOSSIER: "2"},
        "kinds": {"momo": "CONG_RIENG"},
    }
    return Sources(**{**said, **changes})


def twice() -> Books:
    books = Books()
    books.enter("payment", "A1", "9", 150, NOW)
    books.enter("payment", "A1", "10", 150, NOW)
    return books


def test_everybody_agrees() -> None:
    found = payments(sources())
    assert found.ok
    assert (found.rows["momo"].gateway, found.rows["momo"].orders, found.marked) == (150, 1, 1)


def _wrong() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "the bus has less", {"books": {"momo": twice()}}
    yield "the bus has more", {"lines": [line(), line(gateway_reference="10")]}
    yield "the bus has it under another reference", {"lines": [line(reference="B2")]}
    yield "a refund that the gateway does not know", {"lines": [line(), line(movement="refund", amount=50)]}
    yield "the portal has nothing", {"purchases": [Purchase("DH-1", {"MaHoSo": DOSSIER, "CongThanhToan": "momo"})]}
    yield "the national portal was told otherwise", {"marks": {DOSSIER: "1"}}
    yield "the national portal was told nothing", {"marks": {}}


@pytest.mark.parametrize(("what", "changes"), list(_wrong()), ids=[what for what, _ in _wrong()])
def test_what_differs_is_seen(what: str, changes: dict[str, Any]) -> None:
    found = payments(sources(**changes))
    assert not found.ok
    assert found.as_json()["ok"] is False


def test_money_that_differs_makes_the_demo_fail() -> None:
    counts = dict.fromkeys([name for name in KEYS if name not in ("seconds", "verified", "payments", "ok")], 0)
    for found, ok in ((payments(sources()), True), (payments(sources(marks={})), False)):
        figures = Tally(**counts, seconds=1.0, verified={}, payments=found)
        assert (figures.ok, figures.as_json()["ok"], figures.as_json()["payments"]["ok"]) == (ok, ok, ok)


def test_what_is_pending_is_not_counted() -> None:
    assert payments(sources(lines=[line(), line(gateway_reference="10", status="pending")])).ok


def test_payers() -> None:
    orders = [f"DH-{number}" for number in range(400)]
    assert {fate(order, "vnpay") for order in orders} == {"pays", "unheard", "again", "late", "twice"}
    assert {fate(order, "paygov") for order in orders} == {"pays", "twice"}
    assert set(choices()) == {*GATEWAYS, VIETQR}
    assert reference("http://127.0.0.1:1/paymentv2/vpcpay.html?vnp_Amount=1&vnp_TxnRef=A1B2") == "A1B2"
    assert reference("http://127.0.0.1:1/pay/261122_A1B2") == "261122_A1B2"
    assert reference("http://127.0.0.1:1/pay/a%2Fb") == "a/b"
