"""VietQR: the payer scans a code with any bank's app and transfers over NAPAS 247.

A transfer brings no notice: it is found in the bank's statement by the reference in its purpose.
"""

from __future__ import annotations

from typing import Literal, cast, get_args

from pydantic import ValidationError

from adapters import payments
from adapters.fields import Untranslatable
from adapters.parameters import parameters
from lienthong.ports import Adapter, Capabilities, Context, Conversation, Message, Reception, operation, receive
from lienthong.requests import Answer, Inbound
from lienthong.verdicts import Delivered, Reject

from .model import Code
from .picture import Kind, picture
from .settings import VietqrSettings
from .tlv import parse
from .translate import code, opened, payload, read

_WRONG = (Untranslatable, ValidationError)
_MEDIA: dict[Kind, Literal["image/png", "image/svg+xml"]] = {"png": "image/png", "svg": "image/svg+xml"}


class Vietqr(Adapter):
    """Told: attempts, answered by the text of a code. Gives pictures (`GET /in/{system}/picture?text=...&kind=svg`)."""

    name = "vietqr"
    Settings = VietqrSettings
    capabilities = Capabilities(idempotent=True, money=True)
    connector = "none"

    settings: VietqrSettings

    @operation("payment.attempted", ordered=False, on_unknown="resend")
    def create(self, message: Message, context: Context) -> Conversation:
        """The text of a code. Nothing is sent."""
        yield from ()
        try:
            attempt = payments.openable(message, context)
            if isinstance(attempt, Reject):
                return attempt
            native = code(attempt, self.settings)
            made = opened(attempt, payload(native), native)
        except _WRONG as error:
            return payments.unsayable(error, message, context)
        return Delivered(made.reference, (payments.opened(made, context),))

    @receive("picture")
    def draw(self, inbound: Inbound, context: Context) -> Reception:
        """The picture of a code. Drawn is only what is a whole code with a right CRC."""
        yield from ()
        try:
            asked = parameters(inbound)
            kind = asked.get("kind", "svg")
            if kind not in get_args(Kind):
                return Answer(400, b"kind is svg or png", "text/plain")
            parse(asked.get("text", ""))
        except Untranslatable:
            return Answer(400, b"text is not a payment code", "text/plain")
        drawn = picture(asked["text"], cast(Kind, kind))
        return Answer(200, drawn, _MEDIA[cast(Kind, kind)])


__all__ = ["Code", "Vietqr", "VietqrSettings", "payload", "picture", "read"]
