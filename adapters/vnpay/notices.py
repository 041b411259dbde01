"""VNPAY's notices: in which order they are checked, and what VNPAY hears.

97 the signature is wrong, 01 no such order, 04 another amount, 02 confirmed before, 00 recorded (a failure too), 99 any
other error. VNPAY calls again after 01, 04, 97 and 99: up to 10 times, every 5 minutes.
"""

from __future__ import annotations

import json
from collections.abc import Generator

from pydantic import ValidationError

from adapters import payments
from adapters.fields import Untranslatable
from adapters.parameters import parameters
from adapters.payments import Booked
from adapters.standing import Step, Told
from lienthong.ports import Context
from lienthong.requests import Answer, Inbound
from schemas.payments import Origin

from . import codes, signing
from .model import Notice
from .settings import VnpaySettings
from .translate import key, noticed


def received(inbound: Inbound, settings: VnpaySettings, context: Context) -> Generator[Step, Told, Answer]:
    """One notice. A wrong signature changes nothing, asks nothing and is remembered nowhere."""
    try:
        params = parameters(inbound, signing.OWN)
    except Untranslatable:
        return said("97")
    if not genuine(inbound, params, settings):
        return said("97")
    try:
        native = Notice.model_validate(params)
        if native.vnp_TmnCode != settings.terminal or payments.reference(native.vnp_TxnRef) is None:
            return said("01")
        notice = noticed(native, Origin.NOTICE, raw(inbound, params), context)
    except (Untranslatable, ValidationError):
        return said("99")
    return said(code((yield from payments.book(notice, key(native), context))))


def genuine(inbound: Inbound, params: dict[str, str], settings: VnpaySettings) -> bool:
    """Whether VNPAY wrote these parameters, and where it is asked for, in these very letters."""
    try:
        right = signing.genuine(params, settings.secret, inbound.query_string or "")
        spelled = signing.verbatim(inbound.query_string or "", params) if settings.verbatim else True
    except Untranslatable:
        return False
    return right and spelled


def code(booked: Booked) -> str:
    """The answer to a notice that is VNPAY's own."""
    if booked.state == "failed":
        return "99"
    if booked.known is None:
        return "01"
    if not booked.fits:
        return "04"
    return "02" if booked.confirmed_before else "00"


def said(code: str) -> Answer:
    """The native answer."""
    body = {"RspCode": code, "Message": codes.ANSWERS[code].label}
    return Answer(200, json.dumps(body).encode())


def raw(inbound: Inbound, params: dict[str, str]) -> str:
    """The query as it came."""
    return inbound.query_string or "&".join(f"{name}={value}" for name, value in params.items())


__all__ = ["code", "genuine", "received", "said"]
