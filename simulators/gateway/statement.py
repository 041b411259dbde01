"""The settlement file of a day, and differences planted in it. Gateways do not publish their layouts: the columns are
those that a reconciliation reads without being told a layout."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from random import Random
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .books import Books, Movement
from .times import local

HEADER = ("kind", "reference", "gateway_reference", "refund_reference", "amount", "fee", "status", "time", "subject")
TIME = "%Y-%m-%d %H:%M:%S"
# what a changed amount is off by, in dong
OFF = 1000
Status = Literal["paid", "pending", "failed", "reversed"]


class Planted(BaseModel):
    """How many lines of a file are wrong in which way; which lines, chance decides by `seed`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    missing: int = Field(default=0, ge=0)
    amount: int = Field(default=0, ge=0, description=f"lines with {OFF} dong too much")
    doubled: int = Field(default=0, ge=0)
    status: int = Field(default=0, ge=0, description="paid lines that say failed, others that say paid")
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line. Amounts in dong, `at` in seconds since 1970."""

    kind: Literal["payment", "refund"]
    reference: str
    gateway_reference: str
    refund_reference: str
    amount: int
    fee: int
    status: Status
    at: float

    def cells(self) -> tuple[str, ...]:
        """As a row under `HEADER`."""
        keys = (self.kind, self.reference, self.gateway_reference, self.refund_reference)
        return (*keys, str(self.amount), str(self.fee), self.status, local(self.at).strftime(TIME), "")


@dataclass(frozen=True, slots=True)
class Difference:
    """One planted difference: the line as the books have it."""

    what: Literal["missing", "amount", "doubled", "status"]
    line: Line

    def as_json(self) -> dict[str, Any]:
        """As the control page shows it."""
        return {"what": self.what, **asdict(self.line)}


@dataclass(frozen=True, slots=True)
class Statement:
    """A file: its lines, and what is wrong with them."""

    day: date
    lines: tuple[Line, ...]
    planted: tuple[Difference, ...]

    def csv(self, delimiter: str = ",") -> bytes:
        """UTF-8, a header, a line break after every line."""
        text = io.StringIO()
        writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(line.cells() for line in self.lines)
        return text.getvalue().encode()


def statement(books: Books, day: date, planted: Planted | None = None) -> Statement:
    """The file of a day. What was paid and reversed on the same day is one line."""
    lines = settled(books.of_day(day))
    wrong = planted or Planted()
    places = Random(f"{wrong.seed}:{day}").sample(range(len(lines)), len(lines))
    found: list[Difference] = []
    changed: dict[int, tuple[Line, ...]] = {}
    for what, change in _CHANGES.items():
        for _ in range(min(getattr(wrong, what), len(places))):
            place = places.pop()
            changed[place] = change(lines[place])
            found.append(Difference(what, lines[place]))
    told = [one for place, line in enumerate(lines) for one in changed.get(place, (line,))]
    return Statement(day, tuple(told), tuple(found))


def settled(movements: Sequence[Movement]) -> list[Line]:
    """The lines of one day's movements."""
    kinds: dict[str, set[str]] = {}
    for entry in movements:
        kinds.setdefault(entry.gateway_reference, set()).add(entry.kind)
    return [_line(entry, kinds[entry.gateway_reference]) for entry in movements if _told(entry, kinds)]


def _told(entry: Movement, kinds: dict[str, set[str]]) -> bool:
    same = kinds[entry.gateway_reference]
    if entry.kind == "reversal":
        return "payment" not in same
    return not (entry.kind == "held" and same & {"payment", "void"})


def _line(entry: Movement, same: set[str]) -> Line:
    status: Status = "paid"
    if entry.kind == "held":
        status = "pending"
    elif entry.kind in ("reversal", "void") or (entry.kind == "payment" and "reversal" in same):
        status = "reversed"
    return Line(
        "refund" if entry.kind == "refund" else "payment",
        entry.reference,
        entry.gateway_reference,
        entry.refund_reference,
        entry.amount,
        entry.fee if status == "paid" else 0,
        status,
        entry.at,
    )


_CHANGES: dict[Literal["missing", "amount", "doubled", "status"], Callable[[Line], tuple[Line, ...]]] = {
    "missing": lambda line: (),
    "amount": lambda line: (replace(line, amount=line.amount + OFF),),
    "doubled": lambda line: (line, line),
    "status": lambda line: (replace(line, status="failed" if line.status == "paid" else "paid"),),
}

__all__ = ["HEADER", "OFF", "Difference", "Line", "Planted", "Statement", "settled", "statement"]
