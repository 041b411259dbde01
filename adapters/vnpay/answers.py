"""What VNPAY answers to a query or refund, as verdicts."""

from __future__ import annotations

from pydantic import ValidationError

from adapters import payments
from adapters.fields import Untranslatable
from adapters.parameters import document
from lienthong.ports import Context
from lienthong.requests import Reply, Request
from lienthong.verdicts import Delivered, Reject, Retry, Single, Stop, Unknown
from schemas.payments import Enquiry, NoticeOutcome, Origin, RefundAttempt, RefundEnquiry

from . import codes, signing
from .model import ApiAnswer
from .settings import VnpaySettings
from .translate import HUNDREDTHS, answered, refunded

_OF_REFUND = (codes.WHOLE_REFUND, codes.PART_REFUND)


def read(
    reply: Reply, request: Request, order: tuple[str, ...], reference: str, settings: VnpaySettings
) -> ApiAnswer | Single:
    """The answer, if it is VNPAY's own and about our payment; else a verdict.

    A refusal of the call itself may come unsigned: it brings no evidence about money. A wrong signature never counts.
    """
    found = document(reply, request, "vnp_ResponseCode")
    if not isinstance(found, dict):
        return found
    lost = Unknown if request.write else Retry
    try:
        answer = ApiAnswer.model_validate(found)
    except (ValidationError, Untranslatable):
        return lost("the answer could not be read")
    signed = signing.genuine_answer(order, found, settings.secret)
    about = (answer.vnp_TmnCode, answer.vnp_TxnRef) == (settings.terminal, reference)
    if answer.vnp_ResponseCode == codes.SUCCESS or found.get(signing.HASH):
        if not signed:
            return lost("the signature of the answer is wrong")
        if not about and answer.vnp_ResponseCode == codes.SUCCESS:
            return lost("the answer is about another payment")
    return answer


def payment(asked: Enquiry, answer: ApiAnswer, raw: str, context: Context) -> Single:
    """What became of a payment."""
    call = _call(answer)
    if call not in ("done", "absent"):
        return _not_now(call, answer)
    outcome = NoticeOutcome.NOT_FOUND
    if call == "done":
        outcome = codes.queried(answer.vnp_TransactionType, answer.vnp_TransactionStatus)
    try:
        notice = answered(asked, answer, outcome, raw)
    except (Untranslatable, ValidationError):
        return Retry("the answer could not be read")
    return Delivered(notice.gateway_reference, (payments.noticed(notice, context),))


def refund(said: RefundAttempt, answer: ApiAnswer, raw: str, context: Context) -> Single:
    """Whether VNPAY took a refund. What it refused surely took no effect; anything unclear is asked, never resent."""
    call = _call(answer)
    if call == "done":
        kind = answer.vnp_TransactionType or codes.WHOLE_REFUND
        outcome = codes.queried(kind, answer.vnp_TransactionStatus)
        return _told(said, answer, outcome, raw, context)
    if call in ("absent", "refused"):
        return _told(said, answer, NoticeOutcome.REFUND_FAILED, raw, context)
    return Stop(_reason(answer)) if call == "ours" else Unknown(_reason(answer))


def refund_found(said: RefundAttempt, answer: ApiAnswer, raw: str, context: Context) -> Single:
    """Whether a refund whose outcome is unknown took effect. That querydr does not show it proves nothing."""
    if _call(answer) != "done":
        return _not_now(_call(answer), answer)
    outcome = _shown(said, answer)
    if outcome is None:
        return Unknown("querydr does not show the refund; look it up at VNPAY's merchant portal")
    return _told(said, answer, outcome, raw, context)


def refund_state(asked: RefundEnquiry, answer: ApiAnswer, raw: str, context: Context) -> Single:
    """What became of a refund. While querydr does not show it, it counts as on its way."""
    call = _call(answer)
    if call not in ("done", "absent"):
        return _not_now(call, answer)
    outcome = (_shown(asked, answer) if call == "done" else None) or NoticeOutcome.REFUNDING
    notice = refunded(asked, answer, outcome, raw, Origin.QUERY)
    return Delivered(None, (payments.noticed(notice, context),))


def _shown(said: RefundAttempt | RefundEnquiry, answer: ApiAnswer) -> NoticeOutcome | None:
    """What querydr says of this refund; `None` where it speaks of the payment, or of another refund."""
    outcome = codes.queried(answer.vnp_TransactionType, answer.vnp_TransactionStatus)
    if answer.vnp_TransactionType in _OF_REFUND:
        return outcome if answer.vnp_Amount in ("", str(said.amount * HUNDREDTHS)) else None
    return outcome if outcome.of_refund else None


def _told(said: RefundAttempt, answer: ApiAnswer, outcome: NoticeOutcome, raw: str, context: Context) -> Single:
    follow_up = payments.noticed(refunded(said, answer, outcome, raw, Origin.ANSWER), context)
    if outcome is NoticeOutcome.REFUND_FAILED:
        return Reject("refund-refused", _reason(answer), None, (follow_up,))
    return Delivered(answer.vnp_TransactionNo or None, (follow_up,))


def _call(answer: ApiAnswer) -> str:
    """The class of `vnp_ResponseCode`; a code that nobody has classified is unclear."""
    found = codes.CALLS.get(answer.vnp_ResponseCode)
    return "unclear" if found is None else found.outcome


def _not_now(call: str, answer: ApiAnswer) -> Single:
    if call == "ours":
        return Stop(_reason(answer))
    if call == "refused":
        return Reject("refused", _reason(answer))
    return Retry(_reason(answer))


def _reason(answer: ApiAnswer) -> str:
    found = codes.CALLS.get(answer.vnp_ResponseCode)
    label = found.label if found else "a code that is not in the table"
    return f"vnp_ResponseCode {answer.vnp_ResponseCode[:10]}: {label}"


__all__ = ["payment", "read", "refund", "refund_found", "refund_state"]
