"""A layout in YAML: every mistake at once, with its place."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from reconciliation.layout import Layout
from reconciliation.layout_file import load_layout

GOOD = """
columns: {reference: Mã đơn hàng, amount: Số tiền, status: TT, time: [Ngày, Giờ]}
amount: {decimal: ",", thousands: ".", negative: refund}
time: {formats: ["%d/%m/%Y %H:%M:%S"]}
statuses: {00: paid, "01": pending}
totals: {column: 1, starts_with: Tổng, count: 2}
calendar: {merge: false, cut_off: "22:00", margin: 30m, days_off: [2026-12-31]}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "vnpay.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_layout(tmp_path: Path) -> None:
    found, findings = load_layout(written(tmp_path, GOOD), Layout)
    assert findings == []
    assert found is not None
    assert dict(found.statuses) == {"00": "paid", "01": "pending"}
    assert (found.calendar.cut_off, found.calendar.margin) == (time(22), 1800)


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("negative: refund", "negative: ignore", (3, 50)),
        ('decimal: ","', 'decimal: "."', (3, 9)),
        ("statuses:", "states:", (5, 1)),
        ("%d/%m/%Y %H", "%d/%m/%Y %I", (4, 18)),
        (", count: 2", "", (6, 9)),
        ("reference: Mã đơn hàng, ", "", (2, 10)),
    ],
)
def test_mistakes_have_places(tmp_path: Path, before: str, after: str, place: tuple[int, int]) -> None:
    found, findings = load_layout(written(tmp_path, GOOD.replace(before, after)), Layout)
    assert found is None
    assert place in [(one.line, one.column) for one in findings]
    assert all(" - " in one.text("en") for one in findings)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    found, findings = load_layout(tmp_path / "nothing.yaml", Layout)
    assert (found, [one.code for one in findings]) == (None, ["LT004"])
