"""Work for people: worked out from the state; what changed since the last step is handed out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemas.payments import AttemptState, WorkItem, WorkKind

from .money import (
    Place,
    amount,
    attempt_state,
    booked,
    books,
    counting,
    covers,
    fits,
    going,
    gone,
    places,
    received,
    refundable,
    refunded,
)
from .state import Attempt, Mark, Money, PaymentState, Refund, RefundMark
from .turn import Turn

_REASONS = {
    WorkKind.LATE: "paid after the attempt had failed or expired; keep it if the case still needs it, else refund it",
    WorkKind.TWICE: "the order is paid already; refund it",
    WorkKind.OVER: "more than the order asks for; refund it, or accept it and refund what is too much",
    WorkKind.UNDER: "less than the order asks for; refund it, or accept it as the payment",
    WorkKind.UNCLAIMED: "names no attempt of ours; find out what it pays, then refund it or settle it by hand",
    WorkKind.FOREIGN_CURRENCY: "paid in another currency than the order's; settle it with the gateway",
    WorkKind.SUSPENDED: "the gateway suspects it or did not say what became of it; ask the gateway's staff",
    WorkKind.UNCLEAR: "the gateway answered a code that nobody has classified; look it up and extend the code table",
    WorkKind.REVERSED: "the money went back and nothing pays the order now; decide about the case",
    WorkKind.CONFLICT: "the gateway told one transaction in two ways, the smaller is booked; ask the gateway's staff",
    WorkKind.REFUND_FAILED: "the gateway refused the refund; request it again or pay back by other means",
    WorkKind.REFUND_SILENT: "nobody knows what became of the refund; ask the gateway's staff, do not request another",
    WorkKind.REFUND_ELSEWHERE: "refunded at the gateway and not by us; find out who did it, and why",
    WorkKind.REFUNDED_TOO_MUCH: "more went back than had come; ask the gateway's staff",
}


def hand_out(turn: Turn) -> tuple[WorkItem, ...]:
    """New and changed items, and with `open=False` those that fell away."""
    before = {item.key: item for item in turn.state.work}
    now = {item.key: item for item in items(turn.state, turn)}
    changed = [item for key, item in now.items() if before.get(key) != item]
    ended = [item.model_copy(update={"open": False}) for key, item in before.items() if key not in now]
    if changed or ended:
        turn.change(work=tuple(now.values()))
    return (*changed, *ended)


def items(state: PaymentState, turn: Turn) -> Iterator[WorkItem]:
    """Everything that people have to decide about an order now."""
    for place in places(state):
        yield from _of_money(state, place)
    for index, attempt in enumerate(state.attempts):
        yield from _of_attempt(state, attempt)
        for number, refund in enumerate(attempt.refunds):
            patience = turn.gateway(index).refund_patience
            yield from _of_refund(state, attempt, number, _refund_kind(attempt, refund, number, patience))


def _of_money(state: PaymentState, place: Place) -> Iterator[WorkItem]:
    attempt = state.attempts[place[0]]
    money = attempt.moneys[place[1]]
    kind = _kind(state, place, attempt, money)
    if kind is not None:
        proposed = _proposed(state, place, kind)
        yield _item(state, attempt, kind, f"{place[1]}", money=money, amount=amount(money), proposed_refund=proposed)
    if _contradicted(attempt, money):
        yield _item(state, attempt, WorkKind.CONFLICT, f"{place[1]}", money=money, amount=amount(money))


def _kind(state: PaymentState, place: Place, attempt: Attempt, money: Money) -> WorkKind | None:
    if money.mark is Mark.REVERSED and money.told_reversed:
        return None if any(covers(state, other) for other in places(state)) else WorkKind.REVERSED
    if money.mark is Mark.PAID and money.currency != "VND" and not money.shadowed:
        return WorkKind.FOREIGN_CURRENCY
    if not booked(money) or received(attempt) <= refunded(attempt):
        return None
    return _misfit(state, place, attempt, money)


def _misfit(state: PaymentState, place: Place, attempt: Attempt, money: Money) -> WorkKind | None:
    left = amount(money) - sum(gone(refund) for refund in counting(attempt) if refund.money == place[1])
    excess = amount(money) - state.amount
    if left <= 0:
        return None
    if place == state.covering:
        return _of_covering(money, left - state.amount, excess)
    if attempt.number == 0 and not money.accepted:
        return WorkKind.UNCLAIMED
    if fits(state, attempt, money) or state.covering is not None:
        return WorkKind.TWICE if books(state).surplus else None
    return WorkKind.OVER if excess > 0 else WorkKind.UNDER


def _of_covering(money: Money, left_over: int, excess: int) -> WorkKind | None:
    """What is to decide about the money that was told as the payment."""
    if excess > 0:
        return WorkKind.OVER if left_over > 0 else None
    if excess < 0 and not money.accepted:
        return WorkKind.UNDER
    return WorkKind.LATE if money.late else None


def _proposed(state: PaymentState, place: Place, kind: WorkKind) -> int:
    """Never more than may go back of this money, nor than the order can spare."""
    if kind in (WorkKind.REVERSED, WorkKind.FOREIGN_CURRENCY):
        return 0
    most = refundable(state.attempts[place[0]], place[1])
    if place != state.covering:
        return min(most, books(state).surplus)
    if kind is WorkKind.OVER:
        return min(most, max(0, amount(state.attempts[place[0]].moneys[place[1]]) - state.amount))
    return most


def _contradicted(attempt: Attempt, money: Money) -> bool:
    """Whether the gateway told one movement of money in two ways."""
    if len(money.amounts) > 1 and not money.shadowed:
        return True
    if not money.shadowed or money.mark is Mark.SUSPENDED:
        return False
    named = [other for other in attempt.moneys if other.gateway_reference is not None and other.mark >= Mark.PAID]
    unknown = set(money.amounts) - {told for other in named for told in other.amounts}
    return bool(unknown) or all(money.mark > other.mark for other in named)


def _of_attempt(state: PaymentState, attempt: Attempt) -> Iterator[WorkItem]:
    stands = attempt_state(attempt)
    foreign = any(money.mark is Mark.PAID for money in attempt.moneys)
    if stands is AttemptState.SUSPENDED and not foreign:
        told = max((amount(money) for money in attempt.moneys), default=attempt.amount)
        yield _item(state, attempt, WorkKind.SUSPENDED, "", amount=told)
    if attempt.unclear and stands in (AttemptState.REQUESTED, AttemptState.PENDING, AttemptState.SUSPENDED):
        yield _item(state, attempt, WorkKind.UNCLEAR, "", amount=attempt.amount)
    more = refunded(attempt) - received(attempt)
    if more > 0:
        yield _item(state, attempt, WorkKind.REFUNDED_TOO_MUCH, "", amount=more)


def _refund_kind(attempt: Attempt, refund: Refund, number: int, patience: int) -> WorkKind | None:
    if not any(refund is counted for counted in counting(attempt)):
        return None
    if refund.request_code is None:
        return WorkKind.REFUND_ELSEWHERE
    if going(refund):
        return WorkKind.REFUND_SILENT if refund.asked >= patience else None
    if refund.mark is not RefundMark.FAILED:
        return None
    again = any(later.money == refund.money and later.request_code for later in attempt.refunds[number + 1 :])
    return None if again else WorkKind.REFUND_FAILED


def _of_refund(state: PaymentState, attempt: Attempt, number: int, kind: WorkKind | None) -> Iterator[WorkItem]:
    if kind is None:
        return
    refund = attempt.refunds[number]
    money = None if refund.money is None else attempt.moneys[refund.money]
    proposed = 0
    if kind is WorkKind.REFUND_FAILED and refund.money is not None:
        proposed = min(refund.amount, refundable(attempt, refund.money))
    fields = {"refund_reference": refund.reference, "proposed_refund": proposed}
    about = gone(refund) if kind is WorkKind.REFUND_ELSEWHERE else refund.amount
    yield _item(state, attempt, kind, f"r{number}", money=money, amount=about, **fields)


def _item(
    state: PaymentState, attempt: Attempt, kind: WorkKind, place: str, money: Money | None = None, **fields: Any
) -> WorkItem:
    return WorkItem(
        key=":".join(part for part in (kind.value, attempt.reference, place) if part),
        kind=kind,
        order_code=state.order_code,
        dossier_code=state.dossier_code,
        system=attempt.system,
        reference=attempt.reference,
        gateway_reference=money.gateway_reference if money else None,
        reason=_REASONS[kind],
        **fields,
    )


__all__ = ["hand_out", "items"]
