"""Two books of ours, what gateways' messages prove and what the payment process has booked: agreed, or told apart."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bus.processes.payment.state import Attempt, Mark, Money, PaymentState
from reconciliation.layout import CANONICAL
from reconciliation.ledger import LedgerLines
from reconciliation.own_books import process_books, rows
from reconciliation.reconcile import Request, again, reconcile
from reconciliation.runs import Day
from schemas.payments import Movement, SettlementLine, SettlementStatus
from tests.reconciliation.books import FRIDAY, NOW, SMALL, Desk, payment
from tests.reconciliation.ledgers import DAY, NOON, attempted, kept, noticed

DONE = SettlementStatus.DONE


def line(reference: str, gateway: str | None, amount: int = 45_000, **more: Any) -> SettlementLine:
    values: dict[str, Any] = {"movement": Movement.PAYMENT, "status": DONE, "at": NOON, **more}
    order = values.pop("order_code", f"O-{reference}")
    return SettlementLine(
        system="vnpay", reference=reference, gateway_reference=gateway, amount=amount, order_code=order, **values
    )


def back(reference: str, refund: str, amount: int, **more: Any) -> SettlementLine:
    return line(
        reference, "G1", amount, movement=Movement.REFUND, at=None, refund_reference=refund,
        gateway_refund_reference=f"R-{refund}", **more,
    )  # fmt: skip


MESSAGES = [
    noticed("PAID", "paid", gateway_reference="G1"), attempted("SILENT"), noticed("FAILED", "failed", None),
    noticed("BACK", "paid", gateway_reference="G5"), noticed("BACK", "reversed", gateway_reference="G5"),
    noticed("PAID", "refunded", 5_000, refund_reference="RF1", gateway_refund_reference="R-RF1"),
]  # fmt: skip
BOOKED = [
    line("PAID", "G1"), back("PAID", "RF1", 5_000), line("BACK", "G5"),
    line("BACK", "G5", movement=Movement.REVERSAL, at=None),
]  # fmt: skip


def books(*some: SettlementLine) -> Any:
    return lambda connection, since: iter(some)


def exported(url: str, folder: Path, *booked: SettlementLine) -> tuple[list[dict[str, str]], list[dict[str, str]], int]:
    """Our lines, what differs, and how many have no time."""
    folder.mkdir()
    found = LedgerLines(url, books(*booked)).export("vnpay", DAY, DAY + timedelta(days=1), folder)
    assert found.own is not None
    with found.path.open(encoding="utf-8") as ours, found.own.open(encoding="utf-8") as own:
        return list(csv.DictReader(ours)), list(csv.DictReader(own)), found.undated


def told(lines: Sequence[dict[str, str]]) -> list[tuple[str, ...]]:
    names = ("kind", "reference", "gateway_reference", "amount", "status")
    return [tuple(one[name] for name in names) for one in lines]


async def test_both_agree(url: str, tmp_path: Path) -> None:
    await kept(url, MESSAGES)
    ours, own, undated = exported(url, tmp_path / "work", *BOOKED)
    assert told(ours) == [
        ("payment", "BACK", "G5", "45000", "reversed"),
        ("payment", "FAILED", "", "0", "failed"),
        ("payment", "PAID", "G1", "45000", "paid"),
        ("payment", "SILENT", "", "45000", "pending"),
        ("refund", "PAID", "R-RF1", "5000", "paid"),
    ]
    assert ours[-1]["time"] == "2026-11-20 12:00:00"  # the message's, because the process has none for refunds
    assert (own, undated) == ([], 0)


CASES: dict[str, tuple[list[SettlementLine], tuple[str, ...]]] = {
    "never booked": (BOOKED[1:], ("PAID", "45000", "paid", "", "")),
    "never told": ([*BOOKED, line("NEW", "G9")], ("NEW", "", "", "45000", "paid")),
    "another amount": ([line("PAID", "G1", 46_000), *BOOKED[1:]], ("PAID", "45000", "paid", "46000", "paid")),
    "not reversed": (BOOKED[:3], ("BACK", "45000", "reversed", "45000", "paid")),
    "refund still open": (
        [BOOKED[0], back("PAID", "RF1", 5_000, status=SettlementStatus.PENDING), *BOOKED[2:]],
        ("PAID", "5000", "paid", "5000", "pending"),
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_one_difference(tmp_path: Path, name: str) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    await kept(url, MESSAGES)
    booked, expected = CASES[name]
    _, own, _ = exported(url, tmp_path / "work", *booked)
    names = ("reference", "messages_amount", "messages_status", "process_amount", "process_status")
    assert [tuple(one[name] for name in names) for one in own] == [expected]


async def test_what_has_no_time_at_all_is_counted_and_left_out(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    await kept(url, MESSAGES)
    ours, own, undated = exported(url, tmp_path / "work", *BOOKED, back("PAID", "RF2", 7))
    assert (len(ours), own, undated) == (5, [], 1)


async def test_another_day_is_not_compared(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    await kept(url, MESSAGES)
    _, own, _ = exported(url, tmp_path / "work", *BOOKED, line("LATER", "G7", at=NOON + timedelta(days=3)))
    assert own == []


def test_another_gateway_is_left_out() -> None:
    other = line("X", "G1").model_copy(update={"system": "momo"})
    assert [one[1] for one in rows([other, line("PAID", "G1")], "momo")] == ["X"]


async def test_a_run_says_so_and_is_not_closed(desk: Desk, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    await kept(url, MESSAGES[:1])
    statement = tmp_path / "theirs.csv"
    statement.write_text(
        "kind,reference,gateway_reference,refund_reference,amount,fee,status,time,subject\n"
        "payment,PAID,G1,,46000,,paid,2026-11-20 12:00:00,\n"
    )
    wanted = Request("vnpay", FRIDAY, statement, CANONICAL, desk.folder / "out", NOW, limits=SMALL)
    done = reconcile(wanted, LedgerLines(url, books(line("PAID", "G1", 46_000))))
    assert done.books.part("own_books").lines == 1
    assert done.books.part("matched").lines == 1
    assert not done.books.closed
    assert "PAID,G1,,O-PAID,45000,paid,46000,paid" in (done.folder / "own-books.csv").read_text("utf-8-sig")
    assert "what the payment process has booked" in (done.folder / "report.html").read_text("utf-8")
    assert again(Day(desk.folder / "out", "payments", "vnpay", FRIDAY), 1, SMALL).changed == ()


def test_where_there_is_one_book_nothing_is_said_of_two(desk: Desk) -> None:
    done = desk.run([payment(1)], [replace(payment(1))])
    assert done.books.closed
    assert "own_books" not in {part.outcome for part in done.books.parts}
    assert not (done.folder / "own-books.csv").exists()


def state(reference: str, *moneys: Money) -> PaymentState:
    attempt = Attempt(number=1, system="vnpay", reference=reference, created_at=NOON, amount=45_000, moneys=moneys)
    return PaymentState(order_code=f"O-{reference}", amount=45_000, attempts=(attempt,))


async def test_out_of_the_table_of_the_process(tmp_path: Path) -> None:
    await kept(f"sqlite:///{tmp_path}/ledger.db", MESSAGES[:1])
    money = Money(gateway_reference="G1", mark=Mark.PAID, amounts=(45_000,), at=NOON)
    with sqlite3.connect(tmp_path / "ledger.db") as database:
        database.execute(
            "INSERT INTO process (process, key, version, state, changed_at) VALUES (?, ?, 1, ?, ?)",
            ("payments", "O-PAID", state("PAID", money).model_dump_json(exclude_defaults=True), NOON.timestamp()),
        )
        database.execute("INSERT INTO process_name VALUES ('payment/vnpay/PAID', 'payments', 'O-PAID')")
    database.close()

    (tmp_path / "work").mkdir()
    found = LedgerLines(f"sqlite:///{tmp_path}/ledger.db", process_books).export(
        "vnpay", DAY, DAY + timedelta(days=1), tmp_path / "work"
    )
    assert found.own is not None
    assert found.own.read_text().count("\n") == 1
    assert "PAID,G1,,45000" in found.path.read_text()
