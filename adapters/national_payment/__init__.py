"""The Payment Platform of the National Public Service Portal, 1.0.6: INIT, CONFIRM, QUERY, GET_BILL, and what a
dossier must pay."""

from __future__ import annotations

from pydantic import ValidationError

from adapters import payments
from adapters.fields import Untranslatable
from lienthong.ports import (
    Adapter,
    Capabilities,
    Context,
    Conversation,
    Lookup,
    Message,
    Reception,
    lookup,
    operation,
    receive,
)
from lienthong.requests import Inbound, Post, Request
from lienthong.verdicts import Reject
from schemas.payments import Attempt, Enquiry, ReceiptRequest

from . import answers, dues, notices, receipts, signing
from .model import State
from .settings import NationalPaymentSettings
from .translate import get_bill, init, query, signed

_WRONG = (Untranslatable, ValidationError)
_JSON = {"content-type": "application/json; charset=utf-8"}


class NationalPayment(Adapter):
    """Told: attempts (answered by a link), questions, requests for receipts. Says: notices. Asked: what is to pay."""

    name = "national_payment"
    Settings = NationalPaymentSettings
    capabilities = Capabilities(idempotent=False, callbacks=True, money=True)

    settings: NationalPaymentSettings

    def __init__(self, settings: NationalPaymentSettings) -> None:
        super().__init__(settings)
        if settings.dues:
            self.asks = (dues.QUERY,)  # type: ignore[misc]  # the settings say whether
        else:
            served = {name: call for name, call in type(self).receivers.items() if name != "dues"}
            self.receivers = served  # type: ignore[misc]  # the same

    @operation("payment.attempted", ordered=False, on_unknown="lookup")
    def create(self, message: Message, context: Context) -> Conversation:
        """INIT. What the platform refuses ends the attempt, as a follow-up says."""
        try:
            attempt = payments.openable(message, context)
            if isinstance(attempt, Reject):
                return attempt
            native = init(attempt, self.settings)
            sent = signed(signing.INIT, native, self.settings)
        except _WRONG as error:
            return payments.unsayable(error, message, context)
        request = self._post(self.settings.paths.init, sent, write=True)
        return answers.creation(attempt, native, sent, (yield request), request, self.settings, context)

    @lookup("create")
    def find(self, message: Message, context: Context) -> Lookup:
        """QUERY: whether an attempt was opened."""
        attempt = message.read(Attempt)
        sent = signed(signing.QUERY, query(attempt, self.settings), self.settings)
        request = self._post(self.settings.paths.query, sent, write=False)
        reply = yield request
        found = answers.state(reply, request, attempt.reference, self.settings)
        if not isinstance(found, State):
            return found
        return answers.creation_found(attempt, found, _raw(reply.content), self.settings, context)

    @operation("payment.queried", ordered=False, on_unknown="resend")
    def ask(self, message: Message, context: Context) -> Conversation:
        """QUERY: what became of a payment."""
        try:
            asked = message.read(Enquiry)
            payments.own("system", asked.system, context)
            sent = signed(signing.QUERY, query(asked, self.settings), self.settings)
        except _WRONG as error:
            return payments.refused(error)
        request = self._post(self.settings.paths.query, sent, write=False)
        reply = yield request
        found = answers.state(reply, request, asked.reference, self.settings)
        if not isinstance(found, State):
            return found
        return answers.payment(asked, found, _raw(reply.content), self.settings, context)

    @operation("receipt.requested", ordered=False, on_unknown="resend")
    def bill(self, message: Message, context: Context) -> Conversation:
        """GET_BILL: the receipt as a PDF, or a link, whose file is fetched where the settings name its host."""
        if self.settings.paths.bill is None:
            return Reject("not-configured", "receipts cannot be fetched; set settings.paths.bill")
        try:
            said = message.read(ReceiptRequest)
            payments.own("system", said.system, context)
            sent = signed(signing.GET_BILL, get_bill(said, self.settings), self.settings)
        except _WRONG as error:
            return payments.refused(error)
        request = self._post(self.settings.paths.bill, sent, write=False)
        found = receipts.read((yield request), request, self.settings)
        if isinstance(found, receipts.Link) and found.request is not None:
            fetched = receipts.fetched((yield found.request), found.request)
            return receipts.issued(said, fetched, context) if isinstance(fetched, bytes) else fetched
        return receipts.issued(said, found, context) if isinstance(found, bytes | receipts.Link) else found

    @receive("notice", signed=True)
    def notice(self, inbound: Inbound, context: Context) -> Reception:
        """`POST /in/{system}/notice`, CONFIRM."""
        return (yield from notices.received(inbound, self.settings, context))

    @receive("dues")
    def due(self, inbound: Inbound, context: Context) -> Reception:
        """`POST /in/{system}/dues`: what must this dossier pay? Served where `settings.dues` is set."""
        return (yield from dues.received(inbound, self.settings, context))

    def _post(self, path: str, content: bytes, *, write: bool) -> Request:
        return Post(path, content=content, headers=_JSON, write=write)


def _raw(content: bytes) -> str:
    return content.decode("utf-8", "replace")


__all__ = ["NationalPayment", "NationalPaymentSettings"]
