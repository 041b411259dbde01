"""PayGov's notices, and what PayGov hears: SUCCESSFUL once it is recorded (also again, also a failure), else FAILED."""

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
from .model import Notice
from .settings import PaygovSettings
from .translate import key, noticed, our_reference


def received(inbound: Inbound, settings: PaygovSettings, context: Context) -> Generator[Step, Told, Answer]:
    """One notice. A wrong checksum changes nothing, asks nothing and is remembered nowhere."""
    try:
        document = json_object(inbound.content)
    except Untranslatable:
        return said(codes.FAILED, "not a notice")
    if not genuine(document, settings):
        return said(codes.FAILED, "checksum is wrong")
    try:
        native = believed(document, settings)
        reference = our_reference(Notice.model_validate(document))
        if reference is None:
            return said(codes.FAILED, "order not found")
        notice = noticed(native, reference, inbound.content.decode(), settings, context)
    except (Untranslatable, ValidationError):
        return said(codes.FAILED, "the notice cannot be read")
    return answer((yield from payments.book(notice, key(native, reference, settings), context)))


def genuine(document: Mapping[str, object], settings: PaygovSettings) -> bool:
    """Whether PayGov made this notice. What is our own in the formula is never taken from the notice."""
    if settings.checksum is None or settings.secret is None or not settings.notices:
        return False
    access = settings.access_key.get_secret_value() if settings.access_key else ""
    ours = {**document, "partnerCode": settings.partner, "accessKey": access}
    return signing.genuine(settings.checksum, ours, settings.secret)


def believed(document: Mapping[str, object], settings: PaygovSettings) -> Notice:
    """The fields that the checksum covers; the others could be anybody's."""
    covered = settings.checksum.fields if settings.checksum else ()
    return Notice.model_validate({name: value for name, value in document.items() if name in covered})


def answer(booked: Booked) -> Answer:
    """The answer to a notice that is PayGov's own. What does not fit is booked too."""
    if booked.state == "failed":
        return said(codes.FAILED, "not recorded; send it again")
    if booked.known is None:
        return said(codes.FAILED, "order not found")
    return said(codes.SUCCESSFUL) if booked.fits else said(codes.FAILED, "amount differs")


def said(code: str, message: str | None = None) -> Answer:
    """The native answer."""
    body = {"error_code": code, "error_message": message or codes.ANSWERS[code].label}
    return Answer(200, json.dumps(body).encode())
