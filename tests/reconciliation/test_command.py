"""`lienthong reconcile payments`, as an accountant's script calls it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lienthong.command import texts
from lienthong.command.failures import Exit
from reconciliation.ports import write_lines
from tests.command.conftest import Command, lienthong
from tests.reconciliation.books import payment
from tests.reconciliation.files import BANK_TEXT

__all__ = ["lienthong"]
LAYOUT = """
columns:
  {reference: Mã đơn hàng, gateway_reference: Mã giao dịch, amount: Số tiền, status: Trạng thái, time: [Ngày, Giờ]}
amount: {decimal: ",", thousands: "."}
time: {formats: ["%d/%m/%Y %H:%M:%S"]}
statuses: {Thành công: paid, Thất bại: failed}
"""


@pytest.fixture
def call(tmp_path: Path) -> list[str]:
    """The arguments, with files behind them that agree but for LT000009."""
    write_lines([payment(1), payment(2), payment(9)], tmp_path / "ours.csv")
    write_lines([payment(2), payment(1)], tmp_path / "theirs.csv")
    files = ["--ours", f"{tmp_path}/ours.csv", "--statement", f"{tmp_path}/theirs.csv", "--out", f"{tmp_path}/out"]
    return ["reconcile", "payments", "--system", "vnpay", "--date", "2026-11-20", *files]


def test_differences_end_with_one(lienthong: Command, call: list[str], tmp_path: Path) -> None:
    done = lienthong(*call)
    assert done.code == Exit.FAILED
    assert "missing at the gateway\t1\t-45,000" in done.out
    assert "run 1: there are differences" in done.err
    again = lienthong(*call, "--json").json()
    assert (again["run"], again["closed"], again["since"]) == (2, False, {"number": 1, "new": 0, "same": 1, "gone": 0})
    assert Path(again["folder"]) == tmp_path / "out/payments/vnpay/2026-11-20/0002"


def test_all_is_explained(lienthong: Command, call: list[str], tmp_path: Path) -> None:
    write_lines([payment(1), payment(2)], tmp_path / "ours.csv")
    done = lienthong(*call)
    assert (done.code, done.err.splitlines()[-1].partition(";")[0]) == (0, "run 1: every dong is explained")


def test_a_run_again(lienthong: Command, call: list[str], tmp_path: Path) -> None:
    lienthong(*call)
    (tmp_path / "out/payments/vnpay/2026-11-20/0001/report.html").write_text("")
    done = lienthong(*call, "--run", "1")
    assert "report.html was not as it had been made" in done.err
    assert "LT107 there is no run 9 of vnpay 2026-11-20" in lienthong(*call, "--run", "9").err


def test_a_layout_and_a_file_that_does_not_fit_it(lienthong: Command, call: list[str], tmp_path: Path) -> None:
    (tmp_path / "vnpay.yaml").write_text(LAYOUT, "utf-8")
    (tmp_path / "theirs.csv").write_text(BANK_TEXT, "utf-8")
    assert lienthong(*call, "--layout", tmp_path / "vnpay.yaml").code == Exit.FAILED
    (tmp_path / "theirs.csv").write_text(BANK_TEXT.replace("45.000", "x").replace("1.250", "y"), "utf-8")
    done = lienthong(*call, "--layout", tmp_path / "vnpay.yaml")
    assert done.code == Exit.USAGE
    assert f"{tmp_path}/theirs.csv:3:26 Số tiền" in done.err
    assert f"LT120 {tmp_path}/theirs.csv:2:26 Số tiền: x is not an amount" in done.err


def test_a_layout_with_a_mistake(lienthong: Command, call: list[str], tmp_path: Path) -> None:
    (tmp_path / "vnpay.yaml").write_text(LAYOUT.replace("amount: {", "amounts: {"), "utf-8")
    done = lienthong(*call, "--layout", tmp_path / "vnpay.yaml")
    assert (done.code, "vnpay.yaml:4:1" in done.err) == (Exit.USAGE, True)


def test_what_is_missing_is_said(lienthong: Command, call: list[str], tmp_path: Path) -> None:
    assert "missing --statement" in lienthong(*call[:6], "--ours", "x").err
    assert "missing -c / --ours" in lienthong(*call[:6], "--statement", f"{tmp_path}/theirs.csv").err
    (tmp_path / "theirs.csv").unlink()
    done = lienthong(*call)
    assert (done.code, "LT104" in done.err, "theirs.csv" in done.err) == (Exit.USAGE, True, True)


def test_a_name_that_is_no_folder(lienthong: Command, call: list[str]) -> None:
    done = lienthong(*[one.replace("vnpay", "../../vnpay") for one in call])
    assert (done.code, "--system" in done.err) == (Exit.USAGE, True)


def test_in_vietnamese(lienthong: Command, call: list[str]) -> None:
    try:
        done = lienthong("--lang", "vi", *call)
    finally:
        texts.use("en")
    assert "cổng thiếu\t1\t-45,000" in done.out
    assert "lần 1: có chênh lệch" in done.err
