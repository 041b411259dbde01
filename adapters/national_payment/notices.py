"""CONFIRM: the platform's notices, and what it hears: 00 recorded, also again and also a failure; 99 anything else.

A reply to a notice that is not the platform's own carries no digest and nothing of what was sent: a stranger must not
be able to have texts signed.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping

from pydantic import ValidationError

from adapters import payments
from adapters.fields import Untranslatable
from adapters.parameters import json_object
from adapters.payments import Booked
from adapters.standing import Step, Told
from lienthong.ports import Context
from lienthong.requests import Answer, Inbound

from . import codes, signing
from .model import Confirm
from .settings import NationalPaymentSettings
from .translate import key, noticed

_ECHOED = ("MaDoiTac", "MaThamChieu", "ThoiGianGD")


def received(inbound: Inbound, settings: NationalPaymentSettings, context: Context) -> Generator[Step, Told, Answer]:
    """One notice. A wrong digest changes nothing, asks nothing and is remembered nowhere."""
    try:
        document = json_object(inbound.content)
    except Untranslatable:
        return refused("not a notice")
    if not signing.genuine(signing.CONFIRM, document, settings.secret):
        return refused("MaXacThuc is wrong")
    code, text = yield from _booked(document, inbound, settings, context)
    return replied(code, text, document, settings)


def _booked(
    document: Mapping[str, object], inbound: Inbound, settings: NationalPaymentSettings, context: Context
) -> Generator[Step, Told, tuple[str, str]]:
    try:
        native = Confirm.model_validate(document)
        if native.LoaiBanTin != settings.confirm_kind:
            return codes.OTHER, "messages of this kind are not taken"
        if native.MaDoiTac != settings.partner or payments.reference(native.MaThamChieu) is None:
            return codes.OTHER, "transaction not found"
        notice = noticed(native, inbound.content.decode(), settings, context)
    except (Untranslatable, ValidationError):
        return codes.OTHER, "the notice cannot be read"
    return words((yield from payments.book(notice, key(native), context)))


def words(booked: Booked) -> tuple[str, str]:
    """The code and text for a notice that is the platform's own. What does not fit is booked too."""
    if booked.state == "failed":
        return codes.OTHER, "not recorded; send it again"
    if booked.known is None:
        return codes.OTHER, "transaction not found"
    if not booked.fits:
        return codes.OTHER, "amount or currency differs"
    return codes.DONE, codes.ANSWERS[codes.DONE].label


def replied(code: str, text: str, document: Mapping[str, object], settings: NationalPaymentSettings) -> Answer:
    """The signed answer to a notice that is the platform's own, about the transaction that it named."""
    said: dict[str, object] = {"MaLoi": code, "MoTaLoi": text}
    said |= {name: document.get(name) or "" for name in _ECHOED}
    made = signing.digest(settings.reply_order, said, settings.secret)
    return _answer({**said, signing.DIGEST: made})


def refused(text: str) -> Answer:
    """The answer to what is not the platform's own."""
    return _answer({"MaLoi": codes.OTHER, "MoTaLoi": text, **dict.fromkeys((*_ECHOED, signing.DIGEST), "")})


def _answer(body: dict[str, object]) -> Answer:
    return Answer(200, json.dumps(body, ensure_ascii=False).encode())
