"""Receipts against payments: by the ledger alone, and by the issuer's file."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from reconciliation.ports import Theirs
from reconciliation.receipts import IssuedReceipts, PaidLines
from reconciliation.reconcile import Done, Request, again, reconcile
from reconciliation.runs import Day
from reconciliation.subjects import SUBJECTS
from schemas.registry import validate
from tests.command.conftest import Command, lienthong
from tests.reconciliation.books import FRIDAY, NOW, SMALL, differences, said
from tests.reconciliation.ledgers import NOON, kept

__all__ = ["lienthong"]
CODE = "H49.44.01-261120-0001"


def fact(type: str, reference: str, state: str, **more: Any) -> dict[str, Any]:
    about = {"order_code": f"O-{reference}", "dossier_code": CODE, "system": "vnpay", "reference": reference}
    return {"type": type, "data": {**about, "order_state": state, **more}}


def paid(reference: str, amount: int = 45_000, **more: Any) -> dict[str, Any]:
    return {**fact("payment.paid", reference, "paid", amount=amount), **more}


def receipt(reference: str, number: str, amount: int | None = 45_000, **more: Any) -> dict[str, Any]:
    about = {"order_code": f"O-{reference}", "dossier_code": CODE, "system": "vnpay", "reference": reference}
    return {"type": "receipt.issued", "data": {**about, "number": number, "serial": "AA/26E", "amount": amount, **more}}


def run(url: str, folder: Path, theirs: Theirs | Path | None = None) -> Done:
    default = SUBJECTS["receipts"].default
    wanted = Request(
        "vnpay", FRIDAY, theirs or IssuedReceipts(url), default, folder / "out", NOW, kind="receipts", limits=SMALL
    )
    return reconcile(wanted, PaidLines(url))


async def test_every_payment_has_its_receipts(url: str, tmp_path: Path) -> None:
    messages = [
        paid("A"), receipt("A", "1"), receipt("A", "1"), paid("B", 50_000),
        receipt("B", "2", 20_000, kind="fee"), receipt("B", "3", 30_000, kind="charge"),
        paid("UNSAID"), receipt("UNSAID", "4", None),
        paid("TAKEN"), fact("payment.reversed", "TAKEN", "reversed", amount=45_000, covered=False),
    ]  # fmt: skip
    assert [validate(one["type"], None, json.dumps(one["data"]).encode()) for one in messages] == [[]] * 10
    await kept(url, messages)
    done = run(url, tmp_path)
    assert (said(done), done.books.closed) == ([], True)
    assert (done.books.ours.payments, done.books.ours.paid, done.books.theirs.paid) == (3, 140_000, 140_000)
    assert again(Day(tmp_path / "out", "receipts", "vnpay", FRIDAY), 1, SMALL).changed == ()


async def test_what_is_wrong_with_receipts(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    await kept(
        url,
        [
            paid("NONE"), paid("HALF", 50_000), receipt("HALF", "1", 20_000, kind="fee"),
            paid("TWICE"), receipt("TWICE", "2"), receipt("TWICE", "3"),
            paid("TAKEN"), receipt("TAKEN", "4"),
            fact("payment.reversed", "TAKEN", "reversed", amount=45_000, covered=False),
            paid("LATER", received=NOON + timedelta(days=1)),
        ],
    )  # fmt: skip
    done = run(url, tmp_path)
    assert said(done) == [
        ("missing_at_gateway", "not_settled", "NONE"),
        ("amount", "under", "HALF"),
        ("amount", "over", "TWICE"),
        ("status", "reversed_here", "TAKEN"),
    ]
    assert [one["likely_cause"] for one in differences(done)][::3] == [
        "the payment has no receipt yet",
        "the payment was taken back, the receipt still stands",
    ]
    assert "Reconciliation of receipts: vnpay" in (done.folder / "report.html").read_text("utf-8")


async def test_the_command_against_the_issuers_file(lienthong: Command, tmp_path: Path) -> None:
    await kept(f"sqlite:///{tmp_path}/ledger.db", [paid("A", 50_000), paid("B")])
    (tmp_path / "bus.yaml").write_text(f"unit: H49\nledger: {{url: 'sqlite:///{tmp_path}/ledger.db'}}\n")
    (tmp_path / "issuer.yaml").write_text("columns: {reference: mã, gateway_reference: số, amount: tiền}\n")
    (tmp_path / "issuer.csv").write_text("mã,số,tiền\nA,1,20000\nA,2,30000\nC,3,7000\n")
    files = ("--statement", tmp_path / "issuer.csv", "--layout", tmp_path / "issuer.yaml", "--out", tmp_path / "out")
    call = ("reconcile", "receipts", "--system", "vnpay", "--date", "2026-11-20", "-c", tmp_path / "bus.yaml")
    done = lienthong(*call, *files)
    assert done.code == 1
    assert "payment without receipt\t1\t-45,000" in done.out
    assert "receipt without payment\t1\t7,000" in done.out
    assert "receipt over another amount\t0\t0" in done.out
    assert lienthong(*call, "--out", tmp_path / "other", "--json").json()["outcomes"][2]["lines"] == 2
