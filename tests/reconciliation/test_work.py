"""Work items: one a difference, with an owner and a state, through all runs of its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from reconciliation.runs import Day
from reconciliation.work import NoItem, Recorded, State, Work
from tests.command.conftest import Command, lienthong
from tests.reconciliation.books import FRIDAY, Desk, payment

__all__ = ["lienthong"]
NOW = datetime(2026, 11, 21, 1, tzinfo=UTC)


def found(reference: str, outcome: str = "missing_at_us", **more: Any) -> dict[str, Any]:
    keys = {"kind": "payment", "reference": reference, "gateway_reference": f"G-{reference}", "refund_reference": None}
    told = {"outcome": outcome, "cause": "notice_lost", "subject": None, "difference": 45_000, "carried": False}
    return {**keys, **told, **more}


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return Work(tmp_path)


@pytest.fixture
def place(tmp_path: Path) -> Day:
    return Day(tmp_path, "payments", "vnpay", FRIDAY)


def states(work: Work) -> list[tuple[int, str, State]]:
    return [(one.number, one.reference or "", one.state) for one in work.items()]


def test_one_item_a_difference(work: Work, place: Day) -> None:
    assert work.record(place, 1, [found("A"), found("B")], "accounts", NOW) == Recorded(opened=2)
    assert work.record(place, 2, [found("A", difference=50_000), found("B")], "accounts", NOW) == Recorded(left=2)
    (first, _) = work.items()
    assert (first.difference, first.run, first.owner, first.day) == (50_000, 2, "accounts", "2026-11-20")


def test_two_of_the_same_identity_are_two(work: Work, place: Day) -> None:
    assert work.record(place, 1, [found("A"), found("A")], "accounts", NOW).opened == 2
    assert work.record(place, 2, [found("A")], "accounts", NOW) == Recorded(left=1, closed=1)


def test_without_an_owner_none_are_made(work: Work, place: Day) -> None:
    assert work.record(place, 1, [found("A")], None, NOW) == Recorded()
    assert work.items() == []


def test_what_the_next_session_settles_is_no_work(work: Work, place: Day) -> None:
    assert work.record(place, 1, [found("A", carried=True)], "accounts", NOW) == Recorded()


def test_what_is_gone_is_settled_by_the_run_and_what_is_back_is_open(work: Work, place: Day) -> None:
    work.record(place, 1, [found("A"), found("B")], "accounts", NOW)
    work.take(1, "nguyen.vi.du", "asking the bank", NOW)
    work.record(place, 2, [found("B")], None, NOW)
    assert states(work) == [(1, "A", State.SETTLED), (2, "B", State.OPEN)]
    assert work.items()[0].closed_run == 2
    assert work.items()[0].note == "asking the bank"
    work.record(place, 3, [found("A"), found("B")], None, NOW)
    assert states(work)[0] == (1, "A", State.OPEN)
    assert work.items()[0].closed_run is None


def test_what_is_accepted_stays_so_until_it_is_gone(work: Work, place: Day) -> None:
    work.record(place, 1, [found("A")], "accounts", NOW)
    work.settle(1, State.ACCEPTED, "the gateway's contract says so", NOW)
    work.record(place, 2, [found("A")], "accounts", NOW)
    assert states(work) == [(1, "A", State.ACCEPTED)]
    work.record(place, 3, [], "accounts", NOW)
    assert states(work) == [(1, "A", State.SETTLED)]


def test_another_day_and_another_system_are_left_alone(work: Work, place: Day) -> None:
    work.record(place, 1, [found("A")], "accounts", NOW)
    work.record(replace(place, day=date(2026, 11, 23)), 1, [], "accounts", NOW)
    work.record(replace(place, system="momo"), 1, [], "accounts", NOW)
    assert states(work) == [(1, "A", State.OPEN)]
    assert work.items(system="momo") == []
    assert len(work.items(day=FRIDAY, states=(State.OPEN,), owner="accounts", kind="payments")) == 1


def test_no_such_item(work: Work) -> None:
    with pytest.raises(NoItem, match="no work item 7"):
        work.take(7, "accounts", None, NOW)


def test_a_run_leaves_what_becomes_work(desk: Desk, tmp_path: Path) -> None:
    done = desk.run([payment(1), payment(2)], [payment(2, 50_000), payment(3)])
    place = Day(desk.folder / "out", "payments", "vnpay", FRIDAY)
    (first, second, third) = place.differences(done.number)
    assert (first["outcome"], first["reference"], first["difference"]) == ("missing_at_us", "LT000003", 45_000)
    assert (second["outcome"], third["outcome"]) == ("missing_at_gateway", "amount")


def test_the_commands(lienthong: Command, work: Work, place: Day, tmp_path: Path) -> None:
    work.record(place, 1, [found("A"), found("B")], "accounts", NOW)
    out = ("--out", tmp_path)
    taken = lienthong("reconcile", "work", "take", "1", "--owner", "nguyen.vi.du", *out, "--json").json()
    assert (taken["state"], taken["owner"]) == ("in_progress", "nguyen.vi.du")
    lienthong("reconcile", "work", "settle", "1", "--accept", "--note", "agreed with the bank", *out)
    listed = lienthong("reconcile", "work", "list", "--date", "2026-11-20", *out)
    assert listed.out.splitlines()[1:] == ["2\tvnpay\t2026-11-20\tmissing at us\tB\t45,000\topen\taccounts\t"]
    everything = lienthong("reconcile", "work", "list", "--state", "all", *out, "--json").json()["items"]
    assert [(one["state"], one["note"]) for one in everything] == [("accepted", "agreed with the bank"), ("open", None)]
    assert lienthong("reconcile", "work", "take", "9", "--owner", "x", *out).err.startswith(
        "LT107 there is no work item 9"
    )
    assert "--state" in lienthong("reconcile", "work", "list", "--state", "done", *out).err
