"""ZaloPay v2: opened by a call, told by callback only after success, asked otherwise."""

from __future__ import annotations

from collections.abc import Generator

from pydantic import ValidationError

from adapters import payments, returned
from adapters.fields import Untranslatable
from adapters.parameters import parameters
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
from lienthong.requests import Inbound, Post, Reply, Request
from lienthong.verdicts import Reject, Single
from schemas.payments import Attempt, Enquiry, RefundAttempt, RefundEnquiry

from . import answers, notices, signing, translate
from .model import Answer, Redirect
from .settings import ZalopaySettings

_WRONG = (Untranslatable, ValidationError)
_JSON = {"content-type": "application/json; charset=utf-8"}


class Zalopay(Adapter):
    """Told: attempts (answered by a link and a QR text), questions, refunds. Says: callbacks, and who came back."""

    name = "zalopay"
    Settings = ZalopaySettings
    capabilities = Capabilities(idempotent=False, callbacks=True, money=True)

    settings: ZalopaySettings

    @operation("payment.attempted", ordered=False, on_unknown="lookup")
    def create(self, message: Message, context: Context) -> Conversation:
        """A payment. What ZaloPay refuses ends the attempt, as a follow-up says."""
        try:
            attempt = payments.openable(message, context)
            if isinstance(attempt, Reject):
                return attempt
            native = translate.create(attempt, self.settings)
            sent = translate.signed(native, self.settings)
        except _WRONG as error:
            return payments.unsayable(error, message, context)
        found, raw = yield from self._told(self.settings.paths.create, sent, write=True)
        if not isinstance(found, Answer):
            return found
        return answers.creation(attempt, native, sent, found, raw, context)

    @lookup("create")
    def find(self, message: Message, context: Context) -> Lookup:
        """Whether an attempt was opened."""
        attempt = message.read(Attempt)
        sent = translate.query(attempt, self.settings)
        found, raw = yield from self._told(self.settings.paths.query, sent, write=False)
        if not isinstance(found, Answer):
            return found
        return answers.creation_found(attempt, found, raw, self.settings, context)

    @operation("payment.queried", ordered=False, on_unknown="resend")
    def ask(self, message: Message, context: Context) -> Conversation:
        """The question about a payment."""
        try:
            asked = message.read(Enquiry)
            payments.own("system", asked.system, context)
            sent = translate.query(asked, self.settings)
        except _WRONG as error:
            return payments.refused(error)
        found, raw = yield from self._told(self.settings.paths.query, sent, write=False)
        return answers.payment(asked, found, raw, self.settings, context) if isinstance(found, Answer) else found

    @operation("payment.refund_attempted", ordered=False, on_unknown="lookup")
    def refund(self, message: Message, context: Context) -> Conversation:
        """A refund."""
        try:
            said = message.read(RefundAttempt)
            payments.own("system", said.system, context)
            sent = translate.refund(said, self.settings, context.now)
        except _WRONG as error:
            return payments.refused(error)
        found, raw = yield from self._told(self.settings.paths.refund, sent, write=True)
        return answers.refund(said, found, raw, context) if isinstance(found, Answer) else found

    @lookup("refund")
    def find_refund(self, message: Message, context: Context) -> Lookup:
        """Whether a refund took effect."""
        said = message.read(RefundAttempt)
        sent = translate.refund_query(said, self.settings, context.now)
        found, raw = yield from self._told(self.settings.paths.refund_query, sent, write=False)
        return answers.refund_found(said, found, raw, context) if isinstance(found, Answer) else found

    @operation("payment.refund_queried", ordered=False, on_unknown="resend")
    def ask_refund(self, message: Message, context: Context) -> Conversation:
        """The question about a refund."""
        try:
            asked = message.read(RefundEnquiry)
            payments.own("system", asked.system, context)
            sent = translate.refund_query(asked, self.settings, context.now)
        except _WRONG as error:
            return payments.refused(error)
        found, raw = yield from self._told(self.settings.paths.refund_query, sent, write=False)
        return answers.refund_state(asked, found, raw, context) if isinstance(found, Answer) else found

    @receive("notice", signed=True)
    def notice(self, inbound: Inbound, context: Context) -> Reception:
        """`POST /in/{system}/notice`, the callback."""
        return (yield from notices.received(inbound, self.settings, context))

    @receive("return", signed=True)
    def back(self, inbound: Inbound, context: Context) -> Reception:
        """`GET /in/{system}/return`: what the payer's browser brought back, for the page that he sees."""
        try:
            params = parameters(inbound)
            if not signing.genuine_redirect(params, self.settings.key2):
                return returned.FORGED
            native = Redirect.model_validate(params)
            reference = translate.our_reference(native.apptransid)
            if native.appid != str(self.settings.app_id) or reference is None:
                return returned.FORGED
            notice = translate.returned(native, reference, inbound.query_string or "", context)
        except _WRONG:
            return returned.FORGED
        return (yield from returned.shown(notice, f"{native.apptransid}/{native.status}", context))

    def _told(self, path: str, sent: bytes, *, write: bool) -> Generator[Request, Reply, tuple[Answer | Single, str]]:
        request = Post(path, content=sent, headers=_JSON, write=write)
        reply = yield request
        return answers.read(reply, request), reply.content.decode("utf-8", "replace")


__all__ = ["Zalopay", "ZalopaySettings"]
