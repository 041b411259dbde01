"""Canonical attempts, questions and refunds to VNPAY's messages; its notices and answers to canonical ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from adapters import digests, payments
from adapters.fields import Untranslatable
from lienthong.ports import Context
from schemas.payments import (
    Attempt,
    Enquiry,
    NoticeOutcome,
    Opened,
    Origin,
    RefundAttempt,
    RefundEnquiry,
)
from schemas.payments import Notice as Canonical

from . import codes, signing
from .model import TIME, ApiAnswer, Notice, Pay, QueryDr, Refund
from .settings import VnpaySettings

HUNDREDTHS = 100
CREATED, INFO = "create_date", "order_info"
_SAFE, _LONGEST, _KEY = " -._:/", 255, 150
ID = 32


def pay(attempt: Attempt, settings: VnpaySettings) -> Pay:
    """The parameters of the payment page. Raises `Untranslatable` and `pydantic.ValidationError`."""
    order = attempt.order
    address = (order.payer.ip if order.payer else None) or settings.payer_address
    back = order.return_url or settings.return_url
    if address is None:
        raise Untranslatable("missing", "is required by VNPAY; or set settings.payer_address", "/order/payer/ip")
    if back is None:
        raise Untranslatable("missing", "is required by VNPAY; or set settings.return_url", "/order/return_url")
    return Pay(
        vnp_TmnCode=settings.terminal,
        vnp_TxnRef=attempt.reference,
        vnp_OrderInfo=info(order.text, attempt.reference),
        vnp_CreateDate=written(attempt.created_at),
        vnp_IpAddr=address,
        vnp_Amount=attempt.amount * HUNDREDTHS,
        vnp_BankCode=order.method or settings.bank,
        vnp_Locale=codes.LOCALES.get(order.language, settings.language),
        vnp_OrderType=settings.order_type,
        vnp_ReturnUrl=back,
        vnp_ExpireDate=written(attempt.expires_at),
    )


def opened(attempt: Attempt, native: Pay, settings: VnpaySettings) -> Opened:
    """How the payer can pay: the address, which is also all that is sent."""
    params = native.model_dump(exclude_none=True)
    url = signing.payment_url(settings.pay_url, params, settings.secret)
    return Opened(
        order_code=attempt.order.order_code,
        dossier_code=attempt.order.dossier_code,
        system=attempt.system,
        reference=attempt.reference,
        amount=attempt.amount,
        url=url,
        expires_at=attempt.expires_at,
        sent=url,
        signed=signing.canonical(params),
        memo={CREATED: native.vnp_CreateDate, INFO: native.vnp_OrderInfo},
    )


def query(
    asked: Enquiry | RefundEnquiry | RefundAttempt, created: datetime, id: str, settings: VnpaySettings, now: datetime
) -> dict[str, str]:
    """The signed question what became of the payment `asked.reference`, whose attempt was created at `created`."""
    native = QueryDr(
        vnp_TmnCode=settings.terminal,
        vnp_TxnRef=asked.reference,
        vnp_OrderInfo=asked.memo.get(INFO) or info(f"Truy van {asked.reference}", asked.reference),
        vnp_CreateDate=written(now),
        vnp_IpAddr=settings.server_address,
        vnp_RequestId=id,
        vnp_TransactionNo=asked.gateway_reference,
        vnp_TransactionDate=asked.memo.get(CREATED) or written(created),
    )
    return _signed(signing.QUERY, native.model_dump(exclude_none=True), settings)


def refund(said: RefundAttempt, settings: VnpaySettings) -> dict[str, str]:
    """The signed refund; the same text for the same refund whenever it is made."""
    native = Refund(
        vnp_TmnCode=settings.terminal,
        vnp_TxnRef=said.reference,
        vnp_OrderInfo=info(f"Hoan tien {said.refund_reference}", said.refund_reference),
        vnp_CreateDate=written(said.created_at),
        vnp_IpAddr=settings.server_address,
        vnp_RequestId=digests.fitting(said.refund_reference, ID),
        vnp_TransactionType=codes.WHOLE_REFUND if said.whole else codes.PART_REFUND,
        vnp_Amount=said.amount * HUNDREDTHS,
        vnp_TransactionNo=said.gateway_reference or "0",
        vnp_TransactionDate=said.memo.get(CREATED) or written(said.attempted_at),
        vnp_CreateBy=settings.operator,
    )
    return _signed(signing.REFUND, native.model_dump(exclude_none=True), settings)


def noticed(native: Notice, origin: Origin, raw: str, context: Context) -> Canonical:
    """A notice whose signature was right. Raises `Untranslatable` and `pydantic.ValidationError`."""
    return Canonical(
        system=context.system,
        reference=native.vnp_TxnRef,
        gateway_reference=payments.number(native.vnp_TransactionNo),
        origin=origin,
        outcome=codes.outcome(native.vnp_ResponseCode, native.vnp_TransactionStatus),
        amount=dong(native.vnp_Amount),
        currency=native.vnp_CurrCode or None,
        terminal=native.vnp_TmnCode,
        codes=payments.codes(native.model_dump(), "vnp_ResponseCode", "vnp_TransactionStatus"),
        bank=native.vnp_BankCode or None,
        method=native.vnp_CardType or None,
        written_at=native.vnp_PayDate or None,
        at=moment(native.vnp_PayDate),
        raw=raw,
    )


def key(native: Notice) -> str:
    """VNPAY's own identity of a notice, and everything in it that could change what it means."""
    parts = (
        native.vnp_TmnCode,
        native.vnp_TxnRef,
        native.vnp_TransactionNo,
        native.vnp_ResponseCode + native.vnp_TransactionStatus,
        native.vnp_Amount,
    )
    return digests.fitting("/".join(parts), _KEY)


def answered(
    asked: Enquiry, answer: ApiAnswer, outcome: NoticeOutcome, raw: str, origin: Origin = Origin.QUERY
) -> Canonical:
    """What the answer to a question says."""
    return Canonical(
        order_code=asked.order_code,
        system=asked.system,
        reference=asked.reference,
        gateway_reference=payments.number(answer.vnp_TransactionNo),
        origin=origin,
        outcome=outcome,
        amount=dong(answer.vnp_Amount) if answer.vnp_Amount else None,
        terminal=answer.vnp_TmnCode or None,
        codes=payments.codes(answer.model_dump(), "vnp_ResponseCode", "vnp_TransactionType", "vnp_TransactionStatus"),
        message=answer.vnp_Message[:2000] or None,
        bank=answer.vnp_BankCode or None,
        written_at=answer.vnp_PayDate or None,
        at=moment(answer.vnp_PayDate),
        raw=raw,
    )


def refunded(
    said: RefundAttempt | RefundEnquiry, answer: ApiAnswer, outcome: NoticeOutcome, raw: str, origin: Origin
) -> Canonical:
    """What an answer says about a refund of ours."""
    return payments.refunded(
        said,
        outcome,
        origin,
        raw,
        terminal=answer.vnp_TmnCode or None,
        codes=payments.codes(answer.model_dump(), "vnp_ResponseCode", "vnp_TransactionType", "vnp_TransactionStatus"),
        message=answer.vnp_Message[:2000] or None,
    )


def written(time: datetime) -> str:
    """A time as VNPAY writes it."""
    return TIME.write(time, "") or ""


def moment(text: str | None) -> datetime | None:
    """A time that VNPAY wrote; what is no time is kept as text alone."""
    try:
        return TIME.read(text, "")
    except Untranslatable:
        return None


def dong(amount: str) -> int:
    """VND x 100 to dong. Raises `Untranslatable` for what is no whole amount."""
    number = digests.whole(amount)
    if number is None or number < 0 or number % HUNDREDTHS:
        raise Untranslatable("invalid-amount", "is not a whole amount of dong times 100", "/vnp_Amount")
    return number // HUNDREDTHS


def info(text: str, reference: str) -> str:
    """`vnp_OrderInfo`: no diacritics, no special signs; the reference where nothing is left."""
    return payments.plain(text, _SAFE, _LONGEST) or reference


def _signed(order: tuple[str, ...], body: Mapping[str, object], settings: VnpaySettings) -> dict[str, str]:
    said = {name: str(value) for name, value in body.items()}
    return {**said, signing.HASH: signing.api_hash(order, said, settings.secret)}
