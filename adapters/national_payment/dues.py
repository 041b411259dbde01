"""`dptracuuthanhtoanhs`: a citizen pays by dossier code at the national portal, which asks what there is to pay.

Whoever sets the fees knows it, so the query `dossier.dues` is asked: the bus has no books of what nobody asked to pay.
Answered `{"error_code": 1, "message": {...}}` for something to pay, 0 for nothing, -1 for not found or any error.
"""

from __future__ import annotations

import json
from collections.abc import Generator

from pydantic import BaseModel, ValidationError

from adapters.fields import Untranslatable
from adapters.parameters import json_object
from lienthong.ports import Context
from lienthong.requests import Accept, Answer, Ask, Find, Found, Inbound, Outcome
from lienthong.verdicts import Answered, QueryVerdict, Retry, Stop
from schemas.filings import DossierQuestion
from schemas.payments import PaymentOrder

from .bill import payable
from .model import LookUp
from .settings import NationalPaymentSettings

QUERY = "dossier.dues"
PAYABLE, NOTHING, ERROR = 1, 0, -1


def received(
    inbound: Inbound, settings: NationalPaymentSettings, context: Context
) -> Generator[Find | Accept | Ask, Found | Outcome | QueryVerdict, Answer]:
    """One look-up. 503 where nobody could be asked now: the portal may ask again."""
    try:
        asked = DossierQuestion(dossier_code=LookUp.model_validate(json_object(inbound.content)).MaHoSo)
    except (Untranslatable, ValidationError):
        return _answer(ERROR)
    found = yield Ask(QUERY, asked, officer=context.system or None, case=asked.dossier_code)
    if isinstance(found, Retry | Stop):
        return _answer(ERROR, status=503)
    if not isinstance(found, Answered):
        return _answer(ERROR)
    if found.result == "nothing-due":
        return _answer(NOTHING)
    return _due(found, asked.dossier_code, settings, context) if found.result == "due" else _answer(ERROR)


def _due(found: Answered, dossier: str, settings: NationalPaymentSettings, context: Context) -> Answer:
    data = found.data.model_dump() if isinstance(found.data, BaseModel) else found.data
    try:
        order = PaymentOrder.model_validate(data)
        if order.dossier_code != dossier:
            return _answer(ERROR)
        return _answer(PAYABLE, payable(order, settings, context.now))
    except (Untranslatable, ValidationError):
        return _answer(ERROR)


def _answer(code: int, payable: BaseModel | None = None, status: int = 200) -> Answer:
    body = {"error_code": code, "message": [] if payable is None else payable.model_dump()}
    return Answer(status, json.dumps(body, ensure_ascii=False).encode())
