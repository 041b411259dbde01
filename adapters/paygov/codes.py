"""PayGov's codes (codes.csv): of `errorCode` only 00 is known; settings may classify more."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.tables import table
from schemas.payments import NoticeOutcome

RESULTS = table(__package__, "result")
ANSWERS = table(__package__, "answer")
SUCCESSFUL, FAILED = "SUCCESSFUL", "FAILED"


def outcome(code: str, more: Mapping[str, str]) -> NoticeOutcome:
    """What a notice says. A code that nobody has classified is unclear: people look at it."""
    if code in RESULTS:
        return NoticeOutcome(RESULTS[code].outcome)
    return NoticeOutcome(more[code]) if code in more else NoticeOutcome.UNCLEAR
