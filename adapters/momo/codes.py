"""MoMo's `resultCode` (codes.csv): of a payment, of a refund, or of the call itself."""

from __future__ import annotations

from adapters.tables import table
from schemas.payments import NoticeOutcome

RESULTS = table(__package__, "result")
CALLS = table(__package__, "call")
REFUNDS = table(__package__, "refund")
LANGUAGES = {"vi": "vi", "en": "en"}
SUCCESS = "0"


def outcome(result: str) -> NoticeOutcome:
    """What became of a payment."""
    return NoticeOutcome(RESULTS[result].outcome) if result in RESULTS else NoticeOutcome.UNCLEAR


def call(result: str) -> str:
    """What a code says of the call itself: `ours`, `refused`, `repeated`, `absent` or `unclear`."""
    return CALLS[result].outcome if result in CALLS else "unclear"


def label(result: str) -> str:
    """The code with its meaning, for people."""
    entries = (table[result] for table in (CALLS, RESULTS, REFUNDS) if result in table)
    entry = next(entries, None)
    return f"resultCode {result[:20]}: {entry.label if entry else 'a code that is not in the table'}"
