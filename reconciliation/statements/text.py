"""Delimited text: CSV, pipes, tabs, semicolons."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

from reconciliation.layout import AnyLayout
from reconciliation.refusals import Flaw, Refused
from reconciliation.statements.rows import Plan, Row, plan

if TYPE_CHECKING:
    from _csv import Reader

_CANDIDATES = (",", ";", "|", "\t")


class Text:
    """The reference way of reading; the fast one gives the same or is not taken."""

    def __init__(self, path: Path, name: str, encoding: str, delimiter: str, quote: str) -> None:
        self._path, self._name, self._encoding = path, name, encoding
        self.delimiter, self.quote = delimiter, quote

    def rows(self) -> Iterator[Row]:
        """See `Source`."""
        with self._open() as file:
            reader = self._reader(file)
            line = 1
            while True:
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise Refused(self._name, [Flaw("quote", line, values={"reason": str(error)})]) from error
                if any(cell.strip() for cell in cells):
                    yield Row(line, cells)
                line = reader.line_num + 1

    def place(self, line: int, index: int) -> tuple[int, int, str]:
        """See `Source`."""
        with self._open() as file:
            text = next(islice(file, line - 1, None), "").rstrip("\r\n")
        return line, _offset(text, index, self.delimiter, self.quote) + 1, ""

    def _open(self) -> IO[str]:
        return self._path.open(encoding=self._encoding, newline="")

    def _reader(self, file: IO[str]) -> Reader:
        if not self.quote:
            return csv.reader(file, delimiter=self.delimiter, quoting=csv.QUOTE_NONE, strict=True)
        return csv.reader(file, delimiter=self.delimiter, quotechar=self.quote, strict=True)


def opened(path: Path, name: str, encoding: str, layout: AnyLayout) -> tuple[Text, Plan]:
    """With the layout's delimiter, or the one that gives all columns. Raises `Refused`."""
    if layout.delimiter is not None:
        text = Text(path, name, encoding, layout.delimiter, layout.quote)
        return text, plan(name, text, layout)
    refused: list[Refused] = []
    found: list[tuple[Text, Plan]] = []
    for delimiter in _CANDIDATES:
        text = Text(path, name, encoding, delimiter, layout.quote)
        try:
            found.append((text, plan(name, text, layout)))
        except Refused as error:
            refused.append(error)
    if not found:
        raise min(refused, key=_missing)
    return max(found, key=lambda one: one[1].width)


def _missing(error: Refused) -> int:
    flaw = error.flaws[0]
    return len(flaw.values.get("missing", "")) if flaw.code == "header" else 0 if flaw.code == "twice-named" else 10_000


def _offset(text: str, index: int, delimiter: str, quote: str) -> int:
    """Where the cell `index` begins in a line."""
    at, quoted = 0, False
    for position, character in enumerate(text):
        if at == index:
            return position
        if quote and character == quote:
            quoted = not quoted
        elif character == delimiter and not quoted:
            at += 1
    return len(text)


__all__ = ["Text", "opened"]
