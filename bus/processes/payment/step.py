"""The payment process: what an event does to an order."""

from __future__ import annotations

from schemas.payments import (
    Acceptance,
    Check,
    Notice,
    NoticeOutcome,
    Opened,
    Origin,
    PaymentOrder,
    RefundRequest,
    WorkItem,
)

from ..shape import Event, Fired, Heard, Step
from . import asking, evidence, refunds, requests, telling, work
from .policy import PaymentPolicy
from .state import PaymentState
from .turn import Turn, attempt_timer, refund_timer

CONSUMES = (
    "payment.requested",
    "payment.opened",
    "payment.noticed",
    "payment.accepted",
    "payment.refund_requested",
    "payment.checked",
)
EMITS = (
    "payment.attempted",
    "payment.queried",
    "payment.opened",
    "payment.paid",
    "payment.surplus",
    "payment.failed",
    "payment.expired",
    "payment.suspended",
    "payment.reversed",
    "payment.declined",
    "payment.refund_attempted",
    "payment.refund_queried",
    "payment.refunded",
    "payment.refund_failed",
    "receipt.requested",
)


def key_of(event: Heard) -> str:
    """The business key of a message: the order's code, or the reference where no order is known."""
    code: str | None = event.data.order_code
    return code if code is not None else str(event.data.reference)


def step(state: PaymentState | None, event: Event, policy: PaymentPolicy) -> Step[PaymentState, WorkItem]:
    """What follows from `event`. An event that changes nothing gives back the very `state` and nothing else.

    Raises `ValueError` for a message type that is none of `CONSUMES`: it was routed wrongly.
    """
    turn = Turn(state or PaymentState(), policy, event.at)
    if isinstance(event, Fired):
        _fired(turn, event)
    else:
        _heard(turn, event)
    requests.proceed(turn)
    telling.tell(turn)
    items = work.hand_out(turn)
    changed = turn.state != (state or PaymentState())
    return Step(turn.state if changed else state, tuple(turn.messages), items, tuple(turn.timers.values()))


def _heard(turn: Turn, event: Heard) -> None:
    match event.data:
        case PaymentOrder():
            requests.requested(turn, event.key, event.data)
        case Opened():
            requests.opened(turn, event.data)
        case Notice():
            _noticed(turn, event.data)
        case Check():
            asking.checked(turn, event.key, event.data)
        case Acceptance():
            requests.accepted(turn, event.data)
        case RefundRequest():
            refunds.requested(turn, event.key, event.data)
        case _:
            raise ValueError(f"the payment process does not hear {event.type}; it hears {', '.join(CONSUMES)}")


def _noticed(turn: Turn, notice: Notice) -> None:
    proves = notice.origin is not Origin.RETURN
    known = any((one.system, one.reference) == (notice.system, notice.reference) for one in turn.state.attempts)
    if not known and not (proves and notice.outcome in evidence.MONEY):
        return
    index = evidence.place_of(turn, notice)
    before = asking.phase(turn.attempt(index))
    if not proves:
        asking.hint(turn, index)
        return
    if notice.outcome.of_refund:
        refunds.fold(turn, index, notice)
        return
    evidence.fold(turn, index, notice)
    requests.heard_of(turn, index, notice)
    asking.follow(turn, index, before)
    if notice.outcome is NoticeOutcome.UNCLEAR and notice.origin is Origin.NOTICE:
        asking.hint(turn, index)


def _fired(turn: Turn, event: Fired) -> None:
    for index, attempt in enumerate(turn.state.attempts):
        if event.name == attempt_timer(attempt.reference) and event.generation == attempt.generation:
            asking.fired(turn, index)
            return
        for number, refund in enumerate(attempt.refunds):
            if event.name == refund_timer(refund.reference or "") and event.generation == refund.generation:
                refunds.fired(turn, index, number)
                return


__all__ = ["CONSUMES", "EMITS", "key_of", "step"]
