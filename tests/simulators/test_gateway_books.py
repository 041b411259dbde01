"""The books of gateways: sums, settlement files with planted differences, the audit. Sums worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.gateway import Books, Money, NotTaken, Planted, Said, audit
from simulators.gateway.orders import Act, Order
from simulators.gateway.statement import OFF, statement
from simulators.vnpay import State, VnpaySettings

from .gateways import NOW, Clock

DAY = 86_400
TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)


def till(**changes: Any) -> tuple[State, Clock]:
    clock = Clock()
    return State(VnpaySettings(**changes), clock), clock


def opened(state: State, reference: str = "A1", amount: int = 150_000) -> Order:
    order = Order(reference, amount, NOW, NOW + 900, {"vnp_OrderInfo": "Nop phi", "vnp_CreateDate": "20261122083000"})
    state.open(order)
    return order


def test_a_day_of_money() -> None:
    state, clock = till(fee_rate=1, fee_fixed=500, refund_after=60)
    for reference in ("A1", "A2", "A3", "A4"):
        opened(state, reference)
    state.pay("A1")
    state.pay("A1", again=True)
    state.pay("A2")
    state.pay("A2", "reverse")
    state.pay("A3", "suspect")
    state.pay("A4", "fail")
    order = state.orders.get("A1")
    assert order is not None
    state.refund(order, order.payments[1], "RF1", 50_000)
    assert state.books.money("A1") == Money(received=300_000, fees=4_000, payments=2)
    clock.now += DAY
    assert state.books.money("A1") == Money(received=300_000, refunded=50_000, fees=4_000, payments=2)
    assert state.books.money("A1").kept == 250_000
    assert state.books.money("A2") == Money(received=150_000, reversed=150_000, payments=1)
    assert state.books.money("A3") == Money(held=150_000)
    assert state.books.money("A4") == Money()
    assert state.books.total(TODAY) == Money(450_000, 150_000, 50_000, 150_000, 4_000, 3)
    assert [entry.kind for entry in state.books.movements] == [
        "payment", "payment", "payment", "reversal", "held", "refund",
    ]  # fmt: skip


def test_suspicious_money_is_let_go_or_given_back() -> None:
    state, clock = till()
    for reference in ("A1", "A2"):
        opened(state, reference)
        state.pay(reference, "suspect")
    clock.now += DAY
    state.pay("A1", "pay")
    state.pay("A2", "reverse")
    assert (state.books.money("A1"), state.books.money("A2")) == (Money(received=150_000, payments=1), Money())
    assert [line.status for line in state.statement("2026-11-22").lines] == ["pending", "pending"]
    assert [line.status for line in state.statement("2026-11-23").lines] == ["paid", "reversed"]


def test_a_settlement_file_to_the_letter() -> None:
    state, _ = till(fee_fixed=1_100, refund_after=0)
    for reference in ("A1", "A2"):
        opened(state, reference)
        state.pay(reference)
    order = state.orders.get("A1")
    assert order is not None
    state.refund(order, order.payments[0], "RF1", 50_000)
    state.pay("A2", "reverse")
    assert state.statement("2026-11-22").csv().decode() == (
        "kind,reference,gateway_reference,refund_reference,amount,fee,status,time,subject\n"
        "payment,A1,14400001,,150000,1100,paid,2026-11-22 08:30:00,\n"
        "payment,A2,14400002,,150000,0,reversed,2026-11-22 08:30:00,\n"
        "refund,A1,14400003,RF1,50000,0,paid,2026-11-22 08:30:00,\n"
    )
    assert state.statement("2026-11-23").lines == ()
    with pytest.raises(NotTaken, match="22/11 is no day"):
        state.statement("22/11")


def test_a_reversal_on_a_later_day_is_a_line_of_that_day() -> None:
    state, clock = till()
    opened(state)
    state.pay("A1")
    clock.now += DAY
    state.pay("A1", "reverse")
    assert [line.status for line in state.statement("2026-11-22").lines] == ["paid"]
    assert [line.status for line in state.statement("2026-11-23").lines] == ["reversed"]


def books(count: int) -> Books:
    found = Books()
    for number in range(count):
        found.enter("payment", f"A{number}", str(number), 10_000 + number, NOW)
    return found


@given(st.builds(Planted, **{name: st.integers(0, 6) for name in ("missing", "amount", "doubled", "status", "seed")}))
def test_planted_differences_are_as_many_as_were_wanted_and_told(planted: Planted) -> None:
    kept = books(30)
    found = statement(kept, TODAY, planted)
    whats = [one.what for one in found.planted]
    assert {what: whats.count(what) for what in ("missing", "amount", "doubled", "status")} == planted.model_dump(
        exclude={"seed"}
    )
    assert len({one.line.reference for one in found.planted}) == len(found.planted)
    assert len(found.lines) == 30 - planted.missing + planted.doubled
    assert sum(line.amount for line in statement(kept, TODAY).lines) == kept.total().received
    off = sum(line.amount for line in found.lines) - kept.total().received
    missing = sum(one.line.amount for one in found.planted if one.what == "missing")
    doubled = sum(one.line.amount for one in found.planted if one.what == "doubled")
    assert off == planted.amount * OFF - missing + doubled
    assert found == statement(kept, TODAY, planted)


def test_more_differences_than_lines() -> None:
    found = statement(books(3), TODAY, Planted(missing=2, status=9))
    assert [one.what for one in found.planted] == ["missing", "missing", "status"]
    assert [line.status for line in found.lines] == ["failed"]


def test_the_audit() -> None:
    kept = books(3)
    kept.enter("refund", "A1", "9", 1, NOW, refund_reference="RF1")
    right = [Said("A0", 10_000), Said("A1", 10_001, 0, 1), Said("A2", 10_002)]
    assert audit(kept, right).ok and audit(kept, right).references == 3
    found = audit(kept, [Said("A0", 10_000), Said("A1", 10_001), Said("A2", 20_004), Said("B", 5)])
    assert not found.ok
    assert [(one.reference, one.what, one.said, one.held) for one in found.lost] == [("A1", "refunded", 0, 1)]
    assert [(one.reference, one.said) for one in found.invented] == [("A2", 20_004), ("B", 5)]
    assert audit(kept, [Said("A0", 4_000), Said("A0", 6_000), *right[1:]]).ok


def test_no_movement_without_money() -> None:
    with pytest.raises(ValueError, match="0 dong"):
        Books().enter("payment", "A", "1", 0, NOW)


ACTS: list[Act] = ["pay", "fail", "cancel", "expire", "pend", "suspect", "reverse"]
STEPS = st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(ACTS), st.booleans(), st.booleans()), max_size=25)


@settings(max_examples=150, deadline=None)
@given(STEPS, st.integers(0, 3))
def test_whatever_payers_do_the_books_add_up(steps: list[tuple[str, Act, bool, bool]], refunds: int) -> None:
    state, clock = till(fee_rate=1.1, refund_after=30, any_amount=True)
    for reference in "ABC":
        opened(state, reference)
    for reference, act, late, again in steps:
        clock.now += 1
        try:
            state.pay(reference, act, late=late, again=again, notify=False)
        except NotTaken:
            continue
    for order in state.orders:
        for number, payment in enumerate(order.payments[:refunds]):
            if payment.refundable:
                state.refund(order, payment, f"{order.reference}{number}", payment.refundable // 2)
    clock.now += 60
    total = state.books.total()
    each = [state.books.money(reference) for reference in "ABC"]
    assert total.received == sum(money.received for money in each)
    assert total.kept == sum(money.kept for money in each) and all(money.kept >= 0 for money in each)
    paid = [payment for order in state.orders for payment in order.payments if payment.stand == "paid"]
    assert total.received - total.reversed == sum(payment.amount for payment in paid)
    assert total.refunded == sum(refund.amount for payment in paid for refund in payment.refunds)
    assert total.fees == sum(payment.fee for payment in paid)
    held = [payment for order in state.orders for payment in order.payments if payment.stand == "suspicious"]
    assert total.held == sum(payment.amount for payment in held)
    assert [entry.seq for entry in state.books.movements] == list(range(1, len(state.books.movements) + 1))
    days = [state.books.total(day) for day in state.books.days]
    assert sum(day.received for day in days) == total.received
