"""Canonical attempts to PayGov's messages; its notices and answers to canonical ones."""

from __future__ import annotations

import json
from typing import Any

from adapters import digests, payments
from adapters.fields import Untranslatable
from lienthong.ports import Context
from schemas.payments import Attempt, Opened, Origin
from schemas.payments import Notice as Canonical

from . import codes, signing
from .model import Create, Created, Notice
from .settings import PaygovSettings

ORDER = "order_id"
_SAFE, _LONGEST, _KEY = " -._:/", 255, 150
_HYPHEN = "-"


def create(attempt: Attempt, settings: PaygovSettings) -> Create:
    """A payment. Raises `Untranslatable` and `pydantic.ValidationError`."""
    order = attempt.order
    address = (order.payer.ip if order.payer else None) or settings.payer_address
    back = order.return_url or settings.return_url
    if address is None:
        raise Untranslatable("missing", "is required by PayGov; or set settings.payer_address", "/order/payer/ip")
    if back is None:
        raise Untranslatable("missing", "is required by PayGov; or set settings.return_url", "/order/return_url")
    return Create(
        partnerCode=settings.partner,
        returnUrl=back,
        orderId=order_id(attempt, settings),
        amount=attempt.amount,
        orderInfo=payments.plain(order.text, _SAFE, _LONGEST) or attempt.reference,
        requestCode=attempt.reference,
        ipAddress=address,
        accessKey=settings.access_key.get_secret_value() if settings.access_key else None,
        serviceCode=settings.service,
    )


def order_id(attempt: Attempt, settings: PaygovSettings) -> str:
    """`orderId`: unit, dossier, and as the sequence our reference, so that either of two fields names the attempt."""
    unit = attempt.order.unit_code or settings.unit
    if unit is None:
        raise Untranslatable("missing", "is required by PayGov; or set settings.unit", "/order/unit_code")
    if _HYPHEN in attempt.reference:
        raise Untranslatable("hyphen", "contains -, which ends a part of orderId", "/reference")
    return _HYPHEN.join((unit, attempt.order.dossier_code, attempt.reference))


def our_reference(notice: Notice) -> str | None:
    """Our reference; `None` where the fields that may name it name none, or two."""
    named = {name for name in (notice.requestCode, notice.orderId.rpartition(_HYPHEN)[2]) if name}
    return payments.reference(named.pop()) if len(named) == 1 else None


def signed(native: Create, settings: PaygovSettings) -> bytes:
    """A creation as it is sent. Raises `Untranslatable` for what the checksum could not tell apart."""
    said: dict[str, Any] = native.model_dump(exclude_none=True)
    if settings.request_checksum is not None and settings.secret is not None:
        said[signing.CHECKSUM] = signing.digest(settings.request_checksum, said, settings.secret)
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def opened(attempt: Attempt, native: Create, answer: Created, settings: PaygovSettings) -> Opened:
    """How the payer can pay. What is kept of the request is without the access key.

    Raises `pydantic.ValidationError` for a link that is none.
    """
    shown = native.model_copy(update={"accessKey": None})
    formula = settings.request_checksum
    return Opened(
        order_code=attempt.order.order_code,
        dossier_code=attempt.order.dossier_code,
        system=attempt.system,
        reference=attempt.reference,
        amount=attempt.amount,
        url=answer.data.url if answer.data else None,
        expires_at=attempt.expires_at,
        sent=signed(shown, settings.model_copy(update={"request_checksum": None})).decode(),
        signed=signing.text(formula, shown.model_dump()) if formula else None,
        memo={ORDER: native.orderId},
    )


def noticed(native: Notice, reference: str, raw: str, settings: PaygovSettings, context: Context) -> Canonical:
    """A notice whose checksum was right, of the fields that it covers. Raises `pydantic.ValidationError`."""
    return Canonical(
        system=context.system,
        reference=reference,
        gateway_reference=payments.number(transaction(native, settings)),
        origin=Origin.NOTICE,
        outcome=codes.outcome(native.errorCode, settings.codes),
        amount=int(native.amount),
        codes=payments.codes(native.model_dump(), "errorCode", "type"),
        bank=native.payGate or None,
        written_at=native.payDate or None,
        raw=raw,
    )


def transaction(native: Notice, settings: PaygovSettings) -> str:
    """PayGov's own number of a payment."""
    return native.transactionNo if settings.transaction == "transactionNo" else native.transactionCode


def key(native: Notice, reference: str, settings: PaygovSettings) -> str:
    """PayGov's own identity of a notice, and everything in it that could change what it means."""
    parts = (settings.partner, reference, transaction(native, settings), native.errorCode, native.type, native.amount)
    return digests.fitting("/".join(parts), _KEY)
