"""Two sides in a folder, a run over them, and what it said."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from reconciliation.engine import MIB, Limits
from reconciliation.layout import CANONICAL, Layout
from reconciliation.lines import Kind, Line, Status
from reconciliation.ports import Exported, write_lines
from reconciliation.reconcile import Done, Request, reconcile
from schemas.base import ZONE

FRIDAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=ZONE)
NOW = datetime(2026, 11, 21, 1, tzinfo=UTC)
SMALL = Limits(memory=128 * MIB, threads=1)


def payment(number: int, amount: int = 45_000, **more: Any) -> Line:
    """A paid one, at noon."""
    values: dict[str, Any] = {"at": NOON + timedelta(seconds=number), "status": Status.PAID, **more}
    return Line(Kind.PAYMENT, f"LT{number:06d}", f"G{number:06d}", amount, **values)


def refund(number: int, amount: int = 45_000, **more: Any) -> Line:
    """Of the payment of that number."""
    line = replace(payment(number, amount), kind=Kind.REFUND, gateway_reference=f"R{number:06d}")
    return replace(line, **more)


@dataclass
class Desk:
    """A folder of runs, of one gateway."""

    folder: Path

    def run(
        self,
        ours: Iterable[Line],
        theirs: Iterable[Line],
        day: date = FRIDAY,
        layout: Layout | None = None,
        **more: Any,
    ) -> Done:
        """One more run."""
        statement = self.folder / "theirs.csv"
        write_lines(theirs, statement)
        wanted = layout or CANONICAL.model_copy(update={"allow_empty": True})
        request = Request("vnpay", day, statement, wanted, self.folder / "out", NOW, limits=SMALL, **more)
        return reconcile(request, _Lines(list(ours)))


@dataclass
class _Lines:
    lines: list[Line]

    def export(self, system: str, since: datetime, until: datetime, folder: Path) -> Exported:
        path = folder / "ours.lines.csv"
        write_lines((one for one in self.lines if since <= one.at < until), path)
        return Exported(path, "test")


def differences(done: Done) -> list[dict[str, Any]]:
    """Those of the JSON report."""
    found: list[dict[str, Any]] = json.loads((done.folder / "report.json").read_text("utf-8"))["differences"]
    return found


def said(done: Done) -> list[tuple[str, str, str]]:
    """(outcome, cause, reference) of every difference, in order."""
    return [(one["outcome"], one["cause"], one["reference"]) for one in differences(done)]
