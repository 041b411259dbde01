"""What is booked, what went back, and where attempts and the order stand: all of it worked out from the state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.payments import AttemptState, OrderState

from .state import Attempt, Mark, Money, PaymentState, Refund, RefundMark

Place = tuple[int, int]
_OPEN = (RefundMark.REQUESTED, RefundMark.REFUNDING)


def amount(money: Money) -> int:
    """Dong that a movement brought: the least that was told, so that nothing is booked that was not proven."""
    return money.amounts[0] if money.amounts else 0


def booked(money: Money) -> bool:
    """Whether it counts: paid in dong, not reversed, and not the nameless twin of another."""
    return money.mark is Mark.PAID and money.currency == "VND" and not money.shadowed


def received(attempt: Attempt) -> int:
    """Dong that an attempt brought and that were not reversed."""
    return sum(amount(money) for money in attempt.moneys if booked(money))


def gone(refund: Refund) -> int:
    """Dong that a refund surely took away: the most that was told."""
    if refund.mark is not RefundMark.REFUNDED:
        return 0
    return refund.amounts[-1] if refund.amounts else refund.amount


def going(refund: Refund) -> int:
    """Dong that a refund may still take away."""
    return refund.amount if refund.mark in _OPEN else 0


def counting(attempt: Attempt) -> list[Refund]:
    """The refunds, each once: without what was made elsewhere and turns out to be ours, or was told again by name."""
    ours = {refund.gateway_refund_reference for refund in attempt.refunds if refund.request_code}
    others = [refund for refund in attempt.refunds if not refund.request_code]
    named = [refund for refund in others if refund.gateway_refund_reference]
    left = {id(refund) for refund in named if refund.gateway_refund_reference in ours}
    if any(gone(refund) for refund in named):
        left |= {id(refund) for refund in others if not refund.gateway_refund_reference}
    return [refund for refund in attempt.refunds if id(refund) not in left]


def refunded(attempt: Attempt) -> int:
    """Dong that surely went back."""
    return sum(gone(refund) for refund in counting(attempt))


def returning(attempt: Attempt, money: int | None = None) -> int:
    """Dong that went back or may: of one movement of money, or of the whole attempt."""
    found = (refund for refund in counting(attempt) if money is None or refund.money == money)
    return sum(gone(refund) + going(refund) for refund in found)


def refundable(attempt: Attempt, money: int) -> int:
    """Dong of one movement of money that may still be sent back."""
    if not booked(attempt.moneys[money]):
        return 0
    of_it = amount(attempt.moneys[money]) - returning(attempt, money)
    return max(0, min(of_it, received(attempt) - returning(attempt)))


def fits(state: PaymentState, attempt: Attempt, money: Money) -> bool:
    """Whether it pays the order: booked for a reference of ours with exactly the amount, or accepted by an officer."""
    right = attempt.number > 0 and amount(money) == state.amount
    return booked(money) and state.order_code is not None and (right or money.accepted)


def covers(state: PaymentState, place: Place) -> bool:
    """Whether it pays the order and nothing of it went or may go back."""
    attempt = state.attempts[place[0]]
    money = attempt.moneys[place[1]]
    return fits(state, attempt, money) and refundable(attempt, place[1]) == amount(money)


def places(state: PaymentState) -> Iterator[Place]:
    """All movements of money, by their places, in the order in which they were first heard of."""
    for index, attempt in enumerate(state.attempts):
        yield from ((index, number) for number in range(len(attempt.moneys)))


def attempt_state(attempt: Attempt) -> AttemptState:
    """Where an attempt stands."""
    total = received(attempt)
    if any(booked(money) for money in attempt.moneys):
        return _paid_state(attempt, total)
    marks = {money.mark for money in attempt.moneys if not money.shadowed}
    if Mark.REVERSED in marks:
        return AttemptState.REVERSED
    # money in another currency was paid, but the order cannot be: people decide
    if marks:
        return AttemptState.SUSPENDED
    if attempt.ended is not None:
        return AttemptState(attempt.ended)
    return AttemptState.PENDING if attempt.opened or attempt.pending else AttemptState.REQUESTED


def _paid_state(attempt: Attempt, total: int) -> AttemptState:
    back = refunded(attempt)
    if back and back >= total:
        return AttemptState.REFUNDED
    if any(going(refund) for refund in counting(attempt)):
        return AttemptState.REFUNDING
    return AttemptState.PARTLY_REFUNDED if back else AttemptState.PAID


_ORDER = (
    OrderState.SUSPENDED,
    OrderState.PENDING,
    OrderState.REQUESTED,
    OrderState.REVERSED,
    OrderState.EXPIRED,
    OrderState.FAILED,
)


def order_state(state: PaymentState) -> OrderState:
    """Where the order stands: what pays it comes first, then what went back, then what attempts may yet bring."""
    if any(covers(state, place) for place in places(state)):
        return OrderState.PAID
    held = [attempt for attempt in state.attempts if received(attempt)]
    fitting = [attempt for attempt in held if any(fits(state, attempt, money) for money in attempt.moneys)]
    stands = {OrderState(attempt_state(attempt)) for attempt in fitting}
    if OrderState.REFUNDING in stands:
        return OrderState.REFUNDING
    if stands & {OrderState.PARTLY_REFUNDED, OrderState.PAID}:
        return OrderState.PARTLY_REFUNDED
    if any(received(attempt) > refunded(attempt) for attempt in held):
        return OrderState.UNMATCHED
    if held:
        return OrderState.REFUNDED
    stands = {OrderState(attempt_state(attempt)) for attempt in state.attempts}
    return next((stand for stand in _ORDER if stand in stands), OrderState.REQUESTED)


@dataclass(frozen=True, slots=True)
class Books:
    """Sums of one order in dong. `held` is what we still have, `surplus` what of it the order does not need."""

    due: int
    received: int
    refunded: int
    held: int
    surplus: int


def books(state: PaymentState) -> Books:
    """The sums of an order."""
    came = sum(received(attempt) for attempt in state.attempts)
    back = sum(refunded(attempt) for attempt in state.attempts)
    needed = state.amount if any(covers(state, place) for place in places(state)) else 0
    return Books(state.amount, came, back, came - back, max(0, came - back - needed))


__all__ = [
    "Books",
    "Place",
    "amount",
    "attempt_state",
    "booked",
    "books",
    "counting",
    "covers",
    "fits",
    "going",
    "gone",
    "order_state",
    "places",
    "received",
    "refundable",
    "refunded",
    "returning",
]
