"""MoMo's payment gateway (paths v2): opened by a call, told by notice, asked where none came."""

from __future__ import annotations

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
from lienthong.requests import Inbound, Post, Request
from lienthong.verdicts import Reject
from schemas.payments import Attempt, Enquiry, Origin, RefundAttempt, RefundEnquiry

from . import answers, notices, signing
from .model import Created, Notice, State
from .settings import MomoSettings
from .translate import create, key, noticed, query, refund, signed

_WRONG = (Untranslatable, ValidationError)
_JSON = {"content-type": "application/json; charset=UTF-8"}


class Momo(Adapter):
    """Told: attempts (answered by links and a QR text), questions, refunds. Says: notices, and who came back."""

    name = "momo"
    Settings = MomoSettings
    capabilities = Capabilities(idempotent=True, callbacks=True, money=True)

    settings: MomoSettings

    @operation("payment.attempted", ordered=False, on_unknown="lookup")
    def create(self, message: Message, context: Context) -> Conversation:
        """A payment. What MoMo refuses ends the attempt, as a follow-up says."""
        try:
            attempt = payments.openable(message, context)
            if isinstance(attempt, Reject):
                return attempt
            native = create(attempt, self.settings)
            sent = signed(signing.CREATE, native, self.settings)
        except _WRONG as error:
            return payments.unsayable(error, message, context)
        request = self._post(self.settings.paths.create, sent, write=True)
        reply = yield request
        found = answers.read(Created, reply, request)
        if not isinstance(found, Created):
            return found
        return answers.creation(attempt, native, sent, found, reply, context)

    @lookup("create")
    def find(self, message: Message, context: Context) -> Lookup:
        """Whether an attempt was opened."""
        attempt = message.read(Attempt)
        native = query(attempt.reference, f"{attempt.reference}-l{context.attempt}", self.settings)
        request = self._post(self.settings.paths.query, signed(signing.QUERY, native, self.settings), write=False)
        reply = yield request
        found = answers.read(State, reply, request)
        return (
            answers.creation_found(attempt, found, _raw(reply.content), context) if isinstance(found, State) else found
        )

    @operation("payment.queried", ordered=False, on_unknown="resend")
    def ask(self, message: Message, context: Context) -> Conversation:
        """The question about a payment."""
        try:
            asked = message.read(Enquiry)
            payments.own("system", asked.system, context)
            native = query(asked.reference, f"{asked.reference}-q{asked.number}-{context.attempt}", self.settings)
            sent = signed(signing.QUERY, native, self.settings)
        except _WRONG as error:
            return payments.refused(error)
        request = self._post(self.settings.paths.query, sent, write=False)
        reply = yield request
        found = answers.read(State, reply, request)
        return answers.payment(asked, found, _raw(reply.content), context) if isinstance(found, State) else found

    @operation("payment.refund_attempted", ordered=False, on_unknown="lookup")
    def refund(self, message: Message, context: Context) -> Conversation:
        """A refund."""
        try:
            said = message.read(RefundAttempt)
            payments.own("system", said.system, context)
            sent = signed(signing.REFUND, refund(said, self.settings), self.settings)
        except _WRONG as error:
            return payments.refused(error)
        request = self._post(self.settings.paths.refund, sent, write=True)
        reply = yield request
        found = answers.read(State, reply, request)
        return answers.refund(said, found, _raw(reply.content), context) if isinstance(found, State) else found

    @lookup("refund")
    def find_refund(self, message: Message, context: Context) -> Lookup:
        """Whether a refund took effect."""
        said = message.read(RefundAttempt)
        request = self._asking_refund(said, f"{said.refund_reference}-l{context.attempt}")
        reply = yield request
        found = answers.read(State, reply, request)
        return answers.refund_found(said, found, _raw(reply.content), context) if isinstance(found, State) else found

    @operation("payment.refund_queried", ordered=False, on_unknown="resend")
    def ask_refund(self, message: Message, context: Context) -> Conversation:
        """The question about a refund."""
        try:
            asked = message.read(RefundEnquiry)
            payments.own("system", asked.system, context)
            request = self._asking_refund(asked, f"{asked.refund_reference}-q{asked.number}-{context.attempt}")
        except _WRONG as error:
            return payments.refused(error)
        reply = yield request
        found = answers.read(State, reply, request)
        return answers.refund_state(asked, found, _raw(reply.content), context) if isinstance(found, State) else found

    @receive("notice", signed=True)
    def notice(self, inbound: Inbound, context: Context) -> Reception:
        """`POST /in/{system}/notice`, the IPN."""
        return (yield from notices.received(inbound, self.settings, context))

    @receive("return", signed=True)
    def back(self, inbound: Inbound, context: Context) -> Reception:
        """`GET /in/{system}/return`: what the payer's browser brought back, for the page that he sees."""
        try:
            params = parameters(inbound)
            if not notices.genuine(params, self.settings):
                return returned.FORGED
            native = Notice.model_validate(params)
            if not notices.ours(native, self.settings):
                return returned.FORGED
            notice = noticed(native, Origin.RETURN, inbound.query_string or "", context)
        except _WRONG:
            return returned.FORGED
        return (yield from returned.shown(notice, key(native), context))

    def _asking_refund(self, said: RefundAttempt | RefundEnquiry, id: str) -> Request:
        order = said.refund_reference if self.settings.refund_query_by == "refund" else said.reference
        sent = signed(signing.QUERY, query(order, id, self.settings), self.settings)
        return self._post(self.settings.paths.refund_query, sent, write=False)

    def _post(self, path: str, content: bytes, *, write: bool) -> Request:
        return Post(path, content=content, headers=_JSON, write=write, timeout=self.settings.timeout)


def _raw(content: bytes) -> str:
    return content.decode("utf-8", "replace")


__all__ = ["Momo", "MomoSettings"]
