"""Canonical attempts, questions and requests for receipts to the platform's messages; its notices and answers back."""

from __future__ import annotations

import json
from datetime import datetime

from adapters import digests, payments
from adapters.fields import Untranslatable
from lienthong.ports import Context
from schemas.payments import Attempt, Enquiry, NoticeOutcome, Opened, Origin, ReceiptRequest
from schemas.payments import Notice as Canonical

from . import codes, signing
from .bill import bill
from .model import TIME, Confirm, Created, GetBill, Init, Native, Query, State
from .settings import NationalPaymentSettings

SENT_AT = "sent_at"
_SAFE, _LONGEST, _KEY, _TEXT = " -._:/", 255, 150, 2000


def init(attempt: Attempt, settings: NationalPaymentSettings) -> Init:
    """A transaction. The same text for the same attempt whenever it is made.

    Raises `Untranslatable` and `pydantic.ValidationError`.
    """
    order = attempt.order
    address = (order.payer.ip if order.payer else None) or settings.payer_address
    if address is None:
        reason = "is required by the platform; or set settings.payer_address"
        raise Untranslatable("missing", reason, "/order/payer/ip")
    text = digests.unpiped("order/text", order.text)
    return Init(
        PhienBan=settings.version,
        MaDoiTac=settings.partner,
        MaThamChieu=attempt.reference,
        ThoiGianGD=written(attempt.created_at),
        SoTien=str(attempt.amount),
        LoaiHinhThanhToan=settings.payment_kind,
        MaKenhThanhToan=settings.channel,
        MaThietBi=settings.device,
        NgonNgu=settings.language,
        MaTienTe=settings.currency,
        MaNganHang=order.method or settings.bank,
        ThongTinGiaoDich=payments.plain(text, _SAFE, _LONGEST) or attempt.reference,
        Ip=address,
        ThongTinBienLai=bill(order, settings),
    )


def query(asked: Enquiry | Attempt, settings: NationalPaymentSettings) -> Query:
    """The question about a transaction; its time is that of the INIT, to the letter."""
    known = asked.memo.get(SENT_AT) if isinstance(asked, Enquiry) else None
    return Query(
        PhienBan=settings.version,
        MaDoiTac=settings.partner,
        MaThamChieu=asked.reference,
        ThoiGianGD=known or written(asked.created_at),
    )


def get_bill(said: ReceiptRequest, settings: NationalPaymentSettings) -> GetBill:
    """The question for a receipt; its time is that of the INIT, to the letter."""
    return GetBill(
        PhienBan=settings.version,
        MaDoiTac=settings.partner,
        MaThamChieu=said.reference,
        ThoiGianGD=said.memo.get(SENT_AT) or written(said.attempted_at),
    )


def signed(order: tuple[str, ...], native: Native, settings: NationalPaymentSettings) -> bytes:
    """A message as it is sent. Raises `Untranslatable` for a `|` in what is signed."""
    said = native.model_dump()
    made = {**said, signing.DIGEST: signing.digest(order, said, settings.secret)}
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def opened(attempt: Attempt, native: Init, sent: bytes, answer: Created) -> Opened:
    """How the payer can pay. Raises `pydantic.ValidationError` for a link that is none."""
    return Opened(
        order_code=attempt.order.order_code,
        dossier_code=attempt.order.dossier_code,
        system=attempt.system,
        reference=attempt.reference,
        amount=attempt.amount,
        url=answer.UrlThanhToan,
        expires_at=attempt.expires_at,
        sent=sent.decode(),
        signed=signing.joined(signing.INIT, native.model_dump()),
        memo={SENT_AT: native.ThoiGianGD},
    )


def noticed(native: Confirm, raw: str, settings: NationalPaymentSettings, context: Context) -> Canonical:
    """A notice whose digest was right. Raises `pydantic.ValidationError`."""
    return Canonical(
        system=context.system,
        reference=native.MaThamChieu,
        gateway_reference=payments.number(native.MaGiaoDich),
        origin=Origin.NOTICE,
        outcome=codes.confirmed(native.MaLoi, settings.codes),
        amount=int(native.SoTien),
        currency=currency(native.MaTienTe, settings),
        terminal=native.MaDoiTac,
        codes=payments.codes(native.model_dump(), "MaLoi"),
        bank=native.MaNganHang or None,
        written_at=native.ThoiGianGD or None,
        at=moment(native.ThoiGianGD),
        raw=raw,
    )


def key(native: Confirm) -> str:
    """The platform's own identity of a notice, and everything in it that could change what it means."""
    parts = (
        native.MaDoiTac,
        native.MaThamChieu,
        native.MaGiaoDich,
        native.MaLoi,
        native.SoTien,
        native.MaTienTe,
    )
    return digests.fitting("/".join(parts), _KEY)


def answered(
    asked: Enquiry | Attempt, answer: State, outcome: NoticeOutcome, raw: str, settings: NationalPaymentSettings
) -> Canonical:
    """What the answer to a QUERY says. Raises `pydantic.ValidationError` for a payment without an amount."""
    return Canonical(
        order_code=asked.order_code if isinstance(asked, Enquiry) else asked.order.order_code,
        system=asked.system,
        reference=asked.reference,
        gateway_reference=payments.number(answer.MaGiaoDich),
        origin=Origin.QUERY,
        outcome=outcome,
        amount=digests.whole(answer.SoTien),
        currency=currency(answer.MaTienTe, settings),
        terminal=answer.MaDoiTac or None,
        codes=payments.codes(answer.model_dump(), "MaLoi", "TrangThaiGD"),
        message=answer.MoTaLoi[:_TEXT] or None,
        bank=answer.MaNganHang or None,
        written_at=answer.ThoiGianGD or None,
        at=moment(answer.ThoiGianGD),
        raw=raw,
    )


def currency(native: str, settings: NationalPaymentSettings) -> str | None:
    """The currency: the platform's name of ours is VND, another is kept as it is written."""
    return "VND" if native == settings.currency else native or None


def written(time: datetime) -> str:
    """A time as the platform writes it."""
    return TIME.write(time, "") or ""


def moment(text: str) -> datetime | None:
    """A time that the platform wrote; what is no time is kept as text alone."""
    try:
        return TIME.read(text, "")
    except Untranslatable:
        return None
