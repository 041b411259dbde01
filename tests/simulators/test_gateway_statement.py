"""A settlement file of the simulators, read by the reconciliation itself without any layout being told."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from reconciliation.layout import CANONICAL
from simulators.gateway import Books
from simulators.gateway.statement import statement

from ..reconciliation.files import layout, lines
from .gateways import NOW

AT = NOW - 2 * 86_400
MOMENT = datetime(2026, 11, 20, 8, 30)


@pytest.mark.parametrize("delimiter", [",", "|", ";", "\t"])
def test_the_reconciliation_reads_it(tmp_path: Path, delimiter: str) -> None:
    books = Books()
    books.enter("payment", "A1", "G1", 150_000, AT, fee=1_650)
    books.enter("payment", "A2", "G2", 45_000, AT, fee=495)
    books.enter("reversal", "A2", "G2", 45_000, AT, fee=-495)
    books.enter("held", "A,|3", "G3", 10_000, AT)
    books.enter("refund", "A1", "G4", 50_000, AT, refund_reference="RF1")
    path = tmp_path / "20261120.csv"
    path.write_bytes(statement(books, date(2026, 11, 20)).csv(delimiter))
    described = layout(CANONICAL.model_dump(), delimiter=delimiter)
    assert lines(path, described) == [
        ("payment", "A1", "G1", None, 150_000, 1_650, "paid", MOMENT, None),
        ("payment", "A2", "G2", None, 45_000, 0, "reversed", MOMENT, None),
        ("payment", "A,|3", "G3", None, 10_000, 0, "pending", MOMENT, None),
        ("refund", "A1", "G4", "RF1", 50_000, 0, "paid", MOMENT, None),
    ]
