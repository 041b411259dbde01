"""Which days are settled together. Dates from the calendar of 2026 and 2027."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from reconciliation.days import Calendar, before, session

LAW = Calendar()
CASES = {
    "a working day": (date(2026, 11, 19), date(2026, 11, 19), date(2026, 11, 19)),
    "Saturday goes with Monday": (date(2026, 11, 21), date(2026, 11, 21), date(2026, 11, 23)),
    "Monday takes the weekend": (date(2026, 11, 23), date(2026, 11, 21), date(2026, 11, 23)),
    "New Year 2027 is a Friday": (date(2027, 1, 1), date(2027, 1, 1), date(2027, 1, 4)),
    "Tết 2027": (date(2027, 2, 6), date(2027, 2, 4), date(2027, 2, 11)),
}


@pytest.mark.parametrize("name", CASES)
def test_days_off_are_merged(name: str) -> None:
    day, first, last = CASES[name]
    found = session(day, LAW)
    assert (found.first, found.day) == (first, last)


def test_the_session_before() -> None:
    assert before(session(date(2026, 11, 23), LAW), LAW).day == date(2026, 11, 20)
    assert before(session(date(2026, 11, 24), Calendar(merge=False)), Calendar(merge=False)).day == date(2026, 11, 23)


def test_a_gateway_that_settles_every_day() -> None:
    found = session(date(2026, 11, 21), Calendar(merge=False))
    assert (found.first, found.day) == (date(2026, 11, 21), date(2026, 11, 21))


def test_swapped_days() -> None:
    swapped = Calendar(days_off=frozenset({date(2026, 11, 20)}), working_days=frozenset({date(2026, 11, 21)}))
    assert session(date(2026, 11, 20), swapped).day == date(2026, 11, 21)
    assert session(date(2026, 11, 22), swapped).first == date(2026, 11, 22)


def test_a_day_that_begins_at_ten_in_the_evening() -> None:
    found = session(date(2026, 11, 19), Calendar(cut_off=time(22)))
    assert (found.since, found.until) == (datetime(2026, 11, 19, 22), datetime(2026, 11, 20, 22))


def test_a_calendar_without_working_days() -> None:
    always = Calendar(days_off=frozenset(date(2026, month, day) for month in (11, 12) for day in range(1, 31)))
    with pytest.raises(ValueError, match="no working day within 30 days"):
        session(date(2026, 11, 2), always)
