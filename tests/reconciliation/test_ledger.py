"""Our side out of a real ledger: what gateways proved, folded into lines."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bus.ledger import LedgerError
from reconciliation.ledger import LedgerLines
from reconciliation.lines import HEADER
from schemas.registry import validate
from tests.reconciliation.ledgers import DAY, NOON, attempted, kept, noticed


def exported(url: str, folder: Path) -> list[tuple[str, ...]]:
    """(kind, reference, gateway reference, amount, status) of every line."""
    folder.mkdir()
    found = LedgerLines(url).export("vnpay", DAY, DAY + timedelta(days=1), folder)
    rows = found.path.read_text("utf-8").splitlines()
    assert rows[0] == ",".join(HEADER)
    cells = [dict(zip(HEADER, row.split(","), strict=True)) for row in rows[1:]]
    return [
        tuple(one[name] for name in ("kind", "reference", "gateway_reference", "amount", "status")) for one in cells
    ]


MESSAGES = [
    attempted("PAID"), noticed("PAID", "pending"), noticed("PAID", "paid", gateway_reference="G1"),
    noticed("PAID", "paid", gateway_reference="G1"), noticed("PAID", "paid"),
    noticed("TWICE", "paid", gateway_reference="G2"), noticed("TWICE", "paid", gateway_reference="G3"),
    attempted("SILENT"), noticed("FAILED", "failed", None), noticed("LATE", "expired", None),
    noticed("LATE", "paid", gateway_reference="G4"),
    noticed("BACK", "paid", gateway_reference="G5"), noticed("BACK", "reversed", gateway_reference="G5"),
    noticed("PAID", "refunding", 5_000, refund_reference="RF1"),
    noticed("PAID", "refunded", 5_000, refund_reference="RF1", gateway_refund_reference="R1"),
    noticed("OTHERDAY", "paid", at=NOON + timedelta(days=2), gateway_reference="G6"),
    {"type": "payment.noticed", "data": {**noticed("ELSE", "paid")["data"], "system": "momo"}},
]  # fmt: skip
LINES = [
    ("payment", "BACK", "G5", "45000", "reversed"),
    ("payment", "FAILED", "", "0", "failed"),
    ("payment", "LATE", "G4", "45000", "paid"),
    ("payment", "PAID", "G1", "45000", "paid"),
    ("payment", "SILENT", "", "45000", "pending"),
    ("payment", "TWICE", "G2", "45000", "paid"),
    ("payment", "TWICE", "G3", "45000", "paid"),
    ("refund", "PAID", "R1", "5000", "paid"),
]


async def test_lines(url: str, tmp_path: Path) -> None:
    assert [validate(one["type"], None, json.dumps(one["data"]).encode()) for one in MESSAGES] == [[]] * len(MESSAGES)
    await kept(url, MESSAGES)
    assert sorted(exported(url, tmp_path / "work")) == LINES


async def test_an_empty_ledger_has_no_lines(url: str, tmp_path: Path) -> None:
    await kept(url, [])
    assert exported(url, tmp_path / "work") == []


def test_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    with pytest.raises(LedgerError):
        LedgerLines(f"sqlite:///{tmp_path}/nothing.db").export("vnpay", DAY, DAY, tmp_path / "work")
