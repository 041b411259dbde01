"""Every kind of difference: found, named, explained, and the sums lead from one side to the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from reconciliation.lines import Kind, Line, Status
from tests.reconciliation.books import NOON, Desk, differences, payment, refund, said

ONE = payment(1)


def test_the_same_on_both_sides_is_closed(desk: Desk) -> None:
    done = desk.run([payment(1), payment(2)], [payment(2), payment(1)])
    assert done.books.closed
    assert done.books.part("matched").lines == 2
    assert (done.books.ours.net, done.books.theirs.net) == (90_000, 90_000)
    assert said(done) == []


CASES: dict[str, tuple[list[Line], list[Line], tuple[str, str], int]] = {
    "notice lost": ([], [ONE], ("missing_at_us", "notice_lost"), 45_000),
    "not ours": ([], [replace(ONE, reference=None)], ("missing_at_us", "not_ours"), 45_000),
    "not settled": ([ONE], [], ("missing_at_gateway", "not_settled"), -45_000),
    "over": ([ONE], [payment(1, 46_000)], ("amount", "over"), 1_000),
    "under": ([ONE], [payment(1, 44_000)], ("amount", "under"), -1_000),
    "hundredfold": ([ONE], [payment(1, 4_500_000)], ("amount", "hundredfold"), 4_455_000),
    "net of fee": ([ONE], [payment(1, 43_900, fee=1_100)], ("amount", "net_of_fee"), -1_100),
    "fee": ([replace(ONE, fee=1_100)], [replace(ONE, fee=1_200)], ("amount", "fee"), 0),
    "late": ([replace(ONE, status=Status.FAILED)], [ONE], ("status", "late_success"), 45_000),
    "failed there": ([ONE], [replace(ONE, status=Status.FAILED)], ("status", "failed_there"), -45_000),
    "unsure there": ([ONE], [replace(ONE, status=Status.PENDING)], ("status", "not_confirmed"), -45_000),
    "reversed there": ([ONE], [replace(ONE, status=Status.REVERSED)], ("status", "reversed_there"), -45_000),
    "reversed here": ([replace(ONE, status=Status.REVERSED)], [ONE], ("status", "reversed_here"), 45_000),
    "behind": (
        [replace(ONE, status=Status.PENDING)],
        [replace(ONE, status=Status.FAILED)],
        ("status", "behind"),
        0,
    ),
    "paid twice": ([ONE], [ONE, replace(ONE, gateway_reference="G9")], ("duplicate", "paid_twice"), 45_000),
    "listed twice": ([ONE], [ONE, ONE], ("duplicate", "listed_twice"), 45_000),
    "booked twice": ([ONE, replace(ONE, gateway_reference="G9")], [ONE], ("duplicate", "booked_twice"), -45_000),
    "refund there": ([ONE], [ONE, refund(1)], ("refund", "refund_missing_at_us"), -45_000),
    "refund here": ([ONE, refund(1)], [ONE], ("refund", "refund_missing_at_gateway"), 45_000),
    "refund amount": ([refund(1)], [refund(1, 40_000)], ("refund", "refund_amount"), 5_000),
    "refund status": ([refund(1)], [refund(1, status=Status.PENDING)], ("refund", "refund_status"), 45_000),
    "refund twice": ([refund(1)], [refund(1), refund(1)], ("refund", "refund_twice"), -45_000),
}


@pytest.mark.parametrize("name", CASES)
def test_one_difference(desk: Desk, name: str) -> None:
    ours, theirs, (outcome, cause), money = CASES[name]
    done = desk.run([payment(500), *ours], [payment(500), *theirs])
    (found,) = differences(done)
    assert (found["outcome"], found["cause"], found["difference"]) == (outcome, cause, money)
    assert found["likely_cause"]
    assert found["next_step"]
    assert done.books.theirs.net - done.books.ours.net == money
    assert not done.books.closed


NOTHING: dict[str, tuple[list[Line], list[Line]]] = {
    "never paid": ([replace(ONE, status=Status.PENDING)], []),
    "failed here": ([replace(ONE, status=Status.FAILED)], []),
    "failed there": ([], [replace(ONE, status=Status.FAILED)]),
    "reversed there": ([], [replace(ONE, status=Status.REVERSED)]),
    "amount of nothing": ([replace(ONE, status=Status.FAILED)], [payment(1, 9, status=Status.FAILED)]),
    "a charge of the gateway's": ([], [Line(Kind.FEE, None, None, 5_000, Status.PAID, NOON)]),
    "a fee that only they know": ([ONE], [replace(ONE, fee=1_100)]),
    "twice on both sides": ([ONE, replace(ONE, gateway_reference="G9")], [replace(ONE, gateway_reference="G9"), ONE]),
    "gateway's reference alone": ([ONE], [replace(ONE, reference=None)]),
    "our reference alone": ([replace(ONE, gateway_reference=None)], [ONE]),
    "refund by its own reference": (
        [refund(1, gateway_reference=None, refund_reference="RF1")],
        [refund(1, reference=None, gateway_reference="X", refund_reference="RF1")],
    ),
    "two parts of a refund": (
        [refund(1, 1_000, gateway_reference=None), refund(1, 2_000, gateway_reference=None)],
        [refund(1, 2_000, gateway_reference="B"), refund(1, 1_000, gateway_reference="A")],
    ),
}


@pytest.mark.parametrize("name", NOTHING)
def test_no_difference(desk: Desk, name: str) -> None:
    ours, theirs = NOTHING[name]
    done = desk.run([payment(500), *ours], [payment(500), *theirs])
    assert said(done) == []
    assert done.books.closed


def test_another_gateway_reference_is_remarked_and_matches(desk: Desk) -> None:
    done = desk.run([ONE], [replace(ONE, gateway_reference="G9")])
    assert done.books.part("matched").lines == 1


def test_fees_and_refunds_stand_apart(desk: Desk) -> None:
    theirs = [payment(1, fee=1_100), refund(1, 5_000), Line(Kind.FEE, None, "M11", 20_000, Status.PAID, NOON)]
    done = desk.run([payment(1), refund(1, 5_000)], theirs)
    assert done.books.closed
    assert (done.books.theirs.paid, done.books.theirs.refunded, done.books.theirs.fees) == (45_000, 5_000, 21_100)


class TestCutOff:
    """Created 23:59, paid 00:01: it belongs to the day of the gateway."""

    LATE = datetime(2026, 11, 20, 23, 59, 50, tzinfo=NOON.tzinfo)

    def test_a_pair_across_midnight_is_a_pair_and_the_next_day_knows(self, desk: Desk) -> None:
        theirs = payment(1, at=self.LATE)
        ours = replace(theirs, at=self.LATE + timedelta(seconds=20))
        friday = desk.run([ours], [theirs])
        assert friday.books.closed
        assert friday.books.part("cut_off").difference == 45_000
        monday = desk.run([ours], [], day=datetime(2026, 11, 23).date())
        assert said(monday) == []
        assert monday.books.part("cut_off").difference == -45_000

    def test_what_comes_in_the_next_file_is_carried_to_it(self, desk: Desk) -> None:
        ours = payment(1, at=self.LATE)
        friday = desk.run([ours], [])
        assert said(friday) == [("missing_at_gateway", "cut_off_next", "LT000001")]
        assert friday.books.closed
        theirs = replace(ours, at=self.LATE + timedelta(seconds=20))
        monday = desk.run([ours], [theirs], day=datetime(2026, 11, 23).date())
        assert said(monday) == []

    def test_what_does_not_come_there_either_is_missing(self, desk: Desk) -> None:
        desk.run([payment(1, at=self.LATE)], [])
        monday = desk.run([payment(1, at=self.LATE)], [], day=datetime(2026, 11, 23).date())
        assert said(monday) == [("missing_at_gateway", "cut_off_twice", "LT000001")]
        assert not monday.books.closed

    def test_early_ones_ask_for_the_previous_session(self, desk: Desk) -> None:
        early = payment(1, at=datetime(2026, 11, 20, 0, 0, 5, tzinfo=NOON.tzinfo))
        assert said(desk.run([early], [])) == [("missing_at_gateway", "cut_off_previous", "LT000001")]
        desk.run([], [], day=datetime(2026, 11, 19).date())
        assert said(desk.run([early], [])) == [("missing_at_gateway", "not_settled", "LT000001")]

    def test_our_lines_of_other_days_are_not_asked_for(self, desk: Desk) -> None:
        done = desk.run([payment(1, at=NOON - timedelta(days=1)), payment(2, at=NOON + timedelta(days=9))], [])
        assert said(done) == []
        assert done.books.ours.net == 0
