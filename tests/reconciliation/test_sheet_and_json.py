"""Spreadsheets and JSON: the same lines, the same refusals."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.reconciliation.files import BANK, BANK_ROWS, BANK_TEXT, at, flaw, layout, lines

HEADER = BANK_TEXT.splitlines()[0].split(";")
DAY = date(2026, 11, 20)
TYPED: list[list[Any]] = [
    [1, "G1", DAY, time(8, 30), 45_000, "Thành công", "LT1"],
    [2, "G2", datetime(2026, 11, 20), time(23, 59, 59), 1_250_000.0, "Thất bại", "LT2"],
]


def sheet(folder: Path, rows: list[list[Any]], above: int = 0) -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    for _ in range(above):
        page.append(["BÁO CÁO"])
    for row in rows:
        page.append(row)
    path = folder / "file.xlsx"
    book.save(path)
    return path


def test_numbers_and_dates_of_a_sheet(tmp_path: Path) -> None:
    assert lines(sheet(tmp_path, [HEADER, *TYPED], above=3), layout()) == BANK_ROWS


def test_a_sheet_of_texts(tmp_path: Path) -> None:
    rows: list[list[Any]] = [line.split(";") for line in BANK_TEXT.splitlines()]
    assert lines(sheet(tmp_path, rows), layout()) == BANK_ROWS


@pytest.mark.parametrize(
    ("row", "column", "value", "place"),
    [
        (1, 4, "x", ("amount", 3, 5)),
        (1, 4, 1_250_000.5, ("amount", 3, 5)),
        (0, 1, 1234567890123456789, ("precision", 2, 2)),
        (1, 4, "#N/A", ("formula-error", 3, 5)),
        (0, 5, "lạ", ("status", 2, 6)),
    ],
)
def test_a_cell_that_is_wrong(tmp_path: Path, row: int, column: int, value: Any, place: tuple[str, int, int]) -> None:
    rows = [list(one) for one in TYPED]
    rows[row][column] = value
    found = flaw(sheet(tmp_path, [HEADER, *rows]), layout())
    assert at(found) == place
    assert found.cell == f"{'ABCDEFG'[column]}{row + 2}"


def test_a_sheet_cut_anywhere_is_refused(tmp_path: Path) -> None:
    path = sheet(tmp_path, [HEADER, *TYPED])
    content = path.read_bytes()
    for length in (10, 100, len(content) // 2, len(content) - 30, len(content) - 1):
        path.write_bytes(content[:length])
        assert flaw(path, layout()).code == "sheet"


def test_another_sheet_of_the_book(tmp_path: Path) -> None:
    path = sheet(tmp_path, [["x"]])
    assert flaw(path, layout(sheet="Chi tiết")).code == "sheet"


OBJECTS = [dict(zip(HEADER, line.split(";"), strict=True)) for line in BANK_TEXT.splitlines()[1:]]
NUMBERS = [{**OBJECTS[0], "Số tiền": 45000}, {**OBJECTS[1], "Số tiền": 1250000.00}]
AS_JSON = {
    "a list": (json.dumps(OBJECTS), ""),
    "numbers": (json.dumps(NUMBERS, indent=1), ""),
    "deeper": (json.dumps({"page": {"no": [1]}, "data": {"items": OBJECTS}, "end": 1}), "/data/items"),
    "lines": ("".join(json.dumps(one) + "\n" for one in OBJECTS), ""),
    "one line": (json.dumps(OBJECTS, ensure_ascii=False), ""),
}


@pytest.mark.parametrize("name", AS_JSON)
def test_json(tmp_path: Path, name: str) -> None:
    text, records = AS_JSON[name]
    path = tmp_path / "file.json"
    path.write_text(text, "utf-8")
    assert lines(path, layout(records=records)) == BANK_ROWS


def test_json_that_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    broken = json.dumps([OBJECTS[0], {**OBJECTS[1], "Số tiền": "x"}], indent=1, ensure_ascii=False)
    path.write_text(broken, "utf-8")
    found = flaw(path, layout())
    assert (*at(found), found.cell) == ("amount", 11, 2, "/1/Số tiền")
    path.write_text(broken[:-20], "utf-8")
    assert flaw(path, layout()).code == "json"
    path.write_text('{"data": 1}', "utf-8")
    assert flaw(path, layout(records="/data")).code == "json-records"
    path.write_text("[1, 2]", "utf-8")
    assert flaw(path, layout()).code == "json-records"
    path.write_text(json.dumps([{"ref": "LT1"}]), "utf-8")
    assert flaw(path, layout()).code == "amount"


def test_json_lines_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    text = "".join(json.dumps(one) + "\n" for one in OBJECTS)
    path.write_text(text[:-20], "utf-8")
    assert at(flaw(path, layout()))[:2] == ("json", 2)


def test_numbers_of_columns_are_nothing_to_json(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_text(json.dumps(OBJECTS), "utf-8")
    assert flaw(path, layout({**BANK, "columns": {**BANK["columns"], "amount": 5}})).code == "header"
