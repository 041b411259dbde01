"""Spreadsheets (XLSX), read by python-calamine. What a spreadsheet keeps as numbers and dates needs no format."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from reconciliation.layout import AnyLayout
from reconciliation.refusals import Flaw, Refused
from reconciliation.statements.rows import Row
from reconciliation.statements.sheet_errors import error_cell

FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d")
_EXACT = 10**15  # a spreadsheet keeps 15 digits and makes the others zeros
_MOST = 1 << 30  # bytes unpacked: a sheet of a million rows has a fifth of it

Cell = int | float | str | bool | time | date | datetime | timedelta


class Sheet:
    """One sheet of a workbook."""

    def __init__(self, path: Path, name: str, layout: AnyLayout) -> None:
        self._name, self._decimal = name, layout.amount.decimal
        try:
            _bounded(path)
            book = CalamineWorkbook.from_path(path)
            wanted = layout.sheet if layout.sheet is not None else book.sheet_names[0]
            self._sheet = book.get_sheet_by_name(wanted)
        except (CalamineError, zipfile.BadZipFile, OSError, ValueError, IndexError) as error:
            raise Refused(name, [Flaw("sheet", values={"reason": str(error)})]) from error
        if (cell := error_cell(path, wanted)) is not None:
            line, index = cell
            raise self._refused("formula-error", line, index)

    def rows(self) -> Iterator[Row]:
        """See `Source`."""
        for line, cells in enumerate(self._sheet.to_python(skip_empty_area=False), 1):
            row = [self._text(cell, line, index) for index, cell in enumerate(cells)]
            if any(cell and cell.strip() for cell in row):
                yield Row(line, row)

    def place(self, line: int, index: int) -> tuple[int, int, str]:
        """See `Source`."""
        return line, index + 1, f"{letters(index)}{line}"

    def _text(self, cell: Cell, line: int, index: int) -> str | None:
        if isinstance(cell, str):
            return cell
        if isinstance(cell, bool):
            return str(cell).lower()
        if isinstance(cell, int | float):
            return self._number(cell, line, index)
        if isinstance(cell, datetime):
            return cell.strftime("%Y-%m-%d" if cell.time() == time() else "%Y-%m-%d %H:%M:%S")
        return cell.isoformat() if isinstance(cell, date | time) else str(cell)

    def _number(self, cell: int | float, line: int, index: int) -> str:
        if abs(cell) >= _EXACT:
            raise self._refused("precision", line, index, column=letters(index))
        return str(int(cell)) if cell == int(cell) else repr(cell).replace(".", self._decimal)

    def _refused(self, code: str, line: int, index: int, **values: str) -> Refused:
        return Refused(self._name, [Flaw(code, line, index + 1, f"{letters(index)}{line}", values)])


def letters(index: int) -> str:
    """A, B, ..., Z, AA: the name of the column `index` (from 0)."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _bounded(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        size = sum(one.file_size for one in packed.infolist())
        if size > _MOST:
            raise ValueError(f"{size} bytes unpacked; at most {_MOST} are read")


__all__ = ["FORMATS", "Sheet", "letters"]
