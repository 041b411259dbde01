"""What PayGov answers to a creation, as verdicts. Of its answers only `data.url` is known."""

from __future__ import annotations

from pydantic import ValidationError

from adapters import payments
from adapters.fields import Untranslatable
from adapters.parameters import document
from lienthong.ports import Context
from lienthong.requests import Reply, Request
from lienthong.verdicts import Delivered, Single, Unknown
from schemas.payments import Attempt

from .model import Create, Created
from .settings import PaygovSettings
from .translate import opened

_SAYING = ("data", "error_code", "errorCode")
_TEXT = 500


def read(reply: Reply, request: Request) -> Created | Single:
    """The answer, or a verdict."""
    found = document(reply, request, _SAYING[0])
    for name in _SAYING[1:]:
        other = found if isinstance(found, dict) else document(reply, request, name)
        found = other if isinstance(other, dict) else found
    if not isinstance(found, dict):
        return found
    try:
        return Created.model_validate(found if isinstance(found.get("data"), dict) else {**found, "data": None})
    except (ValidationError, Untranslatable):
        return Unknown("the answer could not be read")


def creation(
    attempt: Attempt, native: Create, answer: Created, raw: str, settings: PaygovSettings, context: Context
) -> Single:
    """How the payer reaches the payment. Without a link nobody can pay by it, so the attempt ends."""
    url = answer.data.url if answer.data else ""
    if not url.startswith(("https://", "http://")):
        native_codes = payments.codes(answer.model_dump(), "error_code", "errorCode")
        reason = f"PayGov gave no link: {answer.error_message[:_TEXT] or 'without a reason'}"
        return payments.failed(attempt, "refused", reason, context, codes=native_codes, raw=raw)
    try:
        made = opened(attempt, native, answer, settings)
    except ValidationError:
        return Unknown("the link in the answer is none")
    return Delivered(native.orderId, (payments.opened(made, context),))
