"""ZaloPay's codes (codes.csv). `return_code` decides; `sub_return_code` only says why something failed.

-101 means "not found" in one official table and a completed refund in another: it never says that a refund failed.
"""

from __future__ import annotations

from adapters.tables import table
from schemas.payments import NoticeOutcome

PAYMENTS = table(__package__, "payment")
REFUNDS = table(__package__, "refund")
QUERY = table(__package__, "query")
CALLS = table(__package__, "call")
CREATE = table(__package__, "create")
REPAY = table(__package__, "repay")
ASKED = table(__package__, "asked")
ANSWERS = table(__package__, "answer")
SUCCESS, FAILED = "1", "2"
ORDER = 1


def outcome(result: str, sub: str) -> NoticeOutcome | None:
    """What became of a payment; `None` where the call itself failed (see `call`) and it has to be asked again."""
    if result not in PAYMENTS:
        return NoticeOutcome.UNCLEAR
    if result != FAILED:
        return NoticeOutcome(PAYMENTS[result].outcome)
    if sub in CALLS:
        return None
    said = QUERY[sub].outcome if sub in QUERY else PAYMENTS[result].outcome
    return None if said == "unclear" else NoticeOutcome(said)


def refund_outcome(result: str, sub: str) -> NoticeOutcome | None:
    """What became of a refund that is asked about; `None` where it has to be asked again.

    That the question is refused, or that there is no such refund yet, does not say that the refund failed.
    """
    if result not in REFUNDS or (result == FAILED and sub in CALLS):
        return None
    said = ASKED[sub].outcome if result == FAILED and sub in ASKED else REFUNDS[result].outcome
    return None if said == "unclear" else NoticeOutcome(said)


def taken(result: str, sub: str) -> NoticeOutcome | None:
    """What the answer to a refund says of it; `None` where it says nothing about it."""
    if result == FAILED and sub in REPAY:
        said = REPAY[sub].outcome
        return None if said == "repeated" else NoticeOutcome(said)
    if result not in REFUNDS or (result == FAILED and sub in CALLS):
        return None
    return NoticeOutcome(REFUNDS[result].outcome)


def call(sub: str) -> str:
    """What a code says of the call itself: `ours`, `refused`, `repeated`, `later` or `unclear`."""
    for known in (CALLS, CREATE, REPAY):
        if sub in known and known[sub].outcome in ("ours", "refused", "repeated", "later"):
            return known[sub].outcome
    return "unclear"


def label(result: str, sub: str) -> str:
    """The codes, for people."""
    return f"return_code {result[:20]}, sub_return_code {sub[:20] or 'none'}"
