"""Canonical attempts, questions and refunds to ZaloPay's messages; its callbacks and answers to canonical ones."""

from __future__ import annotations

import json
from datetime import datetime

from pydantic import BaseModel

from adapters import digests, payments
from adapters.fields import Untranslatable
from adapters.times import day, milliseconds, moment
from lienthong.ports import Context
from schemas.payments import Attempt, Enquiry, NoticeOutcome, Opened, Origin, RefundAttempt, RefundEnquiry
from schemas.payments import Notice as Canonical

from . import codes, signing
from .model import Answer, Create, Data, Query, Redirect, Refund, RefundQuery
from .settings import ZalopaySettings

ORDER = "app_trans_id"
_SHORTEST, _LONGEST = 300, 2_592_000
_DESCRIPTION, _TEXT, _KEY = 256, 2000, 150


def order_id(reference: str, created: datetime) -> str:
    """`app_trans_id` of an attempt: the day it was created, in GMT+7, and our reference."""
    return f"{day(created)}_{reference}"


def our_reference(order: str) -> str | None:
    """Our reference in an `app_trans_id`; `None` where it has none."""
    date, _, rest = order.partition("_")
    return payments.reference(rest) if len(date) == 6 and date.isdecimal() and date.isascii() else None


def create(attempt: Attempt, settings: ZalopaySettings) -> Create:
    """A payment. Raises `Untranslatable` and `pydantic.ValidationError`."""
    order = attempt.order
    back = order.return_url or settings.return_url
    lasting = int((attempt.expires_at - attempt.created_at).total_seconds())
    return Create(
        app_id=settings.app_id,
        app_user=settings.app_user,
        app_trans_id=order_id(attempt.reference, attempt.created_at),
        app_time=milliseconds(attempt.created_at),
        amount=attempt.amount,
        description=order.text[:_DESCRIPTION],
        embed_data=_json({"redirecturl": back}) if back else "{}",
        expire_duration_seconds=min(max(lasting, _SHORTEST), _LONGEST),
        callback_url=settings.notice_url,
        bank_code=order.method or settings.bank,
    )


def query(asked: Enquiry | Attempt, settings: ZalopaySettings) -> bytes:
    """The signed question about a payment."""
    known = asked.memo.get(ORDER) if isinstance(asked, Enquiry) else None
    native = Query(app_id=settings.app_id, app_trans_id=known or order_id(asked.reference, asked.created_at))
    return _body(native, signing.query_mac(native.model_dump(), settings.key1))


def refund(said: RefundAttempt, settings: ZalopaySettings, now: datetime) -> bytes:
    """The signed refund. Its id is the same whenever it is made; the time is not, because it must be fresh."""
    if said.gateway_reference is None:
        raise Untranslatable("missing", "is required by ZaloPay: zp_trans_id of the payment", "/gateway_reference")
    native = Refund(
        app_id=settings.app_id,
        m_refund_id=refund_id(said, settings),
        zp_trans_id=said.gateway_reference,
        amount=said.amount,
        timestamp=milliseconds(now),
        description=f"Hoan tien {said.reference}",
    )
    return _body(native, signing.mac(signing.REFUND, native.model_dump(), settings.key1))


def refund_query(said: RefundAttempt | RefundEnquiry, settings: ZalopaySettings, now: datetime) -> bytes:
    """The signed question about a refund."""
    native = RefundQuery(app_id=settings.app_id, m_refund_id=refund_id(said, settings), timestamp=milliseconds(now))
    return _body(native, signing.mac(signing.REFUND_QUERY, native.model_dump(), settings.key1))


def refund_id(said: RefundAttempt | RefundEnquiry, settings: ZalopaySettings) -> str:
    """`m_refund_id`: the day on which the refund was created, in GMT+7, the app, and our reference of it."""
    return f"{day(said.created_at)}_{settings.app_id}_{said.refund_reference}"


def signed(native: Create, settings: ZalopaySettings) -> bytes:
    """A creation as it is sent. Raises `Untranslatable` for a `|` in what is signed."""
    return _body(native, signing.mac(signing.CREATE, native.model_dump(), settings.key1))


def opened(attempt: Attempt, native: Create, sent: bytes, answer: Answer) -> Opened:
    """How the payer can pay. Raises `pydantic.ValidationError` for a link that is none."""
    return Opened(
        order_code=attempt.order.order_code,
        dossier_code=attempt.order.dossier_code,
        system=attempt.system,
        reference=attempt.reference,
        amount=attempt.amount,
        url=answer.order_url or None,
        qr=answer.qr_code or None,
        expires_at=attempt.expires_at,
        sent=sent.decode(),
        signed=signing.joined(signing.CREATE, native.model_dump()),
        memo={ORDER: native.app_trans_id},
    )


def noticed(data: Data, reference: str, raw: str, context: Context) -> Canonical:
    """A callback whose mac was right: ZaloPay calls only about what was paid."""
    return Canonical(
        system=context.system,
        reference=reference,
        gateway_reference=data.zp_trans_id or None,
        origin=Origin.NOTICE,
        outcome=NoticeOutcome.PAID,
        amount=int(data.amount),
        terminal=str(data.app_id),
        method=data.channel or None,
        fee=_positive(data.user_fee_amount),
        written_at=data.server_time or None,
        at=moment(data.server_time),
        raw=raw,
    )


def returned(native: Redirect, reference: str, raw: str, context: Context) -> Canonical:
    """What the payer's browser brought back."""
    return Canonical(
        system=context.system,
        reference=reference,
        origin=Origin.RETURN,
        outcome=codes.outcome(native.status, "") or NoticeOutcome.UNCLEAR,
        amount=int(native.amount),
        terminal=native.appid,
        codes=payments.codes(native.model_dump(), "status"),
        bank=native.bankcode or None,
        raw=raw,
    )


def key(data: Data) -> str:
    """ZaloPay's own identity of a callback, with the amount."""
    return digests.fitting(f"{data.app_id}/{data.app_trans_id}/{data.zp_trans_id}/{data.amount}", _KEY)


def answered(asked: Enquiry | Attempt, answer: Answer, outcome: NoticeOutcome, raw: str, app: int) -> Canonical:
    """What the answer to a question says."""
    return Canonical(
        order_code=asked.order_code if isinstance(asked, Enquiry) else asked.order.order_code,
        system=asked.system,
        reference=asked.reference,
        gateway_reference=payments.number(answer.zp_trans_id),
        origin=Origin.QUERY,
        outcome=outcome,
        amount=_positive(answer.amount),
        terminal=str(app),
        codes=payments.codes(answer.model_dump(), "return_code", "sub_return_code"),
        message=(answer.sub_return_message or answer.return_message)[:_TEXT] or None,
        written_at=answer.server_time or None,
        at=moment(answer.server_time),
        raw=raw,
    )


def refunded(
    said: RefundAttempt | RefundEnquiry, answer: Answer, outcome: NoticeOutcome, raw: str, origin: Origin
) -> Canonical:
    """What an answer says about a refund of ours."""
    return payments.refunded(
        said,
        outcome,
        origin,
        raw,
        gateway_refund_reference=payments.number(answer.refund_id),
        codes=payments.codes(answer.model_dump(), "return_code", "sub_return_code"),
        message=(answer.sub_return_message or answer.return_message)[:_TEXT] or None,
    )


def _positive(text: str) -> int | None:
    count = digests.whole(text)
    return count if count is not None and count >= 0 and text else None


def _body(native: BaseModel, mac: str) -> bytes:
    said = native.model_dump(exclude_none=True)
    return _json({**said, "mac": mac}).encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
