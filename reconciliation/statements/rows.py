"""Rows of cells with their places, whatever the file is; and the plain form in which the engine reads them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from reconciliation.layout import AnyLayout, Column
from reconciliation.refusals import Flaw, Refused

SEPARATOR, ABSENT = "\x1f", "\x02"
SEARCHED = 50  # rows in which the header is looked for: titles above it are short
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BREAKS = str.maketrans("\r\n", "  ")
_TELL_EVERY = 10_000


class Row(NamedTuple):
    """A row and the number that finds it again: its (first) line, or in JSON which record it is, from 1.

    An absent cell is `None`.
    """

    line: int
    cells: Sequence[str | None]


class Source(Protocol):
    """A file that is read row by row."""

    def rows(self) -> Iterator[Row]:
        """All rows that are not blank, from the beginning, each time anew. Raises `Refused`."""

    def place(self, line: int, index: int) -> tuple[int, int, str]:
        """Line, column (both from 1) and name (or "") of the cell `index` (from 0) of the row `line`."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the columns are: `first` is the first line that is no title. `names` are the cells of the header."""

    first: int
    width: int
    index: dict[Column, int]

    @property
    def wanted(self) -> list[int]:
        """The indexes that are looked at, in order."""
        return sorted(set(self.index.values()))


def same(text: str) -> str:
    """Two names of a column are the same if this is."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def plan(name: str, source: Source, layout: AnyLayout) -> Plan:
    """Find the columns. Raises `Refused`, which says what is missing."""
    return _by_name(name, source, layout) if layout.header else _by_number(name, source, layout)


def _by_name(name: str, source: Source, layout: AnyLayout) -> Plan:
    wanted = {column: same(column) for column in layout.needed() if isinstance(column, str)}
    best, near = -1, Row(1, ())
    for number, row in enumerate(source.rows()):
        if number == SEARCHED:
            break
        known = [same(cell or "") for cell in row.cells]
        if all(one in known for one in wanted.values()):
            return _found(name, source, layout, row, known)
        if (hits := sum(one in known for one in wanted.values())) > best:
            best, near = hits, row
    if best < 0:
        raise Refused(name, [Flaw("empty")])
    cells = [same(cell or "") for cell in near.cells]
    missing = ", ".join(str(column) for column, one in wanted.items() if one not in cells)
    found = ", ".join(cell[:40] for cell in near.cells if cell)[:300]
    raise Refused(name, [Flaw("header", near.line, values={"missing": missing, "found": found})])


def _found(name: str, source: Source, layout: AnyLayout, row: Row, known: Sequence[str]) -> Plan:
    index: dict[Column, int] = {}
    for column in layout.needed():
        if isinstance(column, int):
            index[column] = _numbered(name, row, column)
            continue
        index[column] = known.index(same(column))
        if known.count(same(column)) > 1:
            again = known.index(same(column), index[column] + 1)
            raise Refused(name, [Flaw("twice-named", *source.place(row.line, again), {"name": str(column)})])
    return Plan(row.line + 1, len(row.cells), index)


def _by_number(name: str, source: Source, layout: AnyLayout) -> Plan:
    row = next((row for number, row in enumerate(source.rows()) if number >= layout.skip), None)
    if row is None:
        raise Refused(name, [Flaw("no-lines")])
    numbers = [column for column in layout.needed() if isinstance(column, int)]
    index: dict[Column, int] = {column: _numbered(name, row, column) for column in numbers}
    return Plan(row.line, len(row.cells), index)


def _numbered(name: str, row: Row, column: int) -> int:
    if column > len(row.cells):
        values = {"number": str(column), "width": str(len(row.cells))}
        raise Refused(name, [Flaw("no-column", row.line, values=values)])
    return column - 1


def write_plain(
    name: str, source: Source, found: Plan, rows: Iterable[Row], path: Path, told: Callable[[int], object]
) -> int:
    """The wanted cells, one row a line: line number, number of cells, cells. Gives how many. Raises `Refused`."""
    wanted, written = found.wanted, 0
    with path.open("w", encoding="utf-8", newline="") as file:
        for count, row in enumerate(rows, 1):
            cells = row.cells
            if row.line < found.first:
                continue
            there = [cells[at] if at < len(cells) else None for at in wanted]
            joined = SEPARATOR.join(cell if cell is not None else ABSENT for cell in there)
            if _CONTROL.search("".join(cell for cell in there if cell)):
                raise Refused(name, [_control(source, row, wanted)])
            file.write(f"{row.line}{SEPARATOR}{len(cells)}{SEPARATOR}{joined.translate(_BREAKS)}\n")
            written += 1
            if count % _TELL_EVERY == 0:
                told(_TELL_EVERY)
    return written


def _control(source: Source, row: Row, wanted: Sequence[int]) -> Flaw:
    for at in wanted:
        cell = row.cells[at] if at < len(row.cells) else None
        if cell and (match := _CONTROL.search(cell)):
            return Flaw("control", *source.place(row.line, at), {"character": f"U+{ord(match[0]):04X}"})
    raise AssertionError("called for a row without control characters")


__all__ = ["ABSENT", "SEPARATOR", "Plan", "Row", "Source", "plan", "same", "write_plain"]
