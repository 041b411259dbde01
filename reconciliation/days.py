"""Which days one settlement covers. Pure.

A session is day T from 00:00 to 24:00 in GMT+7; Saturdays, Sundays and holidays are settled with the next working day
(merchant terms of VNPAY). A gateway that settles every calendar day says `merge: false`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pydantic import BaseModel, ConfigDict, Field

from schemas.quantities import Seconds

_LONGEST = 30  # days in a row without a working day: more is a mistake of the calendar
_DAY = timedelta(days=1)


class Calendar(BaseModel):
    """Section `calendar` of a layout."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    merge: bool = Field(default=True, description="days off are settled with the next working day")
    days_off: frozenset[date] = Field(default=frozenset(), description="beside the holidays of the law")
    working_days: frozenset[date] = Field(default=frozenset(), description="worked although off, e.g. a swapped day")
    cut_off: time = Field(default=time(), description="when the gateway's day begins, GMT+7")
    margin: Seconds = Field(
        default=900.0,
        le=21_600,
        description="a payment so close to the cut-off may stand in the neighbouring file",
    )


@dataclass(frozen=True, slots=True)
class Session:
    """The days `first` to `day`, settled together under the name of the last one.

    `since` and `until` are Vietnamese wall-clock times without a zone, as the lines have them in the engine.
    """

    first: date
    day: date
    cut_off: time = time()

    @property
    def since(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.first, self.cut_off)

    @property
    def until(self) -> datetime:
        """The first moment that is too late."""
        return datetime.combine(self.day + _DAY, self.cut_off)

    @property
    def reach(self) -> tuple[datetime, datetime]:
        """One day more on each side: where the other half of a cut-off pair may stand."""
        return self.since - _DAY, self.until + _DAY


def session(day: date, calendar: Calendar) -> Session:
    """The session that `day` is settled in. Raises `ValueError` for a calendar without working days."""
    if not calendar.merge:
        return Session(day, day, calendar.cut_off)
    last = _next(day, calendar, _DAY)
    first = _next(last - _DAY, calendar, -_DAY) + _DAY
    return Session(first, last, calendar.cut_off)


def before(found: Session, calendar: Calendar) -> Session:
    """The session before this one."""
    return session(found.first - _DAY, calendar)


def is_working(day: date, calendar: Calendar) -> bool:
    """By the calendar's own lists first, then by the law (package `holidays`)."""
    from holidays import country_holidays

    if day in calendar.working_days:
        return True
    if day in calendar.days_off:
        return False
    return country_holidays("VN", years=day.year).is_working_day(day)


def _next(day: date, calendar: Calendar, step: timedelta) -> date:
    for _ in range(_LONGEST):
        if is_working(day, calendar):
            return day
        day += step
    raise ValueError(f"there is no working day within {_LONGEST} days of {day}; look at days_off")


__all__ = ["Calendar", "Session", "before", "is_working", "session"]
