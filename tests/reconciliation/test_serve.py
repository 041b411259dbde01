"""`reconcile due` and `serve`: what is due is run, failures are told, and Prometheus hears of late days."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lienthong.command.failures import Exit
from reconciliation.hosts import held
from reconciliation.ports import write_lines
from reconciliation.runs import Day, Locked
from reconciliation.standing import standing
from reconciliation.work import State, Work
from schemas.base import ZONE
from tests.command.conftest import Command, lienthong
from tests.reconciliation.books import FRIDAY, Desk, payment
from tests.reconciliation.ledgers import kept, noticed

__all__ = ["lienthong"]
YESTERDAY = datetime.now(ZONE).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
DAY = YESTERDAY.date()
# due from the first minute of the day on and late with the second, so that it is both whenever the test runs
SCHEDULE = """
out: runs
catch_up: 1
retry: 10s
jobs:
  - {system: vnpay, at: "00:00", close_by: "00:01", statement: "{date}.csv", layout: vnpay.yaml, owner: accounts}
"""
LAYOUT = """
columns: {kind: kind, reference: reference, gateway_reference: gateway_reference, amount: amount, status: status}
kinds: {payment: payment}
statuses: {paid: paid}
allow_empty: true
calendar: {merge: false}
"""


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A schedule, a configuration, a ledger with one payment of yesterday, and the gateway's files of two days."""
    (tmp_path / "schedule.yaml").write_text(SCHEDULE)
    (tmp_path / "vnpay.yaml").write_text(LAYOUT)
    url = f"sqlite:///{tmp_path}/ledger.db"
    (tmp_path / "bus.yaml").write_text(f"unit: H49\nledger: {{url: '{url}'}}\n")
    told = noticed("LT000001", "paid", gateway_reference="G000001", at=YESTERDAY)
    await kept(url, [{**told, "received": YESTERDAY}])
    write_lines([], tmp_path / f"{DAY - timedelta(days=1)}.csv")
    write_lines([payment(1, at=YESTERDAY)], tmp_path / f"{DAY}.csv")
    return tmp_path


def called(folder: Path) -> list[str]:
    return ["--schedule", f"{folder}/schedule.yaml", "-c", f"{folder}/bus.yaml"]


def metric(folder: Path, name: str) -> float:
    lines = (folder / "runs/reconciliation.prom").read_text().splitlines()
    labels = '{kind="payments",system="vnpay"}'
    (value,) = (line.split()[-1] for line in lines if line.startswith(f"lienthong_reconciliation_{name}{labels}"))
    return float(value)


def test_what_is_due_is_run_once(lienthong: Command, folder: Path) -> None:
    done = lienthong("reconcile", "due", *called(folder), "--json")
    runs = done.json()["runs"]
    assert [(one["day"], one["run"], one["closed"]) for one in runs] == [
        (str(DAY - timedelta(days=1)), 1, True),
        (str(DAY), 1, True),
    ]
    assert (done.code, done.json()["overdue"], metric(folder, "closed"), metric(folder, "overdue")) == (0, [], 1, 0)
    again = lienthong("reconcile", "due", *called(folder), "--json")
    assert (again.code, again.json()["runs"]) == (0, [])


def test_a_file_that_is_not_there_is_told_and_the_others_are_run(lienthong: Command, folder: Path) -> None:
    (folder / f"{DAY}.csv").rename(folder / "late.csv")
    done = lienthong("reconcile", "due", *called(folder), "--json")
    (first, second) = done.json()["runs"]
    assert (done.code, first["closed"], second["error"]["code"]) == (Exit.FAILED, True, "LT104")
    assert (metric(folder, "overdue"), metric(folder, "failed"), metric(folder, "closed")) == (1, 1, 0)
    (folder / "late.csv").rename(folder / f"{DAY}.csv")
    assert lienthong("reconcile", "due", *called(folder)).code == 0
    assert (metric(folder, "overdue"), metric(folder, "failed")) == (0, 0)


def test_a_difference_gets_an_owner_and_the_day_is_late_until_it_is_accepted(lienthong: Command, folder: Path) -> None:
    write_lines([payment(1, at=YESTERDAY), payment(2, at=YESTERDAY)], folder / f"{DAY}.csv")
    done = lienthong("reconcile", "due", *called(folder), "--json")
    assert done.json()["runs"][1]["work"] == {"opened": 1, "left": 0, "closed": 0}
    assert done.json()["overdue"] == [{"kind": "payments", "system": "vnpay", "day": str(DAY)}]
    assert metric(folder, "overdue") == 1
    out = ("--out", folder / "runs")
    lienthong("reconcile", "work", "settle", "1", "--accept", "--note", "another merchant's", *out)
    assert lienthong("reconcile", "due", *called(folder)).code == 0
    assert metric(folder, "overdue") == 0


def test_a_mistake_in_the_schedule(lienthong: Command, folder: Path) -> None:
    (folder / "schedule.yaml").write_text(SCHEDULE.replace("jobs:", "job:"))
    done = lienthong("reconcile", "due", *called(folder))
    assert (done.code, "schedule.yaml:5:1" in done.err) == (Exit.USAGE, True)


def test_serve_runs_what_is_due_and_ends_when_told(folder: Path) -> None:
    command = [sys.executable, "-m", "lienthong.command", "reconcile", "serve", *called(folder), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "LANG": "C.UTF-8"}) as process:
        try:
            assert process.stdout is not None
            days = [json.loads(process.stdout.readline())["day"] for _ in range(2)]
            assert days == [str(DAY - timedelta(days=1)), str(DAY)]
            until = time.monotonic() + 20
            while not (folder / "runs/reconciliation.prom").exists() and time.monotonic() < until:
                time.sleep(0.05)
            assert metric(folder, "closed") == 1
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_a_day_stands_open_until_all_that_is_left_is_accepted(desk: Desk) -> None:
    place = Day(desk.folder / "out", "payments", "vnpay", FRIDAY)
    assert standing(place).made is None
    done = desk.run([payment(1)], [payment(1), payment(2), payment(3)])
    assert not standing(place).closed
    work = Work(place.out)
    work.record(place, done.number, place.differences(done.number), "accounts", datetime.now(ZONE))
    work.settle(1, State.ACCEPTED, "x", datetime.now(ZONE))
    assert not standing(place).closed
    work.settle(2, State.ACCEPTED, "x", datetime.now(ZONE))
    assert standing(place).closed
    desk.run([payment(1)], [payment(1), payment(2), payment(3), payment(4)])
    assert not standing(place).closed


async def test_a_day_is_held_on_all_machines(database: str, tmp_path: Path) -> None:
    await kept(database, [])
    here, there = (Day(tmp_path / name, "payments", "vnpay", FRIDAY) for name in ("a", "b"))
    with held(database, here):
        with pytest.raises(Locked), held(database, there):
            pass
        with held(database, Day(tmp_path, "payments", "momo", FRIDAY)):
            pass
    with held(database, there):
        pass
