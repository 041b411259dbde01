"""MoMo's notices: 204 without a body once it is in the ledger, whatever it says; else MoMo may call again.

MoMo has no words for an answer. 400: the notice cannot be read or is not MoMo's. 404: no money, and no attempt of ours.
503: our fault.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping

from pydantic import ValidationError

from adapters import payments
from adapters.fields import Untranslatable
from adapters.parameters import json_object
from adapters.payments import Booked
from adapters.standing import Step, Told
from lienthong.ports import Context
from lienthong.requests import Answer, Inbound
from schemas.payments import Origin

from . import signing
from .model import Notice
from .settings import MomoSettings
from .translate import key, noticed

TAKEN, UNREADABLE, FORGED, UNKNOWN, AGAIN = Answer(204), Answer(400), Answer(400), Answer(404), Answer(503)


def received(inbound: Inbound, settings: MomoSettings, context: Context) -> Generator[Step, Told, Answer]:
    """One notice. A wrong signature changes nothing, asks nothing and is remembered nowhere."""
    try:
        document = json_object(inbound.content)
        if not genuine(document, settings):
            return FORGED
        native = Notice.model_validate(document)
        if not ours(native, settings):
            return UNKNOWN
        notice = noticed(native, Origin.NOTICE, inbound.content.decode(), context)
    except (Untranslatable, ValidationError):
        return UNREADABLE
    return status((yield from payments.book(notice, key(native), context)))


def genuine(document: Mapping[str, object], settings: MomoSettings) -> bool:
    """Whether MoMo signed this notice or redirect. The access key is our own, not the message's."""
    return signing.genuine(signing.NOTICE, document, settings.access_key.get_secret_value(), settings.secret)


def ours(native: Notice, settings: MomoSettings) -> bool:
    """Whether it is about an attempt as we open them: our partner code, `requestId` and `orderId` our reference."""
    mine = (settings.partner, native.orderId) == (native.partnerCode, native.requestId)
    return mine and payments.reference(native.orderId) is not None


def status(booked: Booked) -> Answer:
    """The answer to a notice that is MoMo's own."""
    if booked.state == "failed":
        return AGAIN
    return UNKNOWN if booked.known is None and booked.state == "passed" else TAKEN
