"""What the platform answers, plain or inside a façade's `{"error_code", "message"}`, as verdicts.

Answers are not signed as far as is published: they are believed because we asked over our own connection, and only
about what we asked.
"""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from adapters import digests, payments
from adapters.fields import Untranslatable
from adapters.parameters import document, json_object
from lienthong.ports import Context
from lienthong.requests import Reply, Request
from lienthong.verdicts import Absent, Delivered, Retry, Single, Stop, Unknown
from schemas.payments import Attempt, Enquiry, NoticeOutcome

from . import codes, signing
from .model import Created, Init, State
from .settings import NationalPaymentSettings
from .translate import answered, opened

M = TypeVar("M", bound=BaseModel)
_CODE, _OUTER = "MaLoi", "error_code"
_LOST_LINK = "the platform has this transaction and does not tell its link again; ask for a new attempt"


def read(model: type[M], reply: Reply, request: Request) -> M | Single:
    """The answer as `model`, or a verdict."""
    found = members(reply, request)
    if not isinstance(found, dict):
        return found
    try:
        return model.model_validate(found)
    except (ValidationError, Untranslatable):
        return _lost(request)("the answer could not be read")


def members(reply: Reply, request: Request) -> dict[str, Any] | Single:
    """The platform's own object, out of a façade's if it is in one.

    An error of the façade says nothing about the platform: what was written may have arrived.
    """
    found = document(reply, request, _CODE)
    if isinstance(found, dict):
        return found
    outer = document(reply, request, _OUTER)
    if not isinstance(outer, dict):
        return found
    if digests.whole(outer[_OUTER]) != 0:
        return _lost(request)(f"the facade answered error_code {str(outer[_OUTER])[:20]}")
    inner = _inner(outer.get("message"))
    return _lost(request)("the facade's message holds no answer") if inner is None else inner


def state(reply: Reply, request: Request, reference: str, settings: NationalPaymentSettings) -> State | Single:
    """The answer to a QUERY, if it is about our transaction and, where that is demanded, signed; else a verdict."""
    found = members(reply, request)
    if not isinstance(found, dict):
        return found
    try:
        answer = State.model_validate(found)
    except (ValidationError, Untranslatable):
        return Retry("the answer could not be read")
    if settings.signed_answers and not signing.genuine(signing.CONFIRM, found, settings.secret):
        return Retry("the digest of the answer is missing or wrong")
    if not _about(reference, answer, settings):
        return Retry("the answer is about another transaction")
    return answer


def creation(
    attempt: Attempt, native: Init, sent: bytes, reply: Reply, request: Request, settings: NationalPaymentSettings,
    context: Context,
) -> Single:  # fmt: skip
    """Whether the platform opened the payment, and how the payer reaches it.

    Whatever it refuses ends the attempt: nobody has a link, so that nobody can pay by it.
    """
    answer = read(Created, reply, request)
    if not isinstance(answer, Created):
        return answer
    if answer.MaLoi not in ("", codes.DONE):
        return _not_created(attempt, answer, reply, settings, context)
    if not _about(attempt.reference, answer, settings) or answer.SoTien not in ("", native.SoTien):
        return Unknown("the answer is about another transaction or amount")
    if not (answer.UrlThanhToan or "").startswith(("https://", "http://")):
        return Unknown("the answer holds no link")
    try:
        made = opened(attempt, native, sent, answer)
    except ValidationError:
        return Unknown("the link in the answer is none")
    return Delivered(attempt.reference, (payments.opened(made, context),))


def creation_found(
    attempt: Attempt, answer: State, raw: str, settings: NationalPaymentSettings, context: Context
) -> Single:
    """Whether an attempt was opened whose outcome is unknown. If it was, its link is lost."""
    match codes.queried(answer.MaLoi, answer.TrangThaiGD, settings.codes):
        case None | NoticeOutcome.UNCLEAR:
            return _not_now(answer, settings)
        case NoticeOutcome.NOT_FOUND:
            return Absent()
        case NoticeOutcome.PAID:
            return _told(attempt, answer, NoticeOutcome.PAID, raw, settings, context)
    return payments.failed(attempt, "link-lost", _LOST_LINK, context, raw=raw)


def payment(asked: Enquiry, answer: State, raw: str, settings: NationalPaymentSettings, context: Context) -> Single:
    """What became of a payment."""
    outcome = codes.queried(answer.MaLoi, answer.TrangThaiGD, settings.codes)
    if outcome is None:
        return _not_now(answer, settings)
    return _told(asked, answer, outcome, raw, settings, context)


def _told(
    asked: Enquiry | Attempt, answer: State, outcome: NoticeOutcome, raw: str, settings: NationalPaymentSettings,
    context: Context,
) -> Single:  # fmt: skip
    try:
        notice = answered(asked, answer, outcome, raw, settings)
    except ValidationError:
        return Retry("the answer could not be read, or says paid and not how much")
    return Delivered(notice.gateway_reference, (payments.noticed(notice, context),))


def _not_created(
    attempt: Attempt, answer: Created, reply: Reply, settings: NationalPaymentSettings, context: Context
) -> Single:
    label = codes.label(answer.MaLoi, answer.MoTaLoi)
    match codes.result(answer.MaLoi, settings.codes):
        case "ours":
            return Stop(label)
        case "later":
            return Retry(label)
    native = payments.codes(answer.model_dump(), _CODE)
    raw = reply.content.decode("utf-8", "replace")
    return payments.failed(attempt, "refused", label, context, codes=native, raw=raw)


def _not_now(answer: State, settings: NationalPaymentSettings) -> Single:
    label = codes.label(answer.MaLoi, answer.MoTaLoi)
    return Stop(label) if codes.result(answer.MaLoi, settings.codes) == "ours" else Retry(label)


def _about(reference: str, answer: Created | State, settings: NationalPaymentSettings) -> bool:
    """What an answer repeats of our question must be ours; it need not repeat it."""
    return answer.MaThamChieu in ("", reference) and answer.MaDoiTac in ("", settings.partner)


def _inner(message: object) -> dict[str, Any] | None:
    if isinstance(message, dict):
        return message
    try:
        return json_object(message.encode("utf-8", "surrogatepass")) if isinstance(message, str) else None
    except Untranslatable:
        return None


def _lost(request: Request) -> type[Unknown] | type[Retry]:
    return Unknown if request.write else Retry
