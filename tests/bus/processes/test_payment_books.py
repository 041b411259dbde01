"""The payment process against an independent book: a small gateway that keeps its own sums, and a network that loses,
repeats and reorders what it says."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from .desk import Desk

DUE = 50_000


@dataclass
class Book:
    """What really happened at the gateway. Plain sums; it knows nothing of the process."""

    paid: dict[tuple[str, str], int] = field(default_factory=dict)
    reversed: set[tuple[str, str]] = field(default_factory=set)
    sent_back: dict[str, int] = field(default_factory=dict)

    @property
    def received(self) -> int:
        return sum(amount for name, amount in self.paid.items() if name not in self.reversed)

    @property
    def refunded(self) -> int:
        return sum(self.sent_back.values())


class Money(RuleBasedStateMachine):
    """Payers, officers, gateway and network do as they like."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.book = Book()
        self.mail: list[tuple[int, dict[str, Any]]] = []
        self.answered = 0
        self.back_answered = 0
        self.orders = 0

    def _says(self, index: int, outcome: str, name: str | None = None, **fields: Any) -> None:
        self.mail.append((index, {"outcome": outcome, "name": name, **fields}))

    @rule(system=st.sampled_from(["vnpay", "momo"]))
    def ask_to_pay(self, system: str) -> None:
        self.desk.request(system=system)

    @precondition(lambda self: self.desk.attempts())
    @rule()
    def open(self) -> None:
        self.desk.open()

    @precondition(lambda self: self.desk.attempts())
    @rule(data=st.data(), amount=st.sampled_from([DUE, DUE, DUE, DUE, DUE - 1, DUE + 1, 1]), named=st.booleans())
    def pay(self, data: st.DataObject, amount: int, named: bool) -> None:
        index = self._some_attempt(data)
        reference = self.desk.attempts()[index].reference
        first = not any(of == reference for of, _ in self.book.paid)
        name = f"G{len(self.book.paid)}"
        self.book.paid[reference, name] = amount
        self._says(index, "paid", name, amount=amount)
        # a gateway that answers without its reference does so while there is one payment only
        if first and not named:
            self._says(index, "paid", None, amount=amount, origin="query")

    @precondition(lambda self: self.desk.attempts())
    @rule(
        data=st.data(), outcome=st.sampled_from(["failed", "expired", "pending", "unclear", "not_found", "suspended"])
    )
    def other_words(self, data: st.DataObject, outcome: str) -> None:
        index = self._some_attempt(data)
        paid = [name for of, name in self.book.paid if of == self.desk.attempts()[index].reference]
        if outcome != "suspended" or paid:
            self._says(index, outcome, paid[0] if paid else None, amount=None)

    @precondition(lambda self: self.book.paid)
    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        reference, name = data.draw(st.sampled_from(sorted(self.book.paid)))
        # what was sent back already is not reversed by a gateway
        index = self._index(reference)
        refunds = [one for one in self.desk.all("payment.refund_attempted") if one.reference == reference]
        if not refunds:
            self.book.reversed.add((reference, name))
            self._says(index, "reversed", name, amount=self.book.paid[reference, name])

    @precondition(lambda self: self.mail)
    @rule(data=st.data())
    def arrives(self, data: st.DataObject) -> None:
        """Any letter, once more or for the first time; it stays, so it can come again."""
        self._deliver(data.draw(st.sampled_from(self.mail)))

    @rule(seconds=st.sampled_from([30, 300, 1200, 100_000]))
    def time_goes_by(self, seconds: float) -> None:
        self.desk.wait(seconds)

    @rule(data=st.data())
    def gateway_answers(self, data: st.DataObject) -> None:
        for asked in self.desk.all("payment.queried")[self.answered :]:
            index = self._index(asked.reference)
            found = [name for of, name in self.book.paid if of == asked.reference]
            if not found:
                self._says(index, data.draw(st.sampled_from(["pending", "not_found"])), origin="query")
            for name in found:
                gone = (asked.reference, name) in self.book.reversed
                amount = self.book.paid[asked.reference, name]
                self._says(index, "reversed" if gone else "paid", name, amount=amount, origin="query")
            self._deliver(self.mail[-1])
        self.answered = self.desk.count("payment.queried")

    @precondition(lambda self: self.book.paid)
    @rule(data=st.data(), amount=st.sampled_from([DUE, DUE, 1, 20_000]), again=st.booleans())
    def officer_refunds(self, data: st.DataObject, amount: int, again: bool) -> None:
        reference, name = data.draw(st.sampled_from(sorted(self.book.paid)))
        self.orders += 0 if again else 1
        index = self._index(reference)
        self.desk.refund(amount, f"HT-{self.orders}", name, index)

    @precondition(lambda self: self.desk.count("payment.refund_attempted") > len(self.book.sent_back))
    @rule(good=st.booleans(), slow=st.booleans())
    def gateway_pays_back(self, good: bool, slow: bool) -> None:
        for sent in self.desk.all("payment.refund_attempted")[self.back_answered :]:
            index = self._index(sent.reference)
            if slow:
                self._says(index, "refunding", None, refund_reference=sent.refund_reference, amount=sent.amount)
            if good:
                self.book.sent_back[sent.refund_reference] = sent.amount
            word = "refunded" if good else "refund_failed"
            self._says(index, word, None, refund_reference=sent.refund_reference, amount=sent.amount)
        self.back_answered = self.desk.count("payment.refund_attempted")

    @invariant()
    def paid_is_said_once(self) -> None:
        uncovered = [said for said in self.desk.all("payment.reversed") if not said.covered]
        assert 0 <= self.desk.count("payment.paid") <= 1 + len(uncovered)

    @invariant()
    def nothing_is_said_twice(self) -> None:
        assert len(set(self.desk.keys)) == len(self.desk.keys)
        told = [(said.reference, said.gateway_reference) for said in self.desk.all("payment.reversed")]
        assert len(set(told)) == len(told)

    @invariant()
    def never_more_back_than_came(self) -> None:
        """Even if the gateway did all that it was ever told, refused ones aside."""
        refused = {said.refund_reference for said in self.desk.all("payment.refund_failed")}
        sent = [one for one in self.desk.all("payment.refund_attempted") if one.refund_reference not in refused]
        for name in {(one.reference, one.gateway_reference) for one in sent}:
            back = sum(one.amount for one in sent if (one.reference, one.gateway_reference) == name)
            assert back <= self.book.paid.get(name, 0)

    @invariant()
    def nothing_is_booked_that_did_not_happen(self) -> None:
        assert self.desk.books.received <= sum(self.book.paid.values())
        assert self.desk.books.refunded <= self.book.refunded

    def teardown(self) -> None:
        """In the end every letter arrives, in some order: the books agree to the dong."""
        letters = list(self.mail)
        random.Random(len(letters)).shuffle(letters)
        for letter in letters:
            self._deliver(letter)
        books = self.desk.books
        assert (books.received, books.refunded) == (self.book.received, self.book.refunded)
        assert books.held == self.book.received - self.book.refunded
        self._covered()

    def _covered(self) -> None:
        right = [name for name, amount in self.book.paid.items() if amount == DUE and name not in self.book.reversed]
        if right:
            assert self.desk.count("payment.paid") >= 1
        if right and not self.book.sent_back and not any(self.desk.all("payment.refund_attempted")):
            assert self.desk.stands == "paid"
            assert self.desk.books.surplus == self.book.received - DUE
        if self.desk.stands == "paid":
            assert right

    def _some_attempt(self, data: st.DataObject) -> int:
        return data.draw(st.integers(0, len(self.desk.attempts()) - 1))

    def _index(self, reference: str) -> int:
        return [attempt.reference for attempt in self.desk.attempts()].index(reference)

    def _deliver(self, letter: tuple[int, dict[str, Any]]) -> None:
        index, fields = letter
        self.desk.notice(index=index, **fields)


TestMoney = Money.TestCase
TestMoney.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)

NAMES = st.sampled_from([None, "G1", "G2"])
FACTS = st.tuples(
    st.sampled_from(["paid", "paid", "paid", "reversed", "suspended", "failed", "pending"]),
    NAMES,
    st.sampled_from([DUE, 20_000]),
)


def _after(facts: tuple[tuple[str, str | None, int], ...]) -> Desk:
    desk = Desk()
    desk.request()
    for outcome, name, amount in facts:
        desk.notice(outcome, name, amount=amount)
    return desk


@settings(max_examples=150, deadline=None)
@given(st.lists(FACTS, min_size=1, max_size=6), st.randoms(use_true_random=False), st.integers(1, 3))
def test_any_order_any_number_of_times(facts: list[Any], chance: random.Random, times: int) -> None:
    mixed = facts * times
    chance.shuffle(mixed)
    straight, crooked = _after(tuple(facts)), _after(tuple(mixed))
    assert straight.books == crooked.books
    assert straight.stands in (crooked.stands, "failed", "suspended", "pending")
    marks = [[money.mark for money in desk.state.attempts[0].moneys] for desk in (straight, crooked) if desk.state]
    assert sorted(marks[0]) == sorted(marks[1])


@pytest.mark.parametrize(
    ("facts", "held"),
    [
        ((("paid", None, DUE), ("paid", "G1", DUE), ("paid", "G2", DUE)), 2 * DUE),
        ((("paid", None, DUE), ("paid", "G1", 20_000), ("paid", "G2", DUE)), DUE + 20_000),
        ((("paid", "G1", DUE), ("reversed", "G1", DUE), ("paid", None, DUE)), 0),
        ((("paid", None, DUE), ("suspended", "G1", DUE), ("failed", "G1", 0)), DUE),
        ((("paid", "G1", DUE), ("paid", "G1", 20_000), ("failed", None, 0)), 20_000),
    ],
)
def test_every_order_gives_the_sum_worked_out_on_paper(facts: Any, held: int) -> None:
    for order in permutations(facts):
        assert _after(order).books.held == held


REFUNDS = st.tuples(st.sampled_from(["refunding", "refunded"]), st.sampled_from([None, "H1", "H2"]))


@settings(max_examples=100, deadline=None)
@given(st.lists(REFUNDS, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_refunds_made_at_the_gateway_in_any_order(facts: list[tuple[str, str | None]], chance: random.Random) -> None:
    mixed = facts * 2
    chance.shuffle(mixed)
    sums = []
    for told in (facts, mixed):
        desk = _after((("paid", "G1", DUE), ("paid", "G2", DUE)))
        for outcome, name in told:
            desk.notice(outcome, None, gateway_refund_reference=name, amount=DUE)
        sums.append(desk.books)
    assert sums[0] == sums[1]
