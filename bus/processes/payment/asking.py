"""Asking the gateway: when, how often, and when to stop and call people."""

from __future__ import annotations

from typing import Literal

from schemas.payments import Check, Enquiry

from .evidence import overdue
from .state import Attempt, Mark
from .turn import Turn

Phase = Literal["open", "ended", "settled"]


def phase(attempt: Attempt) -> Phase:
    """Whether an attempt may still be paid in the ordinary way, only late, or has brought its money."""
    if attempt.number == 0 or any(money.mark >= Mark.PAID for money in attempt.moneys):
        return "settled"
    return "ended" if attempt.ended or attempt.moneys else "open"


def begin(turn: Turn, index: int) -> None:
    """The first timer of an attempt."""
    gateway = turn.gateway(index)
    turn.watch(index, min(gateway.first, _left(turn, index)) if gateway.queries else _left(turn, index))


def follow(turn: Turn, index: int, before: Phase) -> None:
    """Set the timers anew if the attempt came into another phase."""
    after = phase(turn.attempt(index))
    if after == before:
        return
    late = turn.gateway(index).late
    if after == "ended" and turn.gateway(index).queries and late:
        turn.watch(index, late[0])
    elif before != "settled":
        turn.watch(index, None)


def fired(turn: Turn, index: int) -> None:
    """The timer of an attempt fell due."""
    before = phase(turn.attempt(index))
    if before == "open":
        _open(turn, index)
    elif before == "ended":
        _late(turn, index)


def _open(turn: Turn, index: int) -> None:
    gateway = turn.gateway(index)
    over = overdue(turn, turn.attempt(index), turn.at)
    if not gateway.queries:
        # a configuration may stop the questions while an attempt is open, so that its time need not be over
        if over:
            turn.change_attempt(index, ended="expired")
        else:
            turn.watch(index, _left(turn, index))
        return
    if over and turn.attempt(index).final >= gateway.patience:
        turn.change_attempt(index, ended="suspended")
        follow(turn, index, "open")
        return
    if over:
        turn.change_attempt(index, final=turn.attempt(index).final + 1)
    ask(turn, index)
    turn.watch(index, gateway.every if over else min(gateway.every, _left(turn, index)))


def _late(turn: Turn, index: int) -> None:
    gateway = turn.gateway(index)
    asked = turn.attempt(index).late
    if not gateway.queries or asked >= len(gateway.late):
        return
    turn.change_attempt(index, late=asked + 1)
    ask(turn, index)
    if asked + 1 < len(gateway.late):
        turn.watch(index, gateway.late[asked + 1])


def _left(turn: Turn, index: int) -> float:
    """Seconds until the attempt's time is over; at least one, lest a clock that stands back makes a storm."""
    attempt = turn.attempt(index)
    expires_at = attempt.expires_at or turn.at
    return max(1.0, (expires_at - turn.at).total_seconds() + turn.gateway(index).grace)


def ask(turn: Turn, index: int) -> None:
    """Ask the gateway what became of an attempt."""
    attempt = turn.attempt(index)
    number = attempt.asked + 1
    opened = attempt.opened
    question = Enquiry(
        order_code=turn.state.order_code or attempt.reference,
        system=attempt.system,
        reference=attempt.reference,
        gateway_reference=opened.gateway_reference if opened else None,
        amount=attempt.amount,
        created_at=attempt.created_at,
        asked_at=turn.at,
        number=number,
        memo=dict(opened.memo) if opened else {},
    )
    turn.say("payment.queried", f"{attempt.reference}:queried:{number}", question)
    turn.change_attempt(index, asked=number, asked_at=turn.at)


def hint(turn: Turn, index: int) -> None:
    """Somebody says that something happened and proves nothing: the browser that returned, a code nobody knows. Ask."""
    attempt = turn.attempt(index)
    if phase(attempt) == "settled" or not turn.gateway(index).queries:
        return
    since = None if attempt.asked_at is None else (turn.at - attempt.asked_at).total_seconds()
    if since is None or since >= turn.policy.hush:
        ask(turn, index)


def checked(turn: Turn, key: str, check: Check) -> None:
    """Somebody wants the gateway to be asked now, whatever is known."""
    for index, attempt in enumerate(turn.state.attempts):
        mine = (attempt.system, attempt.reference) == (check.system, check.reference) and attempt.number > 0
        if mine and turn.gateway(index).queries and turn.first(key):
            ask(turn, index)


__all__ = ["Phase", "ask", "begin", "checked", "fired", "follow", "hint", "phase"]
