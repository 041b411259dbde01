"""What portals and officers ask for: to pay an order, to take money that does not fit."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

from schemas.payments import Acceptance, AttemptState, Declined, Notice, NoticeOutcome, Opened, Origin, PaymentOrder
from schemas.payments import Attempt as Attempted

from . import asking
from .money import amount, attempt_state, booked, covers, order_state, places
from .state import Attempt, PaymentState
from .turn import Turn


def requested(turn: Turn, key: str, order: PaymentOrder) -> None:
    """Somebody wants to pay: open an attempt, give the open link again, or say why not."""
    if not turn.first(key):
        return
    if turn.state.order_code is None:
        turn.change(order_code=order.order_code, dossier_code=order.dossier_code, amount=order.amount)
    refusal = _refusal(turn, order)
    if refusal is not None:
        _decline(turn, key, order, *refusal)
    elif not _again(turn, key, order):
        _ask_first(turn, key, order)


def _refusal(turn: Turn, order: PaymentOrder) -> tuple[str, str] | None:
    state, policy = turn.state, turn.policy
    if (order.dossier_code, order.amount) != (state.dossier_code, state.amount):
        return "differs", "the order was told before with another amount or dossier; give it a code of its own"
    if any(covers(state, place) for place in places(state)):
        return "already-paid", "the order is paid; it needs no further payment"
    if state.covering is not None:
        return "refunded", "the order's money went back or is on its way; give a new payment an order code of its own"
    if (order.system or policy.default) not in policy.gateways:
        return "no-gateway", "the order names no gateway that is configured; name one of them"
    if order.expires_at is not None and order.expires_at <= turn.at:
        return "expired", "the order's time is over; ask with a later one"
    if sum(1 for attempt in state.attempts if attempt.number) >= policy.attempts:
        return "too-many", f"the order was tried {policy.attempts} times; an officer has to look at it"
    return None


def _decline(turn: Turn, key: str, order: PaymentOrder, code: str, reason: str) -> None:
    said = Declined(
        order_code=order.order_code,
        dossier_code=order.dossier_code,
        code=code,
        reason=reason,
        order_state=order_state(turn.state),
    )
    turn.say("payment.declined", f"{key}:declined", said)


def _again(turn: Turn, key: str, order: PaymentOrder) -> bool:
    """Give the link again that the payer has already, if there is one for the same gateway and it still holds."""
    until = turn.at + timedelta(seconds=turn.policy.reuse)
    for attempt in turn.state.attempts:
        fit = attempt.system == (order.system or turn.policy.default) and asking.phase(attempt) == "open"
        if fit and attempt.opened is not None and attempt.expires_at is not None and attempt.expires_at > until:
            turn.say("payment.opened", f"{key}:opened", attempt.opened)
            return True
    return False


def _ask_first(turn: Turn, key: str, order: PaymentOrder) -> None:
    """No second attempt before it was asked what became of the open ones."""
    state = turn.state
    if state.waiting is not None and state.waiting_key is not None:
        _decline(turn, state.waiting_key, state.waiting, "superseded", "a later request took its place")
    asked: list[str] = []
    for index, attempt in enumerate(state.attempts):
        if asking.phase(attempt) == "open" and turn.gateway(index).queries:
            asked.append(attempt.reference)
            if attempt.reference not in state.waiting_for:
                asking.ask(turn, index)
    turn.change(waiting=order, waiting_key=key, waiting_for=tuple(asked))
    proceed(turn)


def heard_of(turn: Turn, index: int, notice: Notice) -> None:
    """The gateway spoke of an attempt: if that was what a request waited for, it goes on."""
    if notice.origin is Origin.QUERY and notice.outcome is not NoticeOutcome.UNCLEAR:
        answered = turn.attempt(index).reference
        turn.change(waiting_for=tuple(reference for reference in turn.state.waiting_for if reference != answered))


def proceed(turn: Turn) -> None:
    """Open the attempt that waits, if nothing is left to wait for."""
    state = turn.state
    closed = {attempt.reference for attempt in state.attempts if asking.phase(attempt) != "open"}
    if state.waiting is None or state.waiting_key is None or set(state.waiting_for) - closed:
        return
    order, key = state.waiting, state.waiting_key
    turn.change(waiting=None, waiting_key=None, waiting_for=())
    refusal = _refusal(turn, order) or _in_doubt(turn.state)
    if refusal is not None:
        _decline(turn, key, order, *refusal)
    else:
        _open(turn, key, order)


def _in_doubt(state: PaymentState) -> tuple[str, str] | None:
    if any(attempt_state(attempt) is AttemptState.SUSPENDED for attempt in state.attempts):
        return "in-doubt", "money may have been taken for an earlier attempt; wait for its outcome"
    return None


def _open(turn: Turn, key: str, order: PaymentOrder) -> None:
    system = order.system or turn.policy.default or ""
    number = 1 + sum(1 for attempt in turn.state.attempts if attempt.number)
    expires_at = turn.at + timedelta(seconds=turn.policy.of(system).lifetime)
    said = Attempted(
        order=order,
        number=number,
        system=system,
        reference=reference(order.order_code, key, number),
        amount=order.amount,
        created_at=turn.at,
        expires_at=expires_at if order.expires_at is None else min(expires_at, order.expires_at),
    )
    turn.say("payment.attempted", said.reference, said)
    _take(turn, said)


def _take(turn: Turn, said: Attempted) -> None:
    fields = ("number", "system", "reference", "amount", "created_at", "expires_at")
    attempt = Attempt(**{name: getattr(said, name) for name in fields})
    turn.change(attempts=(*turn.state.attempts, attempt))
    asking.begin(turn, len(turn.state.attempts) - 1)


def reference(order_code: str, key: str, number: int) -> str:
    """Our reference of an attempt: 13 letters and digits (65 bits) that tell nothing, and the attempt's number."""
    digest = hashlib.sha256(f"{order_code}\n{key}\n{number}".encode()).digest()
    return f"{base64.b32encode(digest).decode()[:13]}{number:02d}"


def opened(turn: Turn, said: Opened) -> None:
    """The gateway opened an attempt. The first answer stays; what was sent is in the message, not here."""
    for index, attempt in enumerate(turn.state.attempts):
        if (attempt.system, attempt.reference) == (said.system, said.reference) and attempt.opened is None:
            turn.change_attempt(index, opened=said.model_copy(update={"sent": None, "signed": None}))


def accepted(turn: Turn, said: Acceptance) -> None:
    """An officer takes money that does not fit as the payment of the order."""
    for index, attempt in enumerate(turn.state.attempts):
        if (attempt.system, attempt.reference) != (said.system, said.reference):
            continue
        for number, money in enumerate(attempt.moneys):
            if money.gateway_reference == said.gateway_reference and booked(money) and amount(money) > 0:
                turn.change_money(index, number, accepted=True)


__all__ = ["accepted", "heard_of", "opened", "proceed", "reference", "requested"]
