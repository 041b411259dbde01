"""VNPAY's codes (codes.csv), and how two of them together say what became of a payment."""

from __future__ import annotations

from adapters.tables import table
from schemas.payments import NoticeOutcome

RESPONSES = table(__package__, "response")
STATUSES = table(__package__, "status")
CALLS = table(__package__, "call")
ANSWERS = table(__package__, "answer")
PAYMENT, WHOLE_REFUND, PART_REFUND = "01", "02", "03"
LOCALES = {"vi": "vn", "en": "en"}
SUCCESS = "00"
_SAID = (NoticeOutcome.SUSPENDED, NoticeOutcome.REVERSED, NoticeOutcome.REFUNDING, NoticeOutcome.REFUND_FAILED)


def outcome(response: str, status: str) -> NoticeOutcome:
    """What a notice says: paid only if both codes say so; what they say against each other is unclear."""
    if response not in RESPONSES or status not in STATUSES:
        return NoticeOutcome.UNCLEAR
    by_response, by_status = (NoticeOutcome(RESPONSES[response].outcome), NoticeOutcome(STATUSES[status].outcome))
    for said in (by_status, by_response):
        if said in _SAID:
            return said
    if SUCCESS not in (response, status):
        return by_response
    if response == status:
        return NoticeOutcome.PAID
    return NoticeOutcome.PENDING if by_status is NoticeOutcome.PENDING else NoticeOutcome.UNCLEAR


def queried(kind: str, status: str) -> NoticeOutcome:
    """What the answer of a query says; `kind` is `vnp_TransactionType`."""
    said = NoticeOutcome(STATUSES[status].outcome) if status in STATUSES else NoticeOutcome.UNCLEAR
    if kind not in (WHOLE_REFUND, PART_REFUND):
        return said
    if said is NoticeOutcome.PAID:
        return NoticeOutcome.REFUNDED
    failed = (NoticeOutcome.FAILED, NoticeOutcome.REFUND_FAILED)
    return NoticeOutcome.REFUND_FAILED if said in failed else NoticeOutcome.REFUNDING
