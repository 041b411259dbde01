"""What the ledger knows of one of our attempts: asked in this one place."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from pydantic import ValidationError

from lienthong.requests import Accept, Find, Found, Outcome
from lienthong.verdicts import QueryVerdict
from schemas.payments import Attempt, AttemptState, Notice, NoticeOutcome, Opened, Standing
from schemas.payments.outcome import Fact

Step = Find | Accept
Told = Found | Outcome | QueryVerdict
_ENDED = {
    "payment.paid": AttemptState.PAID,
    "payment.surplus": AttemptState.PAID,
    "payment.failed": AttemptState.FAILED,
    "payment.expired": AttemptState.EXPIRED,
    "payment.suspended": AttemptState.SUSPENDED,
    "payment.reversed": AttemptState.REVERSED,
}
_SAID = {
    NoticeOutcome.PAID: AttemptState.PAID,
    NoticeOutcome.FAILED: AttemptState.FAILED,
    NoticeOutcome.EXPIRED: AttemptState.EXPIRED,
    NoticeOutcome.SUSPENDED: AttemptState.SUSPENDED,
    NoticeOutcome.REVERSED: AttemptState.REVERSED,
    NoticeOutcome.REFUNDING: AttemptState.REFUNDING,
    NoticeOutcome.REFUNDED: AttemptState.REFUNDED,
}


def standing(system: str, reference: str) -> Generator[Step, Told, Standing | None]:
    """What the ledger knows of our attempt `reference` at `system`; `None` if there is none.

    The one place that asks: today for the newest message about the reference, later for the state of the process.
    """
    found = yield Find("message", reference)
    if not isinstance(found, Found) or found.type is None:
        return None
    known = _standing(found.type, found.data)
    mine = known is not None and known.reference == reference and system in ("", known.system)
    return known if mine else None


def _standing(type: str, data: Any) -> Standing | None:
    try:
        return _read(type, data)
    except ValidationError:
        return None


def _read(type: str, data: Any) -> Standing | None:
    if type == "payment.attempted":
        attempt = Attempt.model_validate(data)
        return _known(attempt.order.order_code, attempt, AttemptState.REQUESTED)
    if type == "payment.opened":
        made = Opened.model_validate(data)
        return _known(made.order_code, made, AttemptState.PENDING)
    if type == "payment.noticed":
        said = Notice.model_validate(data)
        return None if said.order_code is None else _known(said.order_code, said, _SAID.get(said.outcome))
    if type in _ENDED:
        fact = Fact.model_validate({name: data.get(name) for name in Fact.model_fields})
        return _known(fact.order_code, fact, _ENDED[type], data.get("amount"))
    return Standing.model_validate(data)


def _known(order: str, said: Any, state: AttemptState | None, amount: int | None = None) -> Standing:
    return Standing(
        order_code=order,
        system=said.system,
        reference=said.reference,
        amount=getattr(said, "amount", amount),
        state=state or AttemptState.PENDING,
    )


__all__ = ["Step", "Told", "standing"]
