"""What the adapters of gateways have in common: what is known of an attempt, and how a notice is handed over."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from lienthong.ports import Context, Message
from lienthong.requests import Accept, Outcome
from lienthong.verdicts import Draft, Reject
from schemas.flaws import flaws
from schemas.payments import (
    Attempt,
    AttemptState,
    NativeCode,
    Notice,
    NoticeOutcome,
    Opened,
    Origin,
    RefundAttempt,
    RefundEnquiry,
    Standing,
)
from schemas.payments.vocabulary import Reference

from .fields import Untranslatable
from .standing import Step, Told, standing

# An order in one of these was confirmed before: what comes now is a repeat, or further money.
CONFIRMED = frozenset({AttemptState.PAID, AttemptState.REFUNDING, AttemptState.REFUNDED, AttemptState.PARTLY_REFUNDED})
# What says that money is, or was, on its way to us: booked even where it fits nothing.
_MONEY = (NoticeOutcome.PAID, NoticeOutcome.SUSPENDED, NoticeOutcome.REVERSED)
_REFERENCE: TypeAdapter[str] = TypeAdapter(Reference)
_CANONICAL = ("Attempt", "Enquiry", "RefundAttempt", "RefundEnquiry")
_KEY = 200
_REUSED = "key-reused"


@dataclass(frozen=True, slots=True)
class Booked:
    """What became of a notice. `known`: the attempt before it, `None` if it is none of ours.

    `fits`: amount and currency are those of the attempt. `state`: `accepted`, `repeated`, `failed` (our fault: the
    gateway should call again) or `passed` (nothing was handed over).
    """

    known: Standing | None
    fits: bool
    state: str

    @property
    def confirmed_before(self) -> bool:
        """The gateway told nothing new: this notice, or the payment, had been taken before."""
        return self.state == "repeated" or (self.known is not None and self.known.state in CONFIRMED)


def book(notice: Notice, key: str, context: Context) -> Generator[Step, Told, Booked]:
    """Hand a verified notice over under the gateway's own identity of it, `key`.

    Money is handed over whatever it is: for no attempt of ours, or another amount. What is no money and fits nothing
    is not.
    """
    known = yield from standing(context.system, notice.reference)
    fits = known is not None and _fits(notice, known)
    if notice.outcome not in _MONEY and not fits:
        return Booked(known, fits, "passed")
    return Booked(known, fits, (yield from _handed(notice, key, known, context)))


def noticed(notice: Notice, context: Context) -> Draft:
    """The follow-up that tells what a gateway answered."""
    return Draft("payment.noticed", notice.order_code or notice.reference, notice, time=context.now)


def opened(said: Opened, context: Context) -> Draft:
    """The follow-up that tells how the payer can pay."""
    return Draft("payment.opened", said.order_code, said, time=context.now)


def codes(document: dict[str, Any], *names: str) -> tuple[NativeCode, ...]:
    """The gateway's own codes that a notice keeps: those of `names` that were said."""
    said = [(name, document.get(name)) for name in names]
    return tuple(NativeCode(name=name, value=str(value)[:200]) for name, value in said if value not in (None, ""))


def reference(text: str) -> str | None:
    """`text` if it has the form of a reference of ours, else `None`."""
    try:
        return _REFERENCE.validate_python(text)
    except ValidationError:
        return None


def plain(text: str, allowed: str, limit: int) -> str:
    """`text` in ASCII letters and digits and `allowed`: marks fall away, other signs become blanks, the rest is cut."""
    marked = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(sign for sign in marked if not unicodedata.combining(sign))
    return " ".join(re.sub(rf"[^A-Za-z0-9{re.escape(allowed)}]", " ", bare).split())[:limit].strip()


def number(text: str) -> str | None:
    """Gateways write 0 or nothing where they have no number."""
    return text if text.strip("0") else None


def openable(message: Message, context: Context) -> Attempt | Reject:
    """The attempt that is to be opened, or why it must not be any more.

    Raises `Untranslatable` for what is meant for another gateway, and `ValidationError`.
    """
    attempt = message.read(Attempt)
    own("system", attempt.system, context)
    return too_late(attempt, context) if expired(attempt, context.now) else attempt


def refunded(
    said: RefundAttempt | RefundEnquiry, outcome: NoticeOutcome, origin: Origin, raw: str, **told: Any
) -> Notice:
    """What an answer says about a refund of ours; `told` are the fields in the gateway's own words."""
    return Notice(
        order_code=said.order_code,
        system=said.system,
        reference=said.reference,
        gateway_reference=said.gateway_reference,
        refund_reference=said.refund_reference,
        origin=origin,
        outcome=outcome,
        amount=said.amount,
        raw=raw,
        **told,
    )


def expired(attempt: Attempt, now: datetime) -> bool:
    """Whether an attempt must not be opened any more."""
    return now >= attempt.expires_at


def too_late(attempt: Attempt, context: Context) -> Reject:
    """An attempt that must not be opened any more, and the follow-up that says so."""
    return failed(attempt, "expired", "expires_at has passed; nothing was opened", context, pointer="/expires_at")


def failed(
    attempt: Attempt,
    code: str,
    reason: str,
    context: Context,
    *,
    codes: tuple[NativeCode, ...] = (),
    raw: str | None = None,
    pointer: str | None = None,
) -> Reject:
    """An attempt that cannot be paid, and the follow-up that says so."""
    notice = Notice(
        order_code=attempt.order.order_code,
        system=attempt.system,
        reference=attempt.reference,
        origin=Origin.ANSWER,
        outcome=NoticeOutcome.FAILED,
        amount=attempt.amount,
        codes=codes,
        message=reason,
        raw=raw,
    )
    return Reject(code, reason, pointer, (noticed(notice, context),))


def unsayable(error: Untranslatable | ValidationError, message: Message, context: Context) -> Reject:
    """An attempt that the gateway's language cannot say, and the follow-up that says so, if it could be read."""
    found = refused(error)
    try:
        attempt = message.read(Attempt)
    except ValidationError:
        return found
    return failed(attempt, found.code, found.reason, context, pointer=found.pointer)


def refused(error: Untranslatable | ValidationError) -> Reject:
    """Why a message cannot be told to the gateway."""
    if isinstance(error, Untranslatable):
        return Reject(error.code, error.reason, error.place)
    first = flaws(error)[0]
    if error.title in _CANONICAL:
        return Reject(first.code, first.reason, first.pointer)
    return Reject(first.code, f"{first.pointer.strip('/')} {first.reason}")


def own(name: str, given: str, context: Context) -> None:
    """Refuse what is meant for another gateway. Raises `Untranslatable`."""
    if context.system and given != context.system:
        raise Untranslatable("other-system", f"is not {context.system}; correct the route", f"/{name}")


def _handed(notice: Notice, key: str, known: Standing | None, context: Context) -> Generator[Step, Told, str]:
    if known is None:
        told = notice.model_copy(update={"order_code": None})
        draft = Draft("payment.noticed", notice.reference, told, key=f"{key}/unclaimed"[:_KEY], time=context.now)
    else:
        told = notice.model_copy(update={"order_code": known.order_code})
        subject = known.order_code or notice.reference
        draft = Draft("payment.noticed", subject, told, key=key[:_KEY], time=context.now)
    return _became((yield Accept((draft,))))


def _became(outcome: Told) -> str:
    """The key holds all that matters of a notice: another body under it (a new time of sending) is a repeat."""
    if not isinstance(outcome, Outcome):
        return "failed"
    if outcome.state == "refused" and outcome.problems and all(one.code == _REUSED for one in outcome.problems):
        return "repeated"
    return {"accepted": "accepted", "duplicate": "repeated"}.get(outcome.state, "failed")


def _fits(notice: Notice, known: Standing) -> bool:
    return notice.amount == known.amount and notice.currency in (None, known.currency)


__all__ = [
    "CONFIRMED",
    "Booked",
    "book",
    "codes",
    "expired",
    "failed",
    "noticed",
    "number",
    "openable",
    "opened",
    "own",
    "plain",
    "reference",
    "refunded",
    "refused",
    "too_late",
    "unsayable",
]
