"""Which days are due, which are late; and a schedule in YAML with every mistake in its place."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from reconciliation.days import Calendar
from reconciliation.schedule import Job, Standing, due, overdue
from reconciliation.schedule_file import load_schedule
from schemas.base import ZONE

JOB = Job.model_validate({"system": "vnpay", "at": "08:30", "close_by": "17:00"})
EVERY_DAY, WORKING = Calendar(merge=False), Calendar()
NEVER = Standing()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def days(
    job: Job, calendar: Calendar, now: datetime, known: dict[int, Standing] | None = None, back: int = 3
) -> list[int]:
    stands = {date(2026, 11, day): one for day, one in (known or {}).items()}
    return [one.day.day for one in due(job, calendar, now, back, lambda day: stands.get(day, NEVER))]


def test_the_day_before_is_due_at_its_hour() -> None:
    closed = {day: Standing(at(day + 1, 9), closed=True) for day in (16, 17, 18)}
    assert days(JOB, EVERY_DAY, at(20, 8, 29), closed) == []
    assert days(JOB, EVERY_DAY, at(20, 8, 30), closed) == [19]


def test_missed_days_are_caught_up_with_oldest_first() -> None:
    assert days(JOB, EVERY_DAY, at(20, 9)) == [16, 17, 18, 19]
    assert days(JOB, EVERY_DAY, at(20, 9), back=1) == [18, 19]


def test_a_weekend_is_one_session_with_the_day_after_it() -> None:
    # 21 and 22 November 2026 are a weekend: Monday's session holds them, and is due on Tuesday, a holiday
    assert days(JOB, WORKING, at(23, 9), {day: Standing(at(day, 9), closed=True) for day in (18, 19, 20)}) == []
    closed = {day: Standing(at(day + 1, 9), closed=True) for day in (19, 20)}
    assert days(JOB, WORKING, at(24, 9), closed) == [23]


def test_an_open_day_is_looked_at_again_every_morning() -> None:
    closed = {day: Standing(at(day + 1, 9), closed=True) for day in (16, 17, 18)}
    known = {**closed, 19: Standing(at(20, 8, 31), closed=False)}
    assert days(JOB, EVERY_DAY, at(20, 23), known) == []
    assert days(JOB, EVERY_DAY, at(21, 8, 29), known) == []
    assert days(JOB, EVERY_DAY, at(21, 8, 30), {**known, 20: Standing(at(21, 8, 30), closed=True)}) == [19]


def test_late_is_what_is_not_closed_by_its_hour() -> None:
    def late(now: datetime, known: dict[int, Standing]) -> list[int]:
        found = overdue(JOB, EVERY_DAY, now, 2, lambda day: known.get(day.day, NEVER))
        return [one.day.day for one in found]

    closed = {17: Standing(at(18, 9), closed=True), 18: Standing(at(19, 9), closed=True)}
    assert late(at(20, 16, 59), closed) == []
    assert late(at(20, 17), closed) == [19]
    assert late(at(20, 17), {**closed, 19: Standing(at(20, 9), closed=False)}) == [19]
    assert late(at(20, 17), {**closed, 19: Standing(at(20, 9), closed=True)}) == []


GOOD = """
out: runs
catch_up: 3
retry: 5m
jobs:
  - system: vnpay
    at: "08:30"
    close_by: "17:00"
    statement: in/{date:%Y%m%d}.csv
    layout: vnpay.yaml
    repair: true
    owner: accounts
  - {kind: dossiers, system: national-portal, at: "06:00", close_by: "12:00"}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "schedule.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_schedule(tmp_path: Path) -> None:
    found, findings = load_schedule(written(tmp_path, GOOD))
    assert found is not None
    assert findings == []
    assert (found.retry, [job.kind for job in found.jobs]) == (300.0, ["payments", "dossiers"])
    assert found.jobs[0].file(date(2026, 11, 20), tmp_path) == tmp_path / "in/20261120.csv"
    assert found.jobs[1].file(date(2026, 11, 20), tmp_path) is None


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("{date:%Y%m%d}", "20261120", "schedule.yaml:9:"),
        ("{date:%Y%m%d}", "{day}", "schedule.yaml:9:"),
        ('close_by: "17:00"', 'close_by: "08:00"', "schedule.yaml:6:"),
        ("retry: 5m", "retry: 1s", "schedule.yaml:4:"),
        ("kind: dossiers, system: national-portal", "system: vnpay", "schedule.yaml:2:"),
        ("repair: true", "ask: true", "schedule.yaml:6:"),
        ("owner: accounts", "owners: accounts", "schedule.yaml:12:"),
        ("system: vnpay", "system: ../vnpay", "schedule.yaml:6:"),
    ],
)
def test_a_mistake_has_its_place(tmp_path: Path, before: str, after: str, place: str) -> None:
    found, findings = load_schedule(written(tmp_path, GOOD.replace(before, after)))
    assert found is None
    assert place in findings[0].text("en")
