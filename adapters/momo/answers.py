"""What MoMo answers, as verdicts. Answers are not signed: they are believed because we asked over our own connection,
and only about what we asked."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from adapters import digests, payments
from adapters.fields import Untranslatable
from adapters.parameters import document
from lienthong.ports import Context
from lienthong.requests import Reply, Request
from lienthong.verdicts import Absent, Delivered, Reject, Retry, Single, Stop, Unknown
from schemas.payments import Attempt, Enquiry, NoticeOutcome, Origin, RefundAttempt, RefundEnquiry

from . import codes
from .model import Create, Created, RefundEntry, State
from .translate import answered, opened, refunded

M = TypeVar("M", bound=BaseModel)
_ABSENT = "42"
_LOST_LINK = "MoMo has this order and does not tell its link again; ask for a new attempt"


def read(model: type[M], reply: Reply, request: Request) -> M | Single:
    """The answer as `model`, or a verdict."""
    found = document(reply, request, "resultCode")
    if not isinstance(found, dict):
        return found
    try:
        return model.model_validate(found)
    except (ValidationError, Untranslatable):
        return (Unknown if request.write else Retry)("the answer could not be read")


def creation(attempt: Attempt, native: Create, sent: bytes, answer: Created, reply: Reply, context: Context) -> Single:
    """Whether MoMo opened the payment, and how the payer reaches it."""
    if answer.resultCode != codes.SUCCESS:
        return _not_created(attempt, answer, reply, context)
    if (answer.orderId, digests.whole(answer.amount)) != (attempt.reference, attempt.amount):
        return Unknown("the answer is about another order or amount")
    try:
        made = opened(attempt, native, sent, answer)
    except ValidationError:
        return Unknown("the links in the answer are none")
    if made.url is None and made.app_url is None and made.qr is None:
        return Unknown("the answer holds no link")
    return Delivered(attempt.reference, (payments.opened(made, context),))


def creation_found(attempt: Attempt, answer: State, raw: str, context: Context) -> Single:
    """Whether an attempt was opened whose outcome is unknown. If it was, its link is lost."""
    if codes.call(answer.resultCode) == "absent":
        return Absent()
    outcome = codes.outcome(answer.resultCode)
    if outcome is NoticeOutcome.UNCLEAR:
        return _not_now(answer.resultCode)
    if not _about(attempt.reference, answer):
        return Unknown("the answer is about another order")
    if outcome is NoticeOutcome.PAID:
        notice = answered(attempt, answer, outcome, raw)
        return Delivered(attempt.reference, (payments.noticed(notice, context),))
    return payments.failed(attempt, "link-lost", _LOST_LINK, context, raw=raw)


def payment(asked: Enquiry, answer: State, raw: str, context: Context) -> Single:
    """What became of a payment."""
    outcome = codes.outcome(answer.resultCode)
    if outcome is NoticeOutcome.UNCLEAR and answer.resultCode in codes.CALLS:
        return _not_now(answer.resultCode)
    if outcome is not NoticeOutcome.NOT_FOUND and not _about(asked.reference, answer):
        return Retry("the answer is about another order")
    try:
        notice = answered(asked, answer, outcome, raw)
    except ValidationError:
        return Retry("the answer could not be read")
    return Delivered(notice.gateway_reference, (payments.noticed(notice, context),))


def refund(said: RefundAttempt, answer: State, raw: str, context: Context) -> Single:
    """Whether MoMo took a refund. What it refused surely took no effect; anything unclear is asked first."""
    outcome = _of_refund(answer.resultCode)
    if outcome is not None:
        return _told(said, answer, outcome, raw, Origin.ANSWER, context)
    match codes.call(answer.resultCode):
        case "ours":
            return Stop(codes.label(answer.resultCode))
        case "refused":
            return _told(said, answer, NoticeOutcome.REFUND_FAILED, raw, Origin.ANSWER, context)
    return Unknown(codes.label(answer.resultCode))


def refund_found(said: RefundAttempt, answer: State, raw: str, context: Context) -> Single:
    """Whether a refund whose outcome is unknown took effect. A repeat under the same `orderId` pays nothing twice."""
    found = _entry(said.refund_reference, answer)
    if found is None or codes.call(found.resultCode) == "absent":
        return Absent()
    outcome = _of_refund(found.resultCode)
    if outcome is None:
        return _not_now(found.resultCode)
    return _told(said, found, outcome, raw, Origin.QUERY, context)


def refund_state(asked: RefundEnquiry, answer: State, raw: str, context: Context) -> Single:
    """What became of a refund."""
    found = _entry(asked.refund_reference, answer) or answer.model_copy(update={"resultCode": _ABSENT, "transId": ""})
    absent = codes.call(found.resultCode) == "absent"
    outcome = NoticeOutcome.REFUND_NOT_FOUND if absent else _of_refund(found.resultCode)
    if outcome is None:
        return _not_now(found.resultCode)
    notice = refunded(asked, found, outcome, raw, Origin.QUERY)
    return Delivered(notice.gateway_refund_reference, (payments.noticed(notice, context),))


def _entry(reference: str, answer: State) -> State | None:
    """The refund in question: the answer itself, or the one of the list that has our reference."""
    if answer.refundTrans is None:
        return answer
    found: RefundEntry | None = next((one for one in answer.refundTrans if one.orderId == reference), None)
    if found is None:
        return None
    return answer.model_copy(update={"resultCode": found.resultCode, "transId": found.transId, "amount": found.amount})


def _of_refund(result: str) -> NoticeOutcome | None:
    """What a code says of a refund; `None` where it has to be asked again."""
    found = codes.REFUNDS.get(result)
    outcome = NoticeOutcome(found.outcome) if found is not None else NoticeOutcome.UNCLEAR
    return None if outcome in (NoticeOutcome.UNCLEAR, NoticeOutcome.REFUND_NOT_FOUND) else outcome


def _told(
    said: RefundAttempt, answer: State, outcome: NoticeOutcome, raw: str, origin: Origin, context: Context
) -> Single:
    follow_up = payments.noticed(refunded(said, answer, outcome, raw, origin), context)
    if outcome is NoticeOutcome.REFUND_FAILED:
        return Reject("refund-refused", codes.label(answer.resultCode), None, (follow_up,))
    return Delivered(answer.transId or None, (follow_up,))


def _not_created(attempt: Attempt, answer: Created, reply: Reply, context: Context) -> Single:
    label, raw = codes.label(answer.resultCode), reply.content.decode("utf-8", "replace")
    native = payments.codes(answer.model_dump(), "resultCode")
    match codes.call(answer.resultCode):
        case "ours":
            return Stop(label)
        case "refused" | "absent":
            return payments.failed(attempt, "refused", label, context, codes=native, raw=raw)
        case "repeated":
            return payments.failed(attempt, "link-lost", _LOST_LINK, context, codes=native, raw=raw)
    if codes.outcome(answer.resultCode) in (NoticeOutcome.FAILED, NoticeOutcome.EXPIRED):
        return payments.failed(attempt, "refused", label, context, codes=native, raw=raw)
    return Unknown(label)


def _about(reference: str, answer: State) -> bool:
    return answer.orderId == reference


def _not_now(result: str) -> Single:
    match codes.call(result):
        case "ours":
            return Stop(codes.label(result))
        case "refused":
            return Reject("refused", codes.label(result))
    return Retry(codes.label(result))
