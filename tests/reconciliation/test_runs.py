"""A run has a number, and the same number gives the same bytes; a new one says what changed; two never run at once."""

from __future__ import annotations

import csv
import json
import multiprocessing
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from reconciliation.layout import CANONICAL
from reconciliation.reconcile import Done, again
from reconciliation.refusals import Refused
from reconciliation.runs import Day, Locked, Unknown
from tests.reconciliation.books import FRIDAY, SMALL, Desk, differences, payment, refund, said

OUTPUTS = {
    "report.html",
    "report.json",
    "differences.csv",
    "differences.xlsx",
    "metrics.prom",
    "result.txt",
    "inputs.json",
}
HOSTILE = '=HYPERLINK("http://x.example.vn")<script>alert(1)</script>'


def mixed(desk: Desk) -> Done:
    """A run with several differences."""
    return desk.run([payment(1), payment(2)], [payment(2, 50_000), payment(3, fee=1_100), refund(2)])


def place(desk: Desk) -> Day:
    return Day(desk.folder / "out", "payments", "vnpay", FRIDAY)


def contents(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}


def test_the_same_number_gives_the_same_bytes(desk: Desk) -> None:
    done = mixed(desk)
    made = contents(done.folder)
    assert set(made) == OUTPUTS
    repeated = again(place(desk), done.number, SMALL)
    assert repeated.changed == ()
    assert repeated.books == done.books
    assert contents(done.folder) == made


def test_what_was_changed_by_hand_is_made_again_and_named(desk: Desk) -> None:
    done = mixed(desk)
    made = contents(done.folder)
    (done.folder / "differences.csv").write_text("nothing to see")
    (done.folder / "report.html").unlink()
    assert again(place(desk), done.number, SMALL).changed == ("differences.csv", "report.html")
    assert contents(done.folder) == made


def test_two_runs_over_the_same_give_the_same_but_for_their_number(desk: Desk) -> None:
    first, second = (contents(mixed(desk).folder) for _ in range(2))
    assert {name for name in OUTPUTS if first[name] == second[name]} >= {"result.txt", "metrics.prom"}


def test_a_new_run_says_what_changed(desk: Desk) -> None:
    mixed(desk)
    done = desk.run([payment(1), payment(2)], [payment(2, 50_000), payment(1), payment(4)])
    since = done.books.since
    assert since is not None
    assert (since.number, since.new, since.same, since.gone) == (1, 1, 1, 3)
    assert [(one["change"], one["reference"]) for one in differences(done)] == [
        ("new", "LT000004"),
        ("same", "LT000002"),
    ]
    assert again(place(desk), 2, SMALL).changed == ()
    assert "LT000003" in (done.folder / "report.html").read_text("utf-8")


def test_a_refused_file_leaves_no_run(desk: Desk) -> None:
    other = payment(1, at=payment(1).at.replace(day=28))
    with pytest.raises(Refused):
        desk.run([payment(1)], [other], layout=CANONICAL)
    assert place(desk).numbers() == []
    assert [one.name for one in place(desk).folder.iterdir()] == [".lock"]


def test_an_unknown_number(desk: Desk) -> None:
    mixed(desk)
    with pytest.raises(Unknown, match="no run 7 of vnpay 2026-11-20; there are: 1"):
        again(place(desk), 7, SMALL)


def hold(folder: Path, ready: multiprocessing.synchronize.Event, end: multiprocessing.synchronize.Event) -> None:
    with Day(folder, "payments", "vnpay", FRIDAY).locked():
        ready.set()
        end.wait(20)


def test_two_processes_never_run_the_same_day(desk: Desk) -> None:
    context = multiprocessing.get_context("spawn")
    ready, end = context.Event(), context.Event()
    other = context.Process(target=hold, args=(desk.folder / "out", ready, end))
    other.start()
    try:
        assert ready.wait(20)
        with pytest.raises(Locked, match="another process reconciles payments of vnpay on 2026-11-20"):
            mixed(desk)
    finally:
        end.set()
        other.join()
    assert mixed(desk).number == 1


def test_the_page_holds_everything_and_asks_for_nothing(desk: Desk) -> None:
    done = desk.run([payment(1, subject=HOSTILE)], [replace(payment(2), reference=None)])
    text = (done.folder / "report.html").read_text("utf-8")
    assert "<script" not in text
    assert "src=" not in text and "href=" not in text and "@import" not in text
    assert "&lt;script&gt;" in text
    for picture in text.split("<svg")[1:]:
        ElementTree.fromstring("<svg" + picture.split("</svg>")[0] + "</svg>")


def test_both_languages(desk: Desk) -> None:
    done = desk.run([payment(1)], [], language="vi")
    text = (done.folder / "report.html").read_text("utf-8")
    assert '<html lang="vi">' in text
    assert "cổng thiếu" in text
    assert differences(done)[0]["next_step"].startswith("truy vấn giao dịch ở cổng")


def test_spreadsheets_compute_nothing(desk: Desk) -> None:
    done = desk.run([replace(payment(1), subject=HOSTILE)], [])
    with (done.folder / "differences.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["subject"] == "'" + HOSTILE
    sheet = load_workbook(done.folder / "differences.xlsx").worksheets[1]
    cell = sheet["H2"]
    assert (cell.value, cell.data_type) == (HOSTILE, "s")
    with zipfile.ZipFile(done.folder / "differences.xlsx") as packed:
        assert {one.date_time for one in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_file_for_the_gateway_says_every_line(desk: Desk) -> None:
    done = mixed(desk)
    lines = (done.folder / "result.txt").read_text("utf-8").splitlines()
    assert lines == [
        "line|kind|reference|gateway_reference|refund_reference|amount|status|outcome|merchant_amount|merchant_status",
        "2|payment|LT000002|G000002||50000|paid|amount|45000|paid",
        "3|payment|LT000003|G000003||45000|paid|missing_at_us||",
        "4|refund|LT000002|R000002||45000|paid|refund||",
        "|payment|LT000001|G000001||||missing_at_gateway|45000|paid",
    ]


def test_metrics(desk: Desk) -> None:
    done = mixed(desk)
    text = (done.folder / "metrics.prom").read_text("utf-8")
    labels = 'kind="payments",outcome="missing_at_us",system="vnpay"'
    assert f"lienthong_reconciliation_lines{{{labels}}} 1.0" in text
    assert 'lienthong_reconciliation_closed{kind="payments",system="vnpay"} 0.0' in text


def test_the_inputs_are_frozen(desk: Desk) -> None:
    done = mixed(desk)
    inputs = json.loads((done.folder / "inputs.json").read_text("utf-8"))
    assert inputs["statement"]["lines"] == 3
    assert len(inputs["statement"]["sha256"]) == 64
    assert inputs["ours"]["as_of"] == "test"
    assert said(done)
