"""What the portal asks for and is told about money, and the question what a dossier must pay."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from adapters.fields import Untranslatable
from lienthong.ports import (
    Adapter,
    Context,
    Conversation,
    Enquiry,
    Message,
    Question,
    Reception,
    operation,
    query,
    receive,
)
from lienthong.requests import Accept, Inbound, Outcome, Post, Reply, Request
from lienthong.verdicts import Answered, Delivered, QueryVerdict, Reject, Retry, Stop
from schemas.filings import DossierQuestion
from schemas.flaws import flaw
from schemas.payments import PaymentOrder
from schemas.queries import QUERIES

from ..answers import misread, outcome, verdict
from ..notices import Form, Misread, Part, read
from ..settings import ProvincialPortalSettings
from . import codes
from .model import BanTinThanhToan, CauTraLoi
from .translate import (
    ACCEPTANCE,
    ORDER,
    REFUND,
    acceptance_from_native,
    order_from_native,
    refund_from_native,
    told,
)

DUES = "dossier.dues"
FORM = Form(
    BanTinThanhToan,
    {
        "YeuCauThanhToan": Part("ThanhToan", "payment.requested", "order_code", ORDER, order_from_native),
        "YeuCauHoanTien": Part("HoanTien", "payment.refund_requested", "order_code", REFUND, refund_from_native),
        "ChapNhanTien": Part("ChapNhan", "payment.accepted", "order_code", ACCEPTANCE, acceptance_from_native),
    },
)


class Payments(Adapter):
    """Says: orders, refunds, acceptances. Told: what became of them. Asked: what is to be paid."""

    settings: ProvincialPortalSettings

    @receive("payments")
    def payments(self, inbound: Inbound, context: Context) -> Reception:
        """One notice of the portal about money."""
        notice = read(inbound.content, FORM)
        if isinstance(notice, Misread):
            return misread(notice)
        became = yield Accept((notice.draft,))
        return outcome(notice, became if isinstance(became, Outcome) else Outcome("failed"))

    @operation(*codes.NEWS, on_unknown="resend")
    def payment(self, message: Message, context: Context) -> Conversation:
        """The call-back about money. The portal knows a repeat by the message's id."""
        try:
            said = told(message)
        except Untranslatable as error:
            return Reject(error.code, error.reason, error.place)
        except ValidationError as error:
            found = flaw(error.errors(include_url=False, include_input=False)[0])
            return Reject(found.code, found.reason, found.pointer)
        request = Post(self.settings.payment_path, json=said)
        return verdict((yield request), request)

    @query(DUES, asks=DossierQuestion, answers=PaymentOrder, results=QUERIES[DUES].results)
    def dues(self, question: Question, context: Context) -> Enquiry:
        """What a dossier must pay."""
        asked = question.read(DossierQuestion)
        request = Post(self.settings.dues_path, json={"MaHoSo": asked.dossier_code}, write=False)
        return _due((yield request), request, asked.dossier_code)


def _due(reply: Reply, request: Request, dossier: str) -> QueryVerdict:
    became = verdict(reply, request)
    if isinstance(became, Retry | Reject | Stop):
        return became
    if not isinstance(became, Delivered):
        return Retry("the portal's answer cannot be read")
    try:
        native = CauTraLoi.model_validate(reply.json())
        result = _RESULTS[native.KetQua]
        if result != "due":
            return Answered(result)
        order = None if native.ThanhToan is None else order_from_native(native.ThanhToan)
    except ValidationError as error:
        found = flaw(error.errors(include_url=False, include_input=False)[0])
        return Reject("unreadable-answer", f"the portal's answer: {found.pointer} {found.reason}")
    if order is None or order.dossier_code != dossier:
        return Reject("unreadable-answer", "the portal's answer names no payment, or that of another dossier")
    return Answered("due", order)


_RESULTS: Mapping[str, str] = {native: result for result, native in codes.DUES.items()}

__all__ = ["Payments"]
