"""Settlement files of gateways as tests write them, and what is read from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from reconciliation.engine import engine
from reconciliation.layout import Layout
from reconciliation.refusals import Flaw, Refused
from reconciliation.statements import read
from tests.reconciliation.books import SMALL

REACH = (datetime(2026, 11, 19), datetime(2026, 11, 22))
COLUMNS = "kind, reference, gateway_reference, refund_reference, amount, fee, status, moment, subject"

# A bank's way of writing: Vietnamese names, dots between thousands, a day and a clock.
BANK: Mapping[str, Any] = {
    "columns": {
        "reference": "Mã đơn hàng",
        "gateway_reference": "Mã giao dịch",
        "amount": "Số tiền",
        "status": "Trạng thái",
        "time": ["Ngày", "Giờ"],
    },
    "amount": {"decimal": ",", "thousands": "."},
    "time": {"formats": ["%d/%m/%Y %H:%M:%S"]},
    "statuses": {"Thành công": "paid", "Thất bại": "failed"},
}
BANK_TEXT = (
    "STT;Mã giao dịch;Ngày;Giờ;Số tiền;Trạng thái;Mã đơn hàng\r\n"
    "1;G1;20/11/2026;08:30:00;45.000;Thành công;LT1\r\n"
    "2;G2;20/11/2026;23:59:59;1.250.000,00;Thất bại;LT2\r\n"
)
BANK_ROWS = [
    ("payment", "LT1", "G1", None, 45_000, None, "paid", datetime(2026, 11, 20, 8, 30), None),
    ("payment", "LT2", "G2", None, 1_250_000, None, "failed", datetime(2026, 11, 20, 23, 59, 59), None),
]


def layout(base: Mapping[str, Any] = BANK, **more: Any) -> Layout:
    """`base` with some sections changed."""
    return Layout.model_validate({**base, **more})


def lines(path: Path, described: Layout, fast: bool = True) -> list[tuple[Any, ...]]:
    """The canonical lines, in the order of the file. Raises `Refused`."""
    with engine(SMALL) as (connection, work):
        read(connection, path, path.name, described, "theirs", REACH, work, fast=fast)
        return connection.execute(f"SELECT {COLUMNS} FROM theirs ORDER BY n").fetchall()


def flaw(path: Path, described: Layout, fast: bool = True) -> Flaw:
    """The first reason why it is refused."""
    try:
        found = lines(path, described, fast)
    except Refused as error:
        for language in ("en", "vi"):
            assert all(line.count(" - ") >= 1 for line in error.lines(language))
        return error.flaws[0]
    raise AssertionError(f"it was read: {found}")


def at(found: Flaw) -> tuple[str, int, int]:
    """What and where."""
    return found.code, found.line, found.column
