"""What payers can and cannot do at every gateway."""

from __future__ import annotations

from typing import Any

import pytest

from simulators import momo, vnpay, zalopay
from simulators.gateway import GatewayState, NotTaken
from simulators.gateway.orders import Order

from .gateways import NOW, Clock

GATEWAYS: list[tuple[type[GatewayState[Any]], Any]] = [
    (vnpay.State, vnpay.VnpaySettings),
    (momo.State, momo.MomoSettings),
    (zalopay.State, zalopay.ZalopaySettings),
]
each = pytest.mark.parametrize(("kind", "settings"), GATEWAYS, ids=["vnpay", "momo", "zalopay"])


def till(kind: Any, settings: Any, **changes: Any) -> tuple[GatewayState[Any], Clock]:
    clock = Clock()
    state = kind(settings(**changes), clock)
    state.open(Order("A1", 150_000, NOW, NOW + 900, {}))
    return state, clock


@each
def test_paying_once_and_twice(kind: Any, settings: Any) -> None:
    state, _ = till(kind, settings)
    first = state.pay("A1")
    with pytest.raises(NotTaken, match="A1 is paid"):
        state.pay("A1")
    second = state.pay("A1", again=True)
    assert first.number != second.number and first.amount == second.amount == 150_000
    assert state.books.money("A1").received == 300_000


@each
def test_paying_late(kind: Any, settings: Any) -> None:
    state, clock = till(kind, settings)
    clock.now += 901
    with pytest.raises(NotTaken, match="A1 is expired"):
        state.pay("A1")
    ended = state.pay("A1", "expire")
    assert (ended.stand, ended.code) == ("expired", state.codes["expire"])
    assert state.books.money("A1").received == 0
    late = state.pay("A1", late=True)
    assert (late.stand, state.books.money("A1").received) == ("paid", 150_000)


@each
def test_failing_with_a_code_and_paying_after_all(kind: Any, settings: Any) -> None:
    state, _ = till(kind, settings)
    assert state.pay("A1", "fail", code="1234").code == "1234"
    assert state.pay("A1", "cancel").code == state.codes["cancel"]
    with pytest.raises(NotTaken, match="A1 is failed"):
        state.pay("A1")
    assert state.pay("A1", late=True).stand == "paid"


@each
def test_more_and_less_than_the_order_says(kind: Any, settings: Any) -> None:
    state, _ = till(kind, settings)
    with pytest.raises(NotTaken, match="takes 150000 dong"):
        state.pay("A1", amount=1)
    state, _ = till(kind, settings, any_amount=True)
    assert state.pay("A1", amount=149_000).amount == 149_000
    assert state.books.money("A1").received == 149_000


@each
def test_money_in_process_ends_in_either_way(kind: Any, settings: Any) -> None:
    state, _ = till(kind, settings)
    pending = state.pay("A1", "pend")
    assert state.books.money("A1").received == 0
    assert state.pay("A1") is pending and pending.stand == "paid"
    state, _ = till(kind, settings)
    state.pay("A1", "pend")
    assert state.pay("A1", "fail").stand == "failed" and state.books.movements == []


@each
def test_what_there_is_not(kind: Any, settings: Any) -> None:
    state, _ = till(kind, settings)
    with pytest.raises(NotTaken, match="no order B"):
        state.pay("B")
    if kind is not vnpay.State:
        with pytest.raises(NotTaken, match="knows no reverse"):
            state.pay("A1", "reverse")
    with pytest.raises(NotTaken, match="nothing to forge"):
        state.forge("A1", "digest")
    with pytest.raises(NotTaken, match="no refund RF1"):
        state.settle("RF1")


@each
def test_the_same_seed_makes_the_same_numbers(kind: Any, settings: Any) -> None:
    first, second = (till(kind, settings, seed=7)[0].pay("A1").number for _ in range(2))
    assert first == second


def test_a_reversal() -> None:
    state, _ = till(vnpay.State, vnpay.VnpaySettings)
    debited = state.pay("A1", "reverse")
    assert debited.stand == "reversed" and state.books.money("A1").received == 0
    paid = state.pay("A1")
    assert state.pay("A1", "reverse") is paid
    assert state.books.money("A1").kept == 0
