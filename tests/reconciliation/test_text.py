"""Delimited files: read right, or refused with line and column."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.layout import CANONICAL, Layout
from reconciliation.lines import HEADER
from reconciliation.refusals import Refused
from tests.reconciliation.files import BANK, BANK_ROWS, BANK_TEXT, at, flaw, layout, lines

PAIR = {"columns": {"reference": "ref", "amount": "amount"}}


def written(folder: Path, content: str | bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def old_vietnamese(text: str) -> bytes:
    """As an old program writes windows-1258: vowels composed, tones as combining marks behind them."""
    marks = "\u0300\u0301\u0303\u0309\u0323"
    out = []
    for character in text:
        whole = unicodedata.normalize("NFD", character)
        tones = "".join(mark for mark in whole if mark in marks)
        base = unicodedata.normalize("NFC", "".join(mark for mark in whole if mark not in marks))
        out.append((base + tones).encode("cp1258"))
    return b"".join(out)


ENCODINGS = {
    "utf-8": BANK_TEXT.encode(),
    "utf-8 with a mark": codecs.BOM_UTF8 + BANK_TEXT.encode(),
    "utf-8 decomposed": unicodedata.normalize("NFD", BANK_TEXT).encode(),
    "utf-16": BANK_TEXT.encode("utf-16"),
    "utf-16 big": codecs.BOM_UTF16_BE + BANK_TEXT.encode("utf-16-be"),
    "utf-16 without a mark": BANK_TEXT.encode("utf-16-le"),
    "windows-1258": old_vietnamese(BANK_TEXT),
    "lines end with LF": BANK_TEXT.replace("\r\n", "\n").encode(),
    "lines end with CR": BANK_TEXT.replace("\r\n", "\r").encode(),
    "blank lines": BANK_TEXT.replace("\r\n", "\r\n\r\n").encode(),
    "a title": ("BÁO CÁO ĐỐI SOÁT\r\n\r\nNgày 20/11/2026\r\n" + BANK_TEXT).encode(),
    "commas": "".join(
        f'"{line.replace(";", chr(34) + "," + chr(34))}"\r\n' for line in BANK_TEXT.splitlines()
    ).encode(),
    "pipes": BANK_TEXT.replace(";", "|").encode(),
    "tabs": BANK_TEXT.replace(";", "\t").encode(),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_read_right(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, ENCODINGS[name])
    assert lines(path, layout(encoding="windows-1258")) == BANK_ROWS
    assert lines(path, layout(encoding="windows-1258"), fast=False) == BANK_ROWS


def test_windows_1258_that_nobody_named_is_refused(tmp_path: Path) -> None:
    assert at(flaw(written(tmp_path, ENCODINGS["windows-1258"]), layout())) == ("encoding", 1, 7)


def test_columns_in_another_order(tmp_path: Path) -> None:
    turned = "".join(";".join(reversed(line.split(";"))) + "\n" for line in BANK_TEXT.splitlines())
    assert lines(written(tmp_path, turned), layout()) == BANK_ROWS


def test_what_the_gateway_puts_before_our_references_is_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, BANK_TEXT.replace("LT1", "261120_LT1"))
    for fast in (True, False):
        assert lines(path, layout(prefix="[0-9]{6}_"), fast=fast) == BANK_ROWS
    with pytest.raises(ValueError, match="regular expression"):
        layout(prefix="[")


REFUSED: dict[str, tuple[str | bytes, tuple[str, int, int]]] = {
    "empty": (b"", ("empty", 1, 1)),
    "header only": (BANK_TEXT.splitlines()[0] + "\r\n", ("no-lines", 2, 1)),
    "no such column": (BANK_TEXT.replace("Số tiền", "Amount"), ("header", 1, 1)),
    "a column twice": (BANK_TEXT.replace("STT", "Ngày"), ("twice-named", 1, 19)),
    "cut in a line": (BANK_TEXT[:-30] + "\r\n", ("width", 3, 23)),
    "cut in a cell": (BANK_TEXT[:-2], ("cut-off", 3, 1)),
    "a cell too many": (BANK_TEXT.replace("LT2", "LT2;x"), ("width", 3, 52)),
    "no number": (BANK_TEXT.replace("45.000", "45k"), ("amount", 2, 26)),
    "a wrong separator": (BANK_TEXT.replace("45.000", "45,000,00"), ("amount", 2, 26)),
    "thousands astray": (BANK_TEXT.replace("45.000", "4.50.00"), ("amount", 2, 26)),
    "hundredths": (BANK_TEXT.replace("45.000", "45.000,50"), ("amount", 2, 26)),
    "negative": (BANK_TEXT.replace("45.000", "-45.000"), ("negative", 2, 26)),
    "nothing": (BANK_TEXT.replace("45.000", ""), ("amount", 2, 26)),
    "beyond all money": (BANK_TEXT.replace("45.000", "9999999999999999"), ("amount", 2, 26)),
    "an unknown status": (BANK_TEXT.replace("Thất bại", "Đang chờ"), ("status", 3, 39)),
    "no such day": (BANK_TEXT.replace("20/11/2026;08", "31/02/2026;08"), ("time", 2, 6)),
    "the file of another day": (BANK_TEXT.replace("20/11/2026", "25/11/2026"), ("outside", 2, 6)),
    "no reference": (BANK_TEXT.replace("G1", "").replace("LT1", ""), ("reference", 2, 1)),
    "a control character": (BANK_TEXT.replace("LT1", "LT\x011"), ("control", 2, 44)),
    "NUL": (BANK_TEXT.replace("LT1", "L\0T1"), ("control", 2, 44)),
    "half a character": (BANK_TEXT.encode().replace("Thất bại".encode(), "Thất".encode()[:4]), ("encoding", 3, 41)),
    "UTF-16 cut": (BANK_TEXT.encode("utf-16")[:-1], ("encoding", 3, 52)),
    "a quote that is not closed": (BANK_TEXT.replace("LT1", '"LT1'), ("quote", 2, 1)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_its_place(tmp_path: Path, name: str) -> None:
    content, place = REFUSED[name]
    path = written(tmp_path, content)
    assert at(flaw(path, layout())) == place
    assert at(flaw(path, layout(), fast=False)) == place


def test_every_mistake_is_named_up_to_ten(tmp_path: Path) -> None:
    body = "".join(f"LT{number};x\n" for number in range(25))
    with pytest.raises(Refused) as caught:
        lines(written(tmp_path, "ref;amount\n" + body), layout(PAIR))
    assert ([one.line for one in caught.value.flaws], caught.value.more) == ([*range(2, 12)], 15)


AMOUNTS = {
    "45000": 45_000,
    " 45000 ": 45_000,
    "45.000": 45_000,
    "+45.000,00": 45_000,
    "45.000 VND": 45_000,
    "45.000đ": 45_000,
    "1.234.567.890": 1_234_567_890,
    "0": 0,
}


@pytest.mark.parametrize("said", AMOUNTS)
def test_amounts(tmp_path: Path, said: str) -> None:
    described = layout(PAIR, amount={"decimal": ",", "thousands": ".", "suffixes": ["VND", "đ"]})
    assert lines(written(tmp_path, f"ref;amount\nLT1;{said}\n"), described)[0][4] == AMOUNTS[said]


@pytest.mark.parametrize("said", ["-45,000", "45,000-", "(45,000)", "−45,000"])
def test_negative_lines(tmp_path: Path, said: str) -> None:
    path = written(tmp_path, f"ref;amount\nLT1;{said}\n")
    money = {"thousands": ","}
    assert lines(path, layout(PAIR, amount={**money, "negative": "refund"}))[0][:5] == (
        "refund",
        "LT1",
        None,
        None,
        45_000,
    )
    assert lines(path, layout(PAIR, amount={**money, "negative": "reversed"}))[0][6] == "reversed"
    assert flaw(path, layout(PAIR, amount=money)).code == "negative"


def test_hundredths_of_a_dong(tmp_path: Path) -> None:
    described = layout(PAIR, amount={"minor_units": 100})
    assert lines(written(tmp_path, "ref,amount\nLT1,4500000\n"), described)[0][4] == 45_000
    assert flaw(written(tmp_path, "ref,amount\nLT1,4500050\n"), described).code == "amount"


def test_net_amounts_become_gross(tmp_path: Path) -> None:
    described = layout({"columns": {**PAIR["columns"], "fee": "fee"}}, amount={"net": True})
    assert lines(written(tmp_path, "ref,amount,fee\nLT1,43900,1100\n"), described)[0][4:6] == (45_000, 1_100)
    assert flaw(written(tmp_path, "ref,amount,fee\nLT1,43900,\n"), described).code == "amount"


def test_by_position_without_a_header(tmp_path: Path) -> None:
    described = Layout.model_validate(
        {"header": False, "delimiter": "|", "columns": {"reference": 2, "amount": 3}, "skip": 1}
    )
    path = written(tmp_path, "DS20261120\nD|LT1|45000\nD|LT2|1000\n")
    assert [row[1:5:3] for row in lines(path, described)] == [("LT1", 45_000), ("LT2", 1_000)]
    assert at(flaw(written(tmp_path, "DS\nD|LT1\n"), described)) == ("no-column", 2, 1)


def test_the_file_in_universal_time(tmp_path: Path) -> None:
    described = layout({"columns": {**PAIR["columns"], "time": "at"}}, time={"formats": ["%Y%m%d%H%M%S"], "offset": 0})
    found = lines(written(tmp_path, "ref,amount,at\nLT1,1000,20261120233000\n"), described)
    assert str(found[0][7]) == "2026-11-21 06:30:00"


def test_another_currency(tmp_path: Path) -> None:
    described = layout({"columns": {**PAIR["columns"], "currency": "cur"}})
    assert len(lines(written(tmp_path, "ref,amount,cur\nLT1,1000,vnd\n"), described)) == 1
    assert at(flaw(written(tmp_path, "ref,amount,cur\nLT1,1000,USD\n"), described)) == ("currency", 2, 10)


class TestTotals:
    """A totals row proves that the file is whole."""

    DESCRIBED = layout(
        PAIR,
        totals={"column": "ref", "starts_with": "Tổng", "count": "count", "amount": "amount"},
        ignore=[{"column": "ref", "starts_with": "Người lập"}],
        amount={"thousands": ",", "negative": "refund"},
    )
    TEXT = "ref;amount;count\nLT1;45,000;\nLT2;-5,000;\ntổng cộng;40,000;2\nNgười lập: Nguyễn Văn Ví Dụ\n"

    def test_they_hold(self, tmp_path: Path) -> None:
        assert [row[4] for row in lines(written(tmp_path, self.TEXT), self.DESCRIBED)] == [45_000, 5_000]
        assert [row[4] for row in lines(written(tmp_path, self.TEXT), self.DESCRIBED, fast=False)] == [45_000, 5_000]

    WRONG: ClassVar = {
        "a line is missing": (TEXT.replace("LT1;45,000;\n", ""), ("totals-differ", 3, 18)),
        "an amount was changed": (TEXT.replace("45,000", "46,000"), ("totals-differ", 4, 11)),
        "cut before them": (TEXT[: TEXT.index("tổng")], ("totals-missing", 3, 1)),
        "cut in them": (TEXT[: TEXT.index("40,000") + 2], ("totals-unreadable", 4, 13)),
        "twice": (TEXT + "tổng cộng;40,000;2\n", ("totals-twice", 6, 1)),
        "lines behind them": (TEXT + "LT3;1,000;\n", ("totals-before", 6, 1)),
    }

    @pytest.mark.parametrize("name", WRONG)
    def test_they_do_not(self, tmp_path: Path, name: str) -> None:
        content, place = self.WRONG[name]
        assert at(flaw(written(tmp_path, content), self.DESCRIBED)) == place

    def test_wherever_it_is_cut_it_is_refused(self, tmp_path: Path) -> None:
        content = self.TEXT.encode()
        whole = content.index("2\nNgười".encode()) + 1
        for length in range(0, whole, 3):
            assert flaw(written(tmp_path, content[:length]), self.DESCRIBED), length


def test_an_empty_day_where_the_layout_says_so(tmp_path: Path) -> None:
    assert lines(written(tmp_path, "ref;amount\n"), layout(PAIR, allow_empty=True)) == []


cells = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from('",;|\t '), max_size=8)
cells |= st.text(st.sampled_from("aB1 \t"), max_size=4)  # plain enough for every short cut, and with spaces


@settings(max_examples=25, deadline=None)
@given(
    texts=st.lists(st.tuples(cells, cells), min_size=1, max_size=5),
    delimiter=st.sampled_from(",;|"),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_both_ways_of_reading_give_the_same(
    tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[str, str]], delimiter: str, end: str, quoting: int
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(HEADER)
    for number, (reference, subject) in enumerate(texts):
        row = ("payment", f"LT{number}{reference}", "", "", number, "", "paid", "2026-11-20 08:00:00", subject)
        writer.writerow(row)
    path = written(tmp_path_factory.mktemp("both"), out.getvalue())
    fast, slow = (lines(path, CANONICAL, fast=fast) for fast in (True, False))
    assert fast == slow
    assert [row[4] for row in fast] == [*range(len(texts))]


def test_the_bank_is_described_as_in_the_papers() -> None:
    assert layout(BANK).calendar.merge


SPACES = {
    "none": "LT1|G1|45000|paid|2026-11-20 08:30:00",
    "around a reference": " LT1 |G1|45000|paid|2026-11-20 08:30:00",
    "behind a reference": "LT1|G1  |45000|paid|2026-11-20 08:30:00",
    "around an amount": "LT1|G1| 45000 |paid|2026-11-20 08:30:00",
    "around a word": "LT1|G1|45000| paid |2026-11-20 08:30:00",
    "around a time": "LT1|G1|45000|paid| 2026-11-20 08:30:00 ",
}


@pytest.mark.parametrize("where", SPACES)
@pytest.mark.parametrize("delimiter", ["|", "\t", ";"])
def test_spaces_around_cells_are_none_of_theirs(tmp_path: Path, where: str, delimiter: str) -> None:
    described = layout(
        {"columns": {name: name for name in ("reference", "gateway_reference", "amount", "status", "time")}},
        statuses={"paid": "paid"},
    )
    text = "reference|gateway_reference|amount|status|time\nLT0|G0|1|paid|2026-11-20 08:00:00\n" + SPACES[where] + "\n"
    path = written(tmp_path, text.replace("|", delimiter))
    fast, slow = (lines(path, described, fast=fast) for fast in (True, False))
    assert fast == slow
    assert fast[1][1:5] == ("LT1", "G1", None, 45_000)


def test_a_row_that_is_none_is_known_with_spaces_before_it(tmp_path: Path) -> None:
    described = layout(PAIR, ignore=[{"column": "ref", "starts_with": "Total"}])
    path = written(tmp_path, "ref;amount\nLT1;5\n  Total;7\n")
    assert [row[1] for row in lines(path, described)] == ["LT1"]
