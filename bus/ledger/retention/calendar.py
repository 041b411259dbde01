"""The months, weeks and days of partitions, in UTC, and what stands in their bounds. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

Interval = Literal["day", "week", "month"]


def following(interval: Interval, seconds: float) -> float:
    """When the first day, week (from Monday) or month begins that is after `seconds`."""
    day = datetime.fromtimestamp(seconds, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if interval == "day":
        return (day + timedelta(days=1)).timestamp()
    if interval == "week":
        return (day + timedelta(days=7 - day.weekday())).timestamp()
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1).timestamp()


def ahead(interval: Interval, begin: float, now: float, count: int) -> list[tuple[float, float]]:
    """The partitions from `begin` on that hold what is written at `now` and in `count` intervals after that one."""
    until = following(interval, now)
    for _ in range(count):
        until = following(interval, until)
    found = []
    while begin < until:
        end = following(interval, begin)
        found.append((begin, end))
        begin = end
    return found


def lowest_id(seconds: float) -> str:
    """The lowest UUIDv7 of that moment."""
    return str(UUID(int=int(seconds * 1000) << 80))


def moment_of(id: str) -> float:
    """When a UUIDv7 was made, in seconds since 1970."""
    return (UUID(id).int >> 80) / 1000


def bound(side: Literal["FROM", "TO"], bounds: str) -> float | None:
    """One end of a partition, as PostgreSQL writes its bounds; `None` where it is open."""
    match = re.search(side + r" \('([^']+)'\)", bounds)
    if match is None:
        return None
    return moment_of(match[1]) if "-" in match[1] else float(match[1])


def day_name(seconds: float) -> str:
    """As it stands in the name of a partition."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%d")
