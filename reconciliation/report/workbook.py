"""The report as XLSX, written by openpyxl row by row. Its times are fixed: the same rows give the same bytes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from bus.words import Language
from reconciliation.books import Books
from reconciliation.words import outcome, said

_MOST = 1_000_000  # rows of a sheet; the format ends at 1,048,576
_THEN = (1980, 1, 1, 0, 0, 0)  # the oldest time that a ZIP can hold
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def write(
    path: Path,
    inputs: Mapping[str, Any],
    books: Books,
    language: Language,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """A sheet of sums, then one or more of differences."""
    book, kind = Workbook(write_only=True), inputs["kind"]
    made = datetime.fromisoformat(inputs["made"]).replace(tzinfo=None)
    _sums(book, inputs, books, language)
    sheet, number = None, 0
    for count, row in enumerate(rows):
        if count % _MOST == 0:
            number += 1
            sheet = _sheet(
                book,
                f"{_say(kind, 'differences', language)} {number}"
                if number > 1
                else _say(kind, "differences", language),
                columns,
            )
        assert sheet is not None
        sheet.append([_cell(sheet, value) for value in row])
    if sheet is None:
        _sheet(book, _say(kind, "differences", language), columns)
    book.properties.created = book.properties.modified = made
    book.properties.creator = "lienthong"
    draft = path.with_suffix(".draft")
    book.save(draft)
    _settle(draft, path, made)


def _sums(book: Workbook, inputs: Mapping[str, Any], books: Books, language: Language) -> None:
    kind = inputs["kind"]
    sheet = book.create_sheet(_say(kind, "title", language)[:31])
    session = inputs["session"]
    for name, value in (("system", inputs["system"]), ("session", session["day"]), ("run", inputs["run"])):
        sheet.append([_bold(sheet, _say(kind, name, language)), _cell(sheet, value)])
    sheet.append([_bold(sheet, _say(kind, "statement", language)), _cell(sheet, inputs["statement"]["file"])])
    sheet.append([_bold(sheet, "SHA-256"), _cell(sheet, inputs["statement"]["sha256"])])
    sheet.append([])
    sheet.append([_bold(sheet, _say(kind, one, language)) for one in ("outcome", "lines", "difference")])
    sheet.append([_cell(sheet, _say(kind, "ours.total", language)), books.ours.payments, books.ours.net])
    for part in books.parts:
        sheet.append([_cell(sheet, getattr(outcome(kind, part.outcome), language)), part.lines, part.difference])
    sheet.append([_cell(sheet, _say(kind, "theirs.total", language)), books.theirs.payments, books.theirs.net])
    sheet.append([_cell(sheet, _say(kind, "fees", language)), None, books.theirs.fees])


def _sheet(book: Workbook, title: str, columns: Sequence[str]) -> Any:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.append([_bold(sheet, column) for column in columns])
    return sheet


def _cell(sheet: Any, value: Any) -> Any:
    """Texts stay texts: one that begins with = is no formula, #N/A no error."""
    if not isinstance(value, str) or (value[:1] not in ("=", "#") and _CONTROL.search(value) is None):
        return value
    cell = WriteOnlyCell(sheet, _CONTROL.sub("", value))
    cell.data_type = "s"
    return cell


def _bold(sheet: Any, value: str) -> Any:
    cell = WriteOnlyCell(sheet, value)
    cell.font = Font(bold=True)
    return cell


def _say(kind: str, key: str, language: Language) -> str:
    text: str = getattr(said(kind, key), language)
    return text


def _settle(draft: Path, path: Path, made: datetime) -> None:
    """The same members, all of one time; what the library calls the time of the change is that of the run."""
    stamp = made.strftime("%Y-%m-%dT%H:%M:%SZ")
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            content = zipfile.ZipInfo(member.filename, _THEN)
            content.compress_type = zipfile.ZIP_DEFLATED
            if member.filename == "docProps/core.xml":
                fixed = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp.encode(), source.read(member))
                target.writestr(content, fixed)
                continue
            with source.open(member) as read, target.open(content, "w") as write:
                while chunk := read.read(1 << 20):
                    write.write(chunk)
    draft.unlink()


__all__ = ["write"]
