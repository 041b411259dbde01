"""Times as gateways write them: milliseconds since 1970, and the day in GMT+7."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from schemas.base import EARLIEST, LATEST, ZONE

from .digests import whole

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(time: datetime) -> int:
    """A time as milliseconds since 1970, rounded down."""
    return (time - _EPOCH) // timedelta(milliseconds=1)


def moment(text: object) -> datetime | None:
    """Milliseconds since 1970 as a time; `None` for what is no time of our days."""
    count = whole(text)
    if count is None or not 0 <= count < (LATEST - 1970) * 31_536_000_000:
        return None
    time = (_EPOCH + timedelta(milliseconds=count)).astimezone(ZONE)
    return time if EARLIEST < time.year < LATEST else None


def day(time: datetime) -> str:
    """`yymmdd` of the Vietnamese day."""
    return time.astimezone(ZONE).strftime("%y%m%d")


__all__ = ["day", "milliseconds", "moment"]
