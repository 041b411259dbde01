"""What the portal has to hear: worked out from the state and what it was told before, so that nothing is said twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from schemas.payments import AttemptState, Ended, Paid, ReceiptRequest, RefundResult, Reversal, Surplus

from .money import Place, amount, attempt_state, booked, covers, gone, order_state, places
from .state import Mark, PaymentState, RefundMark
from .turn import Turn

_ENDS: Mapping[AttemptState, Literal["failed", "expired", "suspended"]] = {
    AttemptState.FAILED: "failed",
    AttemptState.EXPIRED: "expired",
    AttemptState.SUSPENDED: "suspended",
}


def tell(turn: Turn) -> None:
    """Say everything that is due."""
    if turn.state.order_code is None or turn.state.dossier_code is None:
        return
    _reversals(turn)
    _cover(turn)
    _surplus(turn)
    _ends(turn)
    _refunds(turn)


def _fact(turn: Turn, place: Place) -> dict[str, Any]:
    money = turn.attempt(place[0]).moneys[place[1]]
    return {**_head(turn, place[0]), "gateway_reference": money.gateway_reference}


def _head(turn: Turn, index: int) -> dict[str, Any]:
    attempt = turn.attempt(index)
    return {
        "order_code": turn.state.order_code,
        "dossier_code": turn.state.dossier_code,
        "system": attempt.system,
        "reference": attempt.reference,
        "order_state": order_state(turn.state),
    }


def _key(turn: Turn, word: str, place: Place) -> str:
    return f"{turn.attempt(place[0]).reference}:{word}:{place[1]}"


def _reversals(turn: Turn) -> None:
    for place in places(turn.state):
        money = turn.attempt(place[0]).moneys[place[1]]
        if money.mark is not Mark.REVERSED or money.shadowed or money.told_reversed:
            continue
        if turn.state.covering == place:
            turn.change(covering=_other(turn.state))
        turn.change_money(*place, told_reversed=True)
        covered = any(covers(turn.state, other) for other in places(turn.state))
        said = Reversal(**_fact(turn, place), amount=amount(money), covered=covered)
        turn.say("payment.reversed", _key(turn, "reversed", place), said)


def _other(state: PaymentState) -> Place | None:
    """Other money that pays the order: that of which it was said already that it is there."""
    return next((place for place in places(state) if covers(state, place)), None)


def _cover(turn: Turn) -> None:
    """`payment.paid`, once an order, and again only after a reversal left it unpaid."""
    place = _other(turn.state)
    if turn.state.covering is not None or place is None:
        return
    money = turn.attempt(place[0]).moneys[place[1]]
    turn.change(covering=place, round=turn.state.round + 1)
    said = Paid(
        **_fact(turn, place),
        amount=amount(money),
        paid_at=money.at,
        bank=money.bank,
        late=money.late,
        round=turn.state.round,
    )
    turn.say("payment.paid", f"{_key(turn, 'paid', place)}:{turn.state.round}", said)
    if turn.gateway(place[0]).receipts:
        _receipt(turn, place)


def _receipt(turn: Turn, place: Place) -> None:
    attempt = turn.attempt(place[0])
    fields = {name: value for name, value in _fact(turn, place).items() if name != "order_state"}
    said = ReceiptRequest(
        **fields,
        amount=amount(attempt.moneys[place[1]]),
        attempted_at=attempt.created_at,
        memo=dict(attempt.opened.memo) if attempt.opened else {},
    )
    turn.say("receipt.requested", _key(turn, "receipt", place), said)


def _surplus(turn: Turn) -> None:
    """`payment.surplus`, once for each further money, and for what accepted money has too much."""
    covering = turn.state.covering
    if covering is None:
        return
    for place in places(turn.state):
        money = turn.attempt(place[0]).moneys[place[1]]
        excess = amount(money) - (turn.state.amount if place == covering else 0)
        if not booked(money) or excess <= 0 or money.told_surplus:
            continue
        turn.change_money(*place, told_surplus=True)
        said = Surplus(**_fact(turn, place), amount=excess, paid_at=money.at)
        turn.say("payment.surplus", _key(turn, "surplus", place), said)


def _ends(turn: Turn) -> None:
    """An attempt that brought nothing, once for each way of ending."""
    for index, attempt in enumerate(turn.state.attempts):
        now = _ENDS.get(attempt_state(attempt))
        if now is None or now == attempt.told or attempt.number == 0:
            continue
        turn.change_attempt(index, told=now)
        said = Ended(**_head(turn, index), codes=attempt.codes, message=attempt.message)
        turn.say(f"payment.{now}", f"{attempt.reference}:{now}", said)


def _refunds(turn: Turn) -> None:
    for index, attempt in enumerate(turn.state.attempts):
        for number, refund in enumerate(attempt.refunds):
            if refund.mark < RefundMark.FAILED or refund.told == refund.mark:
                continue
            turn.change_refund(index, number, told=refund.mark)
            _refund(turn, index, number)


def _refund(turn: Turn, index: int, number: int) -> None:
    attempt = turn.attempt(index)
    refund = attempt.refunds[number]
    done = refund.mark is RefundMark.REFUNDED
    money = None if refund.money is None else attempt.moneys[refund.money].gateway_reference
    said = RefundResult(
        **_head(turn, index),
        request_code=refund.request_code,
        gateway_reference=money,
        refund_reference=refund.reference,
        gateway_refund_reference=refund.gateway_refund_reference,
        amount=gone(refund) if done else refund.amount,
    )
    type = "payment.refunded" if done else "payment.refund_failed"
    turn.say(type, f"{attempt.reference}:refund:{number}:{refund.mark.name.lower()}", said)


__all__ = ["tell"]
