"""PayGov, a province's payment gateway: opened by a call, told by notice. Nothing is known that it could be asked."""

from __future__ import annotations

from pydantic import ValidationError

from adapters import payments
from adapters.fields import Untranslatable
from lienthong.ports import Adapter, Capabilities, Context, Conversation, Message, Reception, operation, receive
from lienthong.requests import Inbound, Post
from lienthong.verdicts import Reject

from . import answers, notices
from .model import Created
from .settings import PaygovSettings
from .translate import create, signed

_JSON = {"content-type": "application/json; charset=utf-8"}


class Paygov(Adapter):
    """Told: attempts (answered by a link). Says: notices. The token is the connector's."""

    name = "paygov"
    Settings = PaygovSettings
    capabilities = Capabilities(idempotent=False, callbacks=True, money=True)

    settings: PaygovSettings

    @operation("payment.attempted", ordered=False, on_unknown="resend")
    def create(self, message: Message, context: Context) -> Conversation:
        """A payment.

        Sent again where its outcome is unknown: it moves no money, and by a link that is lost nobody pays.
        """
        try:
            attempt = payments.openable(message, context)
            if isinstance(attempt, Reject):
                return attempt
            native = create(attempt, self.settings)
            sent = signed(native, self.settings)
        except (Untranslatable, ValidationError) as error:
            return payments.unsayable(error, message, context)
        request = Post(self.settings.path, content=sent, headers=_JSON)
        reply = yield request
        found = answers.read(reply, request)
        if not isinstance(found, Created):
            return found
        raw = reply.content.decode("utf-8", "replace")
        return answers.creation(attempt, native, found, raw, self.settings, context)

    @receive("notice", signed=True)
    def notice(self, inbound: Inbound, context: Context) -> Reception:
        """`POST /in/{system}/notice`."""
        return (yield from notices.received(inbound, self.settings, context))


__all__ = ["Paygov", "PaygovSettings"]
