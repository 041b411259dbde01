"""Our side out of a real ledger: what gateways proved, folded into lines."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bus.ledger import Ledger, LedgerError, NewMessage
from reconciliation.ledger import LedgerLines
from reconciliation.lines import HEADER
from schemas.base import ZONE
from schemas.registry import validate

DAY = datetime(2026, 11, 20, tzinfo=ZONE)
NOON = DAY + timedelta(hours=12)


def noticed(
    reference: str, outcome: str, amount: int | None = 45_000, at: datetime = NOON, **more: Any
) -> dict[str, Any]:
    said = {"system": "vnpay", "reference": reference, "order_code": f"O-{reference}", "origin": "notice"}
    data = {**said, "outcome": outcome, "amount": amount, "at": at.isoformat(), **more}
    return {"type": "payment.noticed", "data": data}


def attempted(reference: str) -> dict[str, Any]:
    line = {"kind": "charge", "name": "Lệ phí ví dụ", "amount": 45_000}
    order = {
        "order_code": f"O-{reference}", "dossier_code": "H49.44.01-261120-0001", "procedure_code": "9.999998",
        "lines": [line], "amount": 45_000, "text": "Nop le phi",
    }  # fmt: skip
    times = {"created_at": NOON.isoformat(), "expires_at": (NOON + timedelta(minutes=15)).isoformat()}
    data = {"order": order, "number": 1, "system": "vnpay", "reference": reference, "amount": 45_000, **times}
    return {"type": "payment.attempted", "data": data}


async def kept(url: str, messages: list[dict[str, Any]]) -> None:
    """A ledger with these, a second apart."""
    ledger = Ledger(url, id=1)
    try:
        for number, one in enumerate(messages):
            at = NOON.timestamp() + number
            id = f"{int(at * 1000):012x}"
            new = NewMessage(
                id=f"{id[:8]}-{id[8:]}-7000-8000-{number:012d}", client="test", source="/test", key=str(number),
                type=one["type"], subject="x", time=at, received_at=at, schema="1",
                data=json.dumps(one["data"]), receipt=str(number), digest="x", targets=(),
            )  # fmt: skip
            assert not isinstance(await ledger.accept([new]), Exception)
    finally:
        await ledger.close()


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


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty ledger's URL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    found: str = request.getfixturevalue("database")
    return found


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
