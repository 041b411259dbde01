"""VNPAY 2.1.0: the payer pays on VNPAY's page; VNPAY tells by notice, and is asked where none came."""

from __future__ import annotations

from collections.abc import Generator

from pydantic import ValidationError

from adapters import payments, returned
from adapters.digests import fitting
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
from lienthong.verdicts import Delivered, Reject, Single
from schemas.payments import Enquiry, Origin, RefundAttempt, RefundEnquiry

from . import answers, notices, signing
from .model import ApiAnswer, Notice
from .settings import VnpaySettings
from .translate import ID, key, noticed, opened, pay, query, refund

_WRONG = (Untranslatable, ValidationError)


class Vnpay(Adapter):
    """Told: attempts (answered by the payer's address), questions, refunds. Says: notices, and who came back."""

    name = "vnpay"
    Settings = VnpaySettings
    capabilities = Capabilities(idempotent=False, callbacks=True, money=True)

    settings: VnpaySettings

    @operation("payment.attempted", ordered=False, on_unknown="resend")
    def create(self, message: Message, context: Context) -> Conversation:
        """The address of VNPAY's page. Nothing is sent: the payer's browser opens the payment."""
        yield from ()
        try:
            attempt = payments.openable(message, context)
            if isinstance(attempt, Reject):
                return attempt
            made = opened(attempt, pay(attempt, self.settings), self.settings)
        except _WRONG as error:
            return payments.unsayable(error, message, context)
        return Delivered(made.reference, (payments.opened(made, context),))

    @operation("payment.queried", ordered=False, on_unknown="resend")
    def ask(self, message: Message, context: Context) -> Conversation:
        """`querydr` about a payment."""
        try:
            asked = message.read(Enquiry)
            payments.own("system", asked.system, context)
            id = fitting(f"{asked.reference}Q{asked.number}A{context.attempt}", ID)
            body = query(asked, asked.created_at, id, self.settings, context.now)
        except _WRONG as error:
            return payments.refused(error)
        found, raw = yield from self._told(body, asked.reference, signing.QUERY_ANSWER, write=False)
        return answers.payment(asked, found, raw, context) if isinstance(found, ApiAnswer) else found

    @operation("payment.refund_attempted", ordered=False, on_unknown="lookup")
    def refund(self, message: Message, context: Context) -> Conversation:
        """A refund; its id is our reference of it, so that VNPAY knows a repeat."""
        try:
            said = message.read(RefundAttempt)
            payments.own("system", said.system, context)
            body = refund(said, self.settings)
        except _WRONG as error:
            return payments.refused(error)
        found, raw = yield from self._told(body, said.reference, signing.REFUND_ANSWER, write=True)
        return answers.refund(said, found, raw, context) if isinstance(found, ApiAnswer) else found

    @lookup("refund")
    def find_refund(self, message: Message, context: Context) -> Lookup:
        """Whether a refund took effect, as far as `querydr` shows it. Never `Absent`: nothing proves that."""
        said = message.read(RefundAttempt)
        id = fitting(f"{said.refund_reference}L{context.attempt}", ID)
        body = query(said, said.attempted_at, id, self.settings, context.now)
        found, raw = yield from self._told(body, said.reference, signing.QUERY_ANSWER, write=False)
        return answers.refund_found(said, found, raw, context) if isinstance(found, ApiAnswer) else found

    @operation("payment.refund_queried", ordered=False, on_unknown="resend")
    def ask_refund(self, message: Message, context: Context) -> Conversation:
        """`querydr` about a refund."""
        try:
            asked = message.read(RefundEnquiry)
            payments.own("system", asked.system, context)
            id = fitting(f"{asked.refund_reference}R{asked.number}A{context.attempt}", ID)
            body = query(asked, asked.attempted_at, id, self.settings, context.now)
        except _WRONG as error:
            return payments.refused(error)
        found, raw = yield from self._told(body, asked.reference, signing.QUERY_ANSWER, write=False)
        return answers.refund_state(asked, found, raw, context) if isinstance(found, ApiAnswer) else found

    @receive("notice", signed=True)
    def notice(self, inbound: Inbound, context: Context) -> Reception:
        """`GET /in/{system}/notice`, the IPN."""
        return (yield from notices.received(inbound, self.settings, context))

    @receive("return", signed=True)
    def back(self, inbound: Inbound, context: Context) -> Reception:
        """`GET /in/{system}/return`: what the payer's browser brought back, for the page that he sees."""
        try:
            params = parameters(inbound, signing.OWN)
            if not notices.genuine(inbound, params, self.settings):
                return returned.FORGED
            native = Notice.model_validate(params)
            if native.vnp_TmnCode != self.settings.terminal:
                return returned.FORGED
            notice = noticed(native, Origin.RETURN, notices.raw(inbound, params), context)
        except _WRONG:
            return returned.FORGED
        return (yield from returned.shown(notice, key(native), context))

    def _told(
        self, body: dict[str, str], reference: str, order: tuple[str, ...], *, write: bool
    ) -> Generator[Request, Reply, tuple[ApiAnswer | Single, str]]:
        request = Post(self.settings.transaction_path, json=body, write=write)
        reply = yield request
        found = answers.read(reply, request, order, reference, self.settings)
        return found, reply.content.decode("utf-8", "replace")


__all__ = ["Vnpay", "VnpaySettings"]
