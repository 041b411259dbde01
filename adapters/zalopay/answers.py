"""What ZaloPay answers, as verdicts. Answers are not signed: they are believed because we asked over our own
connection, and only about what we asked."""

from __future__ import annotations

from pydantic import ValidationError

from adapters import payments
from adapters.fields import Untranslatable
from adapters.parameters import document
from adapters.times import day
from lienthong.ports import Context
from lienthong.requests import Reply, Request
from lienthong.verdicts import Absent, Delivered, Reject, Retry, Single, Stop, Unknown
from schemas.payments import Attempt, Enquiry, NoticeOutcome, Origin, RefundAttempt, RefundEnquiry

from . import codes
from .model import Answer, Create
from .settings import ZalopaySettings
from .translate import answered, opened, refunded

_UNKNOWN_REFUND = "ZaloPay does not know the refund, and its day is over; look it up at ZaloPay's merchant portal"
_LOST_LINK = "ZaloPay has this order and does not tell its link again; ask for a new attempt"


def read(reply: Reply, request: Request) -> Answer | Single:
    """The answer, or a verdict."""
    found = document(reply, request, "return_code")
    if not isinstance(found, dict):
        return found
    try:
        return Answer.model_validate(found)
    except (ValidationError, Untranslatable):
        return (Unknown if request.write else Retry)("the answer could not be read")


def creation(attempt: Attempt, native: Create, sent: bytes, answer: Answer, raw: str, context: Context) -> Single:
    """Whether ZaloPay opened the payment, and how the payer reaches it."""
    if answer.return_code != codes.SUCCESS:
        return _not_created(attempt, answer, raw, context)
    try:
        made = opened(attempt, native, sent, answer)
    except ValidationError:
        return Unknown("the link in the answer is none")
    if made.url is None and made.qr is None:
        return Unknown("the answer holds no link")
    return Delivered(native.app_trans_id, (payments.opened(made, context),))


def creation_found(attempt: Attempt, answer: Answer, raw: str, settings: ZalopaySettings, context: Context) -> Single:
    """Whether an attempt was opened whose outcome is unknown.

    `failed` may mean that there is no such order: it is sent again under the same id, which ZaloPay takes only once.
    """
    match codes.outcome(answer.return_code, answer.sub_return_code):
        case NoticeOutcome.FAILED | NoticeOutcome.EXPIRED | NoticeOutcome.NOT_FOUND:
            return Absent()
        case NoticeOutcome.PENDING:
            return payments.failed(attempt, "link-lost", _LOST_LINK, context, raw=raw)
        case NoticeOutcome.PAID:
            try:
                notice = answered(attempt, answer, NoticeOutcome.PAID, raw, settings.app_id)
            except ValidationError:
                return Retry("the answer says paid and not how much")
            return Delivered(attempt.reference, (payments.noticed(notice, context),))
    return _not_now(answer)


def payment(asked: Enquiry, answer: Answer, raw: str, settings: ZalopaySettings, context: Context) -> Single:
    """What became of a payment."""
    outcome = codes.outcome(answer.return_code, answer.sub_return_code)
    if outcome is None:
        return _not_now(answer)
    try:
        notice = answered(asked, answer, outcome, raw, settings.app_id)
    except ValidationError:
        return Retry("the answer says paid and not how much")
    return Delivered(notice.gateway_reference, (payments.noticed(notice, context),))


def refund(said: RefundAttempt, answer: Answer, raw: str, context: Context) -> Single:
    """Whether ZaloPay took a refund. What it refused surely took no effect; anything unclear is asked first."""
    outcome = codes.taken(answer.return_code, answer.sub_return_code)
    if outcome is not None:
        return _told(said, answer, outcome, raw, Origin.ANSWER, context)
    match codes.call(answer.sub_return_code):
        case "ours":
            return Stop(_label(answer))
        case "refused":
            return _told(said, answer, NoticeOutcome.REFUND_FAILED, raw, Origin.ANSWER, context)
        case "later":
            return Retry(_label(answer))
    return Unknown(_label(answer))


def refund_found(said: RefundAttempt, answer: Answer, raw: str, context: Context) -> Single:
    """Whether a refund whose outcome is unknown took effect.

    One that ZaloPay does not know is sent again under the same id, which ZaloPay takes only once; on another day it
    would refuse the id for its date, which would say nothing about the first.
    """
    outcome = codes.refund_outcome(answer.return_code, answer.sub_return_code)
    if outcome is NoticeOutcome.REFUND_NOT_FOUND:
        return Absent() if day(said.created_at) == day(context.now) else Unknown(_UNKNOWN_REFUND)
    return _not_now(answer) if outcome is None else _told(said, answer, outcome, raw, Origin.QUERY, context)


def refund_state(asked: RefundEnquiry, answer: Answer, raw: str, context: Context) -> Single:
    """What became of a refund."""
    outcome = codes.refund_outcome(answer.return_code, answer.sub_return_code)
    if outcome is None:
        return _not_now(answer)
    notice = refunded(asked, answer, outcome, raw, Origin.QUERY)
    return Delivered(notice.gateway_refund_reference, (payments.noticed(notice, context),))


def _told(
    said: RefundAttempt, answer: Answer, outcome: NoticeOutcome, raw: str, origin: Origin, context: Context
) -> Single:
    notice = refunded(said, answer, outcome, raw, origin)
    follow_up = payments.noticed(notice, context)
    if outcome is NoticeOutcome.REFUND_FAILED:
        return Reject("refund-refused", _label(answer), None, (follow_up,))
    return Delivered(notice.gateway_refund_reference, (follow_up,))


def _not_created(attempt: Attempt, answer: Answer, raw: str, context: Context) -> Single:
    native = payments.codes(answer.model_dump(), "return_code", "sub_return_code")
    match codes.call(answer.sub_return_code) if answer.return_code == codes.FAILED else "unclear":
        case "ours":
            return Stop(_label(answer))
        case "refused":
            return payments.failed(attempt, "refused", _label(answer), context, codes=native, raw=raw)
        case "repeated":
            return payments.failed(attempt, "link-lost", _LOST_LINK, context, codes=native, raw=raw)
        case "later":
            return Retry(_label(answer))
    return Unknown(_label(answer))


def _not_now(answer: Answer) -> Single:
    match codes.call(answer.sub_return_code):
        case "ours":
            return Stop(_label(answer))
        case "refused":
            return Reject("refused", _label(answer))
    return Retry(_label(answer))


def _label(answer: Answer) -> str:
    return codes.label(answer.return_code, answer.sub_return_code)
