"""The pull of changes: which period is asked for, which records are news, where it goes on. Pure.

The source names neither a change nor its moment, only the citizen and the record as it is now. So a change is told by
its content: what the period before brought alike, in the overlap, is not news. The same content again in a later period
is (somebody moved away and came back).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from .settings import Changes

# more of them would make the cursor too large; beyond it something may be told twice, which does no harm
_MOST_KNOWN = 5000


@dataclass(frozen=True, slots=True)
class Period:
    """One page of one period. `since`, `until`: milliseconds since 1970. `before`, `now`: digests of what the period
    before and this one brought; `last`: digest of the page before."""

    since: int
    until: int
    page: int
    before: tuple[str, ...] = ()
    now: tuple[str, ...] = ()
    last: str = ""


def period(cursor: Any, moment: datetime, settings: Changes) -> Period:
    """What to ask for next."""
    now = _ms(moment)
    if not isinstance(cursor, Mapping):
        return Period(_ms(moment - timedelta(seconds=settings.first)), now, settings.first_page)
    if "page" in cursor:
        before, seen = tuple(cursor["before"]), tuple(cursor["now"])
        return Period(cursor["since"], cursor["until"], cursor["page"], before, seen, cursor["last"])
    since = cursor["until"] - int(settings.overlap * 1000)
    # a clock that was set back must not make a period that ends before it begins
    return Period(since, max(now, cursor["until"]), settings.first_page, tuple(cursor["now"]))


def digest(record: Mapping[str, Any]) -> str:
    """What tells one record from another; it does not show its content."""
    return sha256(json.dumps(record, sort_keys=True, ensure_ascii=True).encode()).hexdigest()[:24]


def onward(asked: Period, digests: Sequence[str], settings: Changes) -> tuple[dict[str, Any], bool]:
    """The next cursor, and whether there is more to fetch at once."""
    seen = (*asked.now, *digests)[-_MOST_KNOWN:]
    if len(digests) < settings.page_size:
        return {"until": asked.until, "now": list(seen)}, False
    return {
        "since": asked.since,
        "until": asked.until,
        "page": asked.page + 1,
        "before": list(asked.before),
        "now": list(seen),
        "last": page_digest(digests),
    }, True


def page_digest(digests: Sequence[str]) -> str:
    """What tells one page from another."""
    return sha256("".join(digests).encode()).hexdigest()[:24]


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


__all__ = ["Period", "digest", "onward", "page_digest", "period"]
