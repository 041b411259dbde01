"""The gateway's own query as the other side: its newest answer after the day, and who has not answered."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from reconciliation.answers import Answers
from reconciliation.days import Calendar, session
from reconciliation.layout import CANONICAL
from reconciliation.ledger import LedgerLines
from reconciliation.reconcile import Done, Request, again, reconcile
from reconciliation.runs import Day
from tests.reconciliation.books import FRIDAY, NOW, SMALL, differences, said
from tests.reconciliation.ledgers import DAY, NOON, answered, attempted, kept, noticed


def run(url: str, folder: Path) -> Done:
    wanted = Request("vnpay", FRIDAY, Answers(url), CANONICAL, folder / "out", NOW, limits=SMALL)
    return reconcile(wanted, LedgerLines(url))


def paid(reference: str, **more: Any) -> dict[str, Any]:
    return noticed(reference, "paid", gateway_reference=f"G-{reference}", **more)


def confirmed(reference: str, **more: Any) -> dict[str, Any]:
    return answered(reference, "paid", gateway_reference=f"G-{reference}", **more)


async def test_everything_is_answered_and_the_same(url: str, tmp_path: Path) -> None:
    await kept(
        url,
        [
            paid("A"), noticed("A", "refunded", 5_000, refund_reference="RF1", gateway_refund_reference="R1"),
            attempted("OPEN"), noticed("DEAD", "failed", None),
            confirmed("A"), answered("A", "refunded", 5_000, refund_reference="RF1", gateway_refund_reference="R1"),
            answered("OPEN", "not_found", None),
        ],
    )  # fmt: skip
    done = run(url, tmp_path)
    assert (said(done), done.books.closed) == ([], True)
    assert (done.books.theirs.paid, done.books.theirs.refunded) == (45_000, 5_000)
    assert done.inputs["statement"]["file"] == "answers of vnpay"
    assert again(Day(tmp_path / "out", "payments", "vnpay", FRIDAY), 1, SMALL).changed == ()


async def test_every_way_of_differing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    await kept(
        url,
        [
            paid("LOST"), paid("LESS"), attempted("LATE"), paid("TAKEN"), paid("SILENT"), attempted("ASKED-TOO-SOON"),
            answered("LOST", "not_found", None), confirmed("LESS", amount=40_000),
            answered("LATE", "paid", gateway_reference="G-LATE"),
            answered("TAKEN", "paid", gateway_reference="G-TAKEN"),
            answered("TAKEN", "reversed", gateway_reference="G-TAKEN"),
            answered("ASKED-TOO-SOON", "pending", None, days=0),
        ],
    )  # fmt: skip
    done = run(url, tmp_path)
    found = said(done)
    assert found[:2] == [("missing_at_gateway", "not_settled", "LOST"), ("amount", "under", "LESS")]
    assert sorted(found[2:]) == [
        ("unanswered", "not_answered", "ASKED-TOO-SOON"),
        ("unanswered", "not_answered", "SILENT"),
    ]
    assert not done.books.closed
    assert "--ask" in next(one["next_step"] for one in differences(done) if one["outcome"] == "unanswered")


async def test_only_what_came_after_the_day_is_its_last_word(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    await kept(url, [paid("A"), confirmed("A", days=0), confirmed("B", days=0)])
    assert [outcome for outcome, _, _ in said(run(url, tmp_path))] == ["unanswered", "unanswered"]


async def test_who_is_to_be_asked(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    await kept(url, [paid("A"), attempted("B"), noticed("C", "failed", None), paid("D"), confirmed("D")])
    (tmp_path / "work").mkdir()
    whole = session(FRIDAY, Calendar())
    ours = LedgerLines(url).export("vnpay", DAY, DAY + timedelta(days=1), tmp_path / "work").path
    silent = Answers(url).unanswered("vnpay", whole, ours, tmp_path / "work")
    assert silent == [("A", "O-A"), ("B", "O-B")]
    later = Answers(url, since=NOON + timedelta(days=2)).unanswered("vnpay", whole, ours, tmp_path / "work")
    assert later == [("A", "O-A"), ("B", "O-B"), ("D", "O-D")]


async def test_a_repetition_asks_nobody(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    await kept(url, [paid("A")])
    made = run(url, tmp_path)
    report = json.loads((made.folder / "report.json").read_text("utf-8"))
    (tmp_path / "ledger.db").unlink()
    assert again(Day(tmp_path / "out", "payments", "vnpay", FRIDAY), 1, SMALL).changed == ()
    assert [one["lines"] for one in report["outcomes"] if one["outcome"] == "unanswered"] == [1]
