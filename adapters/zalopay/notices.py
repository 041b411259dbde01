"""ZaloPay's callbacks, and what ZaloPay hears: HTTP 200 with a `return_code`.

1 done, 2 taken before or not to be called again, 0 our fault: call again, -1 the mac is wrong. ZaloPay calls only after
a payment succeeded.
"""

from __future__ import annotations

import json
from collections.abc import Generator

from pydantic import ValidationError

from adapters import payments
from adapters.fields import Untranslatable
from adapters.parameters import json_object
from adapters.payments import Booked
from adapters.standing import Step, Told
from lienthong.ports import Context
from lienthong.requests import Answer, Inbound

from . import codes, signing
from .model import Data
from .settings import ZalopaySettings
from .translate import key, noticed, our_reference


def received(inbound: Inbound, settings: ZalopaySettings, context: Context) -> Generator[Step, Told, Answer]:
    """One callback. A wrong mac changes nothing, asks nothing and is remembered nowhere."""
    try:
        document = json_object(inbound.content)
    except Untranslatable:
        return said("-1", "not a callback")
    if not signing.genuine_callback(document, settings.key2):
        return said("-1")
    if document.get("type", codes.ORDER) != codes.ORDER:
        return said("2", "callbacks of this type are not taken")
    try:
        data = Data.model_validate(json_object(document["data"].encode()))
        reference = our_reference(data.app_trans_id)
        if data.app_id != settings.app_id or reference is None:
            return said("2", "order not found")
        notice = noticed(data, reference, document["data"], context)
    except (Untranslatable, ValidationError):
        return said("2", "data cannot be read")
    return answer((yield from payments.book(notice, key(data), context)))


def answer(booked: Booked) -> Answer:
    """The answer to a callback that is ZaloPay's own. What does not fit is booked too: a repeat would say no more."""
    if booked.state == "failed":
        return said("0")
    if booked.known is None:
        return said("2", "order not found")
    if not booked.fits:
        return said("2", "amount differs")
    return said("2" if booked.confirmed_before else "1")


def said(code: str, message: str | None = None) -> Answer:
    """The native answer."""
    body = {"return_code": int(code), "return_message": message or codes.ANSWERS[code].label}
    return Answer(200, json.dumps(body).encode())
