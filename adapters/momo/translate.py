"""Canonical attempts, questions and refunds to MoMo's messages; its notices and answers to canonical ones."""

from __future__ import annotations

import json

from pydantic import BaseModel

from adapters import digests, payments
from adapters.fields import Untranslatable
from adapters.times import moment
from lienthong.ports import Context
from schemas.payments import Attempt, Enquiry, NoticeOutcome, Opened, Origin, RefundAttempt, RefundEnquiry
from schemas.payments import Notice as Canonical

from . import codes, signing
from .model import Create, Created, Notice, Query, Refund, State
from .settings import MomoSettings

_HIDDEN = "***"
_ID, _KEY, _TEXT = 50, 150, 2000


def create(attempt: Attempt, settings: MomoSettings) -> Create:
    """A payment. Raises `Untranslatable` and `pydantic.ValidationError`."""
    order = attempt.order
    back = order.return_url or settings.return_url
    if back is None:
        raise Untranslatable("missing", "is required by MoMo; or set settings.return_url", "/order/return_url")
    if not settings.least <= attempt.amount <= settings.most:
        reason = f"is not {settings.least} to {settings.most} dong, which is what MoMo takes; offer another gateway"
        raise Untranslatable("amount-out-of-range", reason, "/amount")
    return Create(
        partnerCode=settings.partner,
        requestId=attempt.reference,
        orderId=attempt.reference,
        lang=codes.LANGUAGES.get(order.language, "vi"),
        amount=attempt.amount,
        orderInfo=order.text,
        redirectUrl=back,
        ipnUrl=settings.notice_url,
        requestType=settings.request_type,
    )


def query(order: str, id: str, settings: MomoSettings) -> Query:
    """The question about `order`, ours or of a refund. `id` names the question."""
    return Query(partnerCode=settings.partner, requestId=digests.fitting(id, _ID), orderId=order, lang="vi")


def refund(said: RefundAttempt, settings: MomoSettings) -> Refund:
    """A refund; the same text for the same refund whenever it is made."""
    number = digests.whole(said.gateway_reference)
    if number is None:
        raise Untranslatable("missing", "is required by MoMo: the number of the payment there", "/gateway_reference")
    return Refund(
        partnerCode=settings.partner,
        requestId=said.refund_reference,
        orderId=said.refund_reference,
        lang="vi",
        amount=said.amount,
        transId=number,
        description=f"Hoan tien {said.reference}",
    )


def signed(order: tuple[str, ...], native: BaseModel, settings: MomoSettings) -> bytes:
    """The body as it is sent, with its signature.

    Raises `Untranslatable` for what a notice that brings it back could not be told apart by.
    """
    said = native.model_dump()
    signing.unambiguous(signing.NOTICE, said)
    made = signing.signature(order, said, settings.access_key.get_secret_value(), settings.secret)
    return json.dumps({**said, "signature": made}, ensure_ascii=False, separators=(",", ":")).encode()


def opened(attempt: Attempt, native: Create, sent: bytes, answer: Created) -> Opened:
    """How the payer can pay. Raises `pydantic.ValidationError` for links that are none."""
    return Opened(
        order_code=attempt.order.order_code,
        dossier_code=attempt.order.dossier_code,
        system=attempt.system,
        reference=attempt.reference,
        amount=attempt.amount,
        url=answer.payUrl or None,
        app_url=answer.deeplink or None,
        qr=answer.qrCodeUrl or None,
        expires_at=attempt.expires_at,
        sent=sent.decode(),
        signed=signing.text(signing.CREATE, native.model_dump(), _HIDDEN),
        memo={"request_id": native.requestId},
    )


def noticed(native: Notice, origin: Origin, raw: str, context: Context) -> Canonical:
    """A notice whose signature was right. Raises `pydantic.ValidationError`."""
    return Canonical(
        system=context.system,
        reference=native.orderId,
        gateway_reference=payments.number(native.transId),
        origin=origin,
        outcome=codes.outcome(native.resultCode),
        amount=int(native.amount),
        terminal=native.partnerCode,
        codes=payments.codes(native.model_dump(), "resultCode"),
        message=native.message[:_TEXT] or None,
        method=native.payType or None,
        written_at=native.responseTime,
        at=moment(native.responseTime),
        raw=raw,
    )


def key(native: Notice) -> str:
    """MoMo's own identity of a notice, and everything in it that could change what it means.

    The time of sending is left out: a repeat may carry a new one.
    """
    parts = (
        native.partnerCode,
        native.orderId,
        native.requestId,
        native.transId,
        native.resultCode,
        native.amount,
    )
    return digests.fitting("/".join(parts), _KEY)


def answered(asked: Enquiry | Attempt, answer: State, outcome: NoticeOutcome, raw: str) -> Canonical:
    """What the answer to a question says."""
    return Canonical(
        order_code=asked.order_code if isinstance(asked, Enquiry) else asked.order.order_code,
        system=asked.system,
        reference=asked.reference,
        gateway_reference=payments.number(answer.transId),
        origin=Origin.QUERY,
        outcome=outcome,
        amount=digests.whole(answer.amount),
        terminal=answer.partnerCode or None,
        codes=payments.codes(answer.model_dump(), "resultCode"),
        message=answer.message[:_TEXT] or None,
        method=answer.payType or None,
        written_at=answer.responseTime or None,
        at=moment(answer.responseTime),
        raw=raw,
    )


def refunded(
    said: RefundAttempt | RefundEnquiry, answer: State, outcome: NoticeOutcome, raw: str, origin: Origin
) -> Canonical:
    """What an answer says about a refund of ours."""
    return payments.refunded(
        said,
        outcome,
        origin,
        raw,
        gateway_refund_reference=payments.number(answer.transId),
        terminal=answer.partnerCode or None,
        codes=payments.codes(answer.model_dump(), "resultCode"),
        message=answer.message[:_TEXT] or None,
    )
