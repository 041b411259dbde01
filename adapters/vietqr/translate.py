"""Codes to elements and back, and an attempt to pay to a code."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import ValidationError

from adapters import payments
from adapters.fields import Untranslatable
from schemas.payments import Attempt, Opened

from . import codes
from .model import Code
from .settings import VietqrSettings
from .tlv import NAPAS_GUID, Element, Value, build, parse

NAPAS, VNPAY, MORE = "38", "26", "62"
_PLAIN = (
    ("category", "52"), ("amount", "54"), ("tip", "55"), ("tip_amount", "56"), ("tip_percent", "57"), ("name", "59"),
    ("city", "60"), ("postal_code", "61"),
)  # fmt: skip
_MORE = (
    ("bill", "01"), ("mobile", "02"), ("store", "03"), ("loyalty", "04"), ("reference", "05"), ("customer", "06"),
    ("terminal", "07"), ("purpose", "08"), ("asks", "09"),
)  # fmt: skip
_SUMS = (("amount", "/54"), ("tip_amount", "/56"))
_AMOUNT = re.compile(r"[0-9]{1,13}(\.0{1,2})?", re.ASCII)
_ACCOUNT = re.compile(r"[0-9A-Za-z]{1,19}", re.ASCII)
_SAFE, _NAME = " -._/", 25


def payload(code: Code) -> str:
    """The text of a code, elements in ascending order, in ASCII: marks fall away. Raises `Untranslatable`."""
    elements: list[Element] = [("00", "01"), ("01", codes.STATIC if code.fixed else codes.DYNAMIC)]
    if code.merchant is not None:
        service = (("02", code.service),) if code.service else ()
        elements.append((VNPAY, (("00", codes.VNPAY_GUID), ("01", code.merchant), *service)))
    elif code.bank is None or code.account is None:
        raise Untranslatable("missing", "a code needs bank and account, or a merchant", "/bank")
    else:
        to = (("00", code.bank), ("01", code.account))
        elements.append((NAPAS, (("00", NAPAS_GUID), ("01", to), ("02", code.service or codes.TO_ACCOUNT))))
    said = {id: _ascii(getattr(code, name)) for name, id in _PLAIN if getattr(code, name) is not None}
    elements += [(id, value) for id, value in sorted({**said, "53": codes.DONG, "58": codes.COUNTRY}.items())]
    more = tuple((id, _ascii(getattr(code, name))) for name, id in _MORE if getattr(code, name) is not None)
    return build([*elements, (MORE, more)] if more else elements)


def read(text: str) -> Code:
    """What a code says, whoever made it. Raises `Untranslatable`: damaged, another currency, nobody to pay."""
    found: dict[str, Value] = dict(parse(text))
    if found.get("53") != codes.DONG:
        raise Untranslatable("currency", "is not in dong (704)", "/53")
    napas, vnpay = _inside(found, NAPAS), _inside(found, VNPAY)
    said: dict[str, object] = {name: found[id] for name, id in _PLAIN if id in found}
    said |= {name: value for name, id in _MORE if (value := _inside(found, MORE).get(id)) is not None}
    said["fixed"] = found.get("01") != codes.DYNAMIC
    if napas.get("00") == NAPAS_GUID:
        to = _inside(napas, "01")
        said |= {"bank": to.get("00"), "account": to.get("01"), "service": napas.get("02")}
    elif vnpay:
        said |= {"merchant": vnpay.get("01"), "service": vnpay.get("02")}
    else:
        raise Untranslatable("no-account", "holds neither a NAPAS account (38) nor a VNPAY merchant (26)", "")
    said |= {name: _dong(said[name], place) for name, place in _SUMS if name in said}
    try:
        return Code.model_validate(said)
    except ValidationError as error:
        place = "/".join(str(part) for part in error.errors()[0]["loc"])
        raise Untranslatable("invalid-value", "is not what this element may hold", f"/{place}") from None


def code(attempt: Attempt, settings: VietqrSettings) -> Code:
    """The code with which one attempt is paid; our reference stands first in the purpose, where statements show it."""
    to = attempt.order.beneficiary
    named, account = (to.bank, to.account) if to else (settings.bank, settings.account)
    bank = None if named is None else codes.bin_of(named)
    if bank is None or account is None:
        reason = "has no bank that the table of BINs knows; or set settings.bank and settings.account"
        raise Untranslatable("missing", reason, "/order/beneficiary/bank")
    if _ACCOUNT.fullmatch(account) is None:
        raise Untranslatable("invalid-account", "is not 1 to 19 letters and digits", "/order/beneficiary/account")
    text = payments.plain(f"{attempt.reference} {attempt.order.text}", " ", settings.purpose_length)
    if not text.startswith(attempt.reference):
        raise Untranslatable("reference", "cannot stand in a transfer's purpose; use letters and digits", "/reference")
    return Code(
        fixed=False,
        bank=bank,
        account=account,
        service=codes.TO_ACCOUNT,
        category=settings.category,
        amount=attempt.amount,
        name=_short(to.name if to else settings.name),
        city=_short(settings.city),
        purpose=text,
    )


def opened(attempt: Attempt, text: str, native: Code) -> Opened:
    """How the payer can pay."""
    return Opened(
        order_code=attempt.order.order_code,
        dossier_code=attempt.order.dossier_code,
        system=attempt.system,
        reference=attempt.reference,
        amount=attempt.amount,
        qr=text,
        expires_at=attempt.expires_at,
        sent=text,
        memo={"purpose": native.purpose or ""},
    )


def _short(name: str | None) -> str | None:
    return payments.plain(name, _SAFE, _NAME) or None if name else None


def _ascii(value: object) -> str:
    text = str(value)
    return text if text.isascii() else payments.plain(text, _SAFE, len(text))


def _dong(value: object, place: str) -> int:
    """Whole dong; `1000.0`, which careless writers print, is read as 1000."""
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise Untranslatable("invalid-amount", "is not a whole number of dong", place)
    return int(value.partition(".")[0])


def _inside(found: Mapping[str, Value], id: str) -> dict[str, Value]:
    value = found.get(id)
    return dict(value) if isinstance(value, tuple) else {}
