"""Times as gateways write them: GMT+7, or milliseconds. Inside, a time is seconds since 1970."""

from __future__ import annotations

from datetime import date, datetime

from schemas.base import ZONE

STAMP = "%Y%m%d%H%M%S"


def local(at: float) -> datetime:
    """A time in GMT+7, to the second."""
    return datetime.fromtimestamp(int(at), ZONE)


def day(at: float) -> date:
    """The Vietnamese calendar day of a time."""
    return local(at).date()


def stamp(at: float) -> str:
    """`yyyyMMddHHmmss` in GMT+7."""
    return local(at).strftime(STAMP)


def read_stamp(text: str) -> float | None:
    """The time of a `yyyyMMddHHmmss` in GMT+7; `None` for what is none."""
    if len(text) != 14 or not (text.isascii() and text.isdigit()):
        return None
    try:
        return datetime.strptime(text, STAMP).replace(tzinfo=ZONE).timestamp()
    except ValueError:
        return None


def read_day(text: str) -> date | None:
    """The day `yyyy-mm-dd`; `None` for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def short_day(at: float) -> str:
    """`yymmdd` in GMT+7."""
    return local(at).strftime("%y%m%d")


def millis(at: float) -> int:
    """Milliseconds since 1970."""
    return int(at * 1000)


__all__ = ["STAMP", "day", "local", "millis", "read_day", "read_stamp", "short_day", "stamp"]
