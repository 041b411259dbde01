"""The platform's codes (codes.csv). Of its `MaLoi` only 00 and 99 are known; settings may classify more."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.tables import table
from schemas.payments import NoticeOutcome

RESULTS = table(__package__, "result")
STATES = table(__package__, "state")
ANSWERS = table(__package__, "answer")
DONE, OTHER = "00", "99"
FEES = "2"


def result(code: str, more: Mapping[str, str]) -> str:
    """What `MaLoi` says of a call: `done`, `ours`, `later`, `absent`, `failed` or `unclear`."""
    known = RESULTS[code].outcome if code in RESULTS else "unclear"
    return known if known == "done" else more.get(code, known)


def confirmed(code: str, more: Mapping[str, str]) -> NoticeOutcome:
    """What a CONFIRM says. A code that nobody has classified is unclear: the platform is asked."""
    said = {"done": NoticeOutcome.PAID, "failed": NoticeOutcome.FAILED}
    return said.get(result(code, more), NoticeOutcome.UNCLEAR)


def queried(code: str, state: str, more: Mapping[str, str]) -> NoticeOutcome | None:
    """What the answer to a QUERY says: paid only if both codes say so. `None`: the call itself failed."""
    call = result(code, more)
    if call in ("ours", "later"):
        return None
    if state in STATES:
        said = NoticeOutcome(STATES[state].outcome)
        return said if call == "done" or said is not NoticeOutcome.PAID else NoticeOutcome.UNCLEAR
    without = {"absent": NoticeOutcome.NOT_FOUND, "failed": NoticeOutcome.FAILED}
    return NoticeOutcome.UNCLEAR if state else without.get(call, NoticeOutcome.UNCLEAR)


def label(code: str, text: str = "") -> str:
    """The code with the platform's own words, for people."""
    known = RESULTS[code].label if code in RESULTS else "a code that is not published"
    return f"MaLoi {code[:20] or 'none'}: {text[:500] or known}"
