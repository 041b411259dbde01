"""What the portal sends to us: promotion notices, tax notices and receipts, and what is not published.

Answered in the published form of promotion notices, `{"error_code": 0, "message": "..."}`: 0 taken, 1 known already, -1
not taken. HTTP 200 says that this is the answer; 503 that the same should be sent again.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from typing import Any, NoReturn

from pydantic import ValidationError

from adapters.changes import digest
from adapters.digests import same_secret
from adapters.fields import Record, Untranslatable
from lienthong.ports import Context, Reception, receive
from lienthong.requests import Accept, Answer, Inbound, Outcome
from lienthong.verdicts import Draft
from schemas.filings import Filing

from ..channel import Channel
from ..unread import rejected
from . import translate, xml
from .model import BaoThue, ThongBao
from .settings import ForwardedSettings

TAKEN, KNOWN, NOT_TAKEN = 0, 1, -1
_TEXT = {
    "accepted": (TAKEN, "Tiếp nhận thành công"),
    "duplicate": (KNOWN, "Hồ sơ đã tồn tại"),
    "failed": (NOT_TAKEN, "Hệ thống chưa tiếp nhận được, vui lòng gửi lại sau"),
}
Read = Callable[[Any], tuple[Draft, ...]]


class Receptions(Channel):
    """Sent by the portal to `/in/{system}/{service}`."""

    @receive("addtthcKhuyenMai")
    def promotion(self, inbound: Inbound, context: Context) -> Reception:
        """A promotion notice. A known `MaHoSo` is answered 1, whatever else the notice says."""

        def read(document: Any) -> tuple[Draft, ...]:
            notice = translate.promotion(document, self.settings.promotions.time_forms)
            key = f"addtthcKhuyenMai/{notice.dossier_code}"
            return (Draft("promotion.notified", notice.dossier_code, notice, key=key, time=context.now),)

        return (yield from _taken(inbound, read, translate.notice(self.settings.promotions.time_forms)))

    @receive("ThongBaoThue")
    def tax_notice(self, inbound: Inbound, context: Context) -> Reception:
        """A tax notice of land cases: XML in Base64, one message a case."""

        def read(document: Any) -> tuple[Draft, ...]:
            envelope = self._envelope(document)
            notice = ThongBao.model_validate((envelope.model_extra or {}).get("Data") or {})
            key = f"ThongBaoThue/{digest([envelope.IsUpdating, notice.FileThongBaoThue])}"
            replaces = (envelope.IsUpdating or "").casefold() == "true"
            rows = _rows(notice.FileThongBaoThue)
            found = [translate.demands(row, notice.FileThongBaoThue or "", replaces) for row in rows]
            return tuple(
                Draft("tax_notice.received", one.dossier_code, one, key=f"{key}/{n}", time=context.now)
                for n, one in enumerate(found)
            )

        return (yield from _taken(inbound, read))

    @receive("ChungTuThue")
    def tax_receipt(self, inbound: Inbound, context: Context) -> Reception:
        """The voucher of a payment for a land case."""

        def read(document: Any) -> tuple[Draft, ...]:
            data = (self._envelope(document).model_extra or {}).get("Data") or {}
            found = translate.receipt(data, self.settings.land_tax.files_from)
            key = f"ChungTuThue/{digest(data)}"
            return (Draft("tax_receipt.received", found.dossier_code, found, key=key, time=context.now),)

        return (yield from _taken(inbound, read, translate.RECEIPT))

    @receive("nhanhsdvcqg")
    def forwarded_dossier(self, inbound: Inbound, context: Context) -> Reception:
        """A dossier filed at the portal. Its payload is not published: taken only with `forwarded.nhanhsdvcqg` set."""
        return (yield from self._forwarded("nhanhsdvcqg", inbound, context))

    @receive("nhantbthuedvcqg")
    def forwarded_tax_notice(self, inbound: Inbound, context: Context) -> Reception:
        """A tax notice. Its payload is not published: taken only with `forwarded.nhantbthuedvcqg` set."""
        return (yield from self._forwarded("nhantbthuedvcqg", inbound, context))

    def _forwarded(self, service: Any, inbound: Inbound, context: Context) -> Reception:
        places = self.settings.forwarded.get(service)
        if places is None:
            return _answer(NOT_TAKEN, f"Dịch vụ {service} chưa được cấu hình; cần đặt settings.forwarded.{service}")

        def read(document: Any) -> tuple[Draft, ...]:
            key, found = filing(document, places, service, context.system or "national-portal")
            return (Draft("filing.received", found.dossier_code, found, key=f"{service}/{key}", time=context.now),)

        return (yield from _taken(inbound, read))

    def _envelope(self, document: Any) -> BaoThue:
        envelope, expected = BaoThue.model_validate(document), self.settings.land_tax.security_key
        if expected is not None and not same_secret(envelope.SecurityKey, expected):
            raise Untranslatable("security-key", "is not the agreed one", "/SecurityKey")
        return envelope


def filing(document: Any, places: ForwardedSettings, service: str, system: str) -> tuple[str, Filing]:
    """Key and canonical form of a payload by configuration. Raises `Untranslatable` or `pydantic.ValidationError`."""
    if not isinstance(document, dict):
        raise Untranslatable("wrong-type", "is not an object", "")
    names = ("dossier_code", "procedure_code", "procedure_name", "applicant_name", "applicant_number", "state")
    said = {name: _at(document, place) for name in names if (place := getattr(places, name)) is not None}
    key = _at(document, places.key)
    if key is None:
        raise Untranslatable("missing", "is required; see settings.forwarded", places.key)
    return key[:150], Filing.model_validate({"system": system, "service": service, **said, "content": document})


def _at(document: Any, pointer: str) -> str | None:
    value = document
    for name in pointer.split("/")[1:]:
        if isinstance(value, list):
            value = value[int(name)] if name.isdecimal() and int(name) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) and value != "" else None


def _taken(inbound: Inbound, read: Read, record: Record | None = None) -> Reception:
    """`record` knows the sender's names of what is wrong."""
    try:
        drafts = read(json.loads(inbound.content, parse_constant=_no_constant))
    except (ValidationError, Untranslatable) as error:
        found = rejected(error)
        place = found.pointer or ""
        if record is not None and isinstance(error, ValidationError):
            place = record.native_place(place) or place
        return _answer(NOT_TAKEN, f"Dữ liệu không hợp lệ: {place} {found.reason}")
    except (ValueError, RecursionError):
        return _answer(NOT_TAKEN, "Dữ liệu gửi lên không phải là JSON")
    became = yield Accept(drafts)
    return _outcome(became if isinstance(became, Outcome) else Outcome("failed"))


def _outcome(became: Outcome) -> Answer:
    if became.state == "refused":
        if any(problem.code == "key-reused" for problem in became.problems):
            return _answer(*_TEXT["duplicate"])
        places = "; ".join(f"{problem.pointer} {problem.reason}" for problem in became.problems[:10])
        return _answer(NOT_TAKEN, f"Dữ liệu không hợp lệ: {places}")
    code, text = _TEXT.get(became.state, _TEXT["failed"])
    return _answer(code, text, 503 if code == NOT_TAKEN else 200)


def _answer(code: int, text: str, status: int = 200) -> Answer:
    body = json.dumps({"error_code": code, "message": text[:1000]}, ensure_ascii=False)
    return Answer(status, body.encode("utf-8", "replace"))


def _rows(document: str | None) -> list[Any]:
    """`/DATA/BODY/ROW_LIST` of the XML in a tax notice."""
    try:
        content = b64decode(document or "", validate=True)
    except ValueError as error:
        raise Untranslatable("base64", "is not Base64", "/Data/FileThongBaoThue") from error
    data = xml.parsed(content).get("DATA")
    body = data.get("BODY") if isinstance(data, dict) else None
    rows = body.get("ROW_LIST") if isinstance(body, dict) else None
    if isinstance(rows, dict):
        return [rows]
    if not isinstance(rows, list):
        raise Untranslatable("missing", "has no DATA/BODY/ROW_LIST", "/Data/FileThongBaoThue")
    return rows


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


__all__ = ["Receptions", "filing"]
