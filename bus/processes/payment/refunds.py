"""Paying back: each request leads to one refund at most, and a refund is sent to the gateway exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemas.payments import Notice, NoticeOutcome, RefundAttempt, RefundEnquiry, RefundRequest, RefundResult

from .money import amount, booked, going, order_state, refundable
from .requests import reference
from .state import Attempt, Refund, RefundMark
from .turn import Turn

_MARKS = {
    NoticeOutcome.REFUNDING: RefundMark.REFUNDING,
    NoticeOutcome.REFUND_FAILED: RefundMark.FAILED,
    NoticeOutcome.REFUNDED: RefundMark.REFUNDED,
}
_MOST = 99


def requested(turn: Turn, key: str, asked: RefundRequest) -> None:
    """Somebody wants booked money to go back: do it once, or say once why not."""
    known = (refund for attempt in turn.state.attempts for refund in attempt.refunds)
    if any(refund.request_code == asked.request_code for refund in known) or not turn.first(
        f"refund:{asked.request_code}"
    ):
        return
    place = _place(turn, asked)
    code = "not-booked" if place is None else _refusal(turn, *place, asked)
    if place is None or code is not None:
        _decline(turn, key, asked, code or "not-booked")
    else:
        _send(turn, *place, asked)


def _place(turn: Turn, asked: RefundRequest) -> tuple[int, int] | None:
    for index, attempt in enumerate(turn.state.attempts):
        if (attempt.system, attempt.reference) == (asked.system, asked.reference):
            number = _money(attempt, asked.gateway_reference)
            return None if number is None else (index, number)
    return None


def _money(attempt: Attempt, name: str | None) -> int | None:
    """Which booked money is meant; without a name only if there is just one."""
    found = [number for number, money in enumerate(attempt.moneys) if booked(money)]
    if name is not None:
        found = [number for number in found if attempt.moneys[number].gateway_reference == name]
    return found[0] if len(found) == 1 else None


def _refusal(turn: Turn, index: int, number: int, asked: RefundRequest) -> str | None:
    attempt = turn.attempt(index)
    if not turn.gateway(index).refunds:
        return "no-refunds"
    if any(going(refund) for refund in attempt.refunds):
        return "refund-open"
    if len(attempt.refunds) >= _MOST:
        return "too-many"
    return "too-much" if asked.amount > refundable(attempt, number) else None


def _decline(turn: Turn, key: str, asked: RefundRequest, code: str) -> None:
    said = RefundResult(
        order_code=asked.order_code,
        dossier_code=turn.state.dossier_code,
        request_code=asked.request_code,
        system=asked.system,
        reference=asked.reference,
        gateway_reference=asked.gateway_reference,
        amount=asked.amount,
        code=code,
        order_state=order_state(turn.state),
    )
    turn.say("payment.refund_failed", f"{key}:declined", said)


def _send(turn: Turn, index: int, number: int, asked: RefundRequest) -> None:
    attempt = turn.attempt(index)
    money = attempt.moneys[number]
    refund = Refund(
        reference=_reference(attempt),
        request_code=asked.request_code,
        money=number,
        amount=asked.amount,
        created_at=turn.at,
    )
    said = RefundAttempt(
        **_about(turn, attempt, refund),
        gateway_reference=money.gateway_reference,
        amount=asked.amount,
        paid=amount(money),
        whole=asked.amount == amount(money),
        reason=asked.reason,
        officer=asked.officer,
    )
    turn.say("payment.refund_attempted", said.refund_reference, said)
    turn.change_attempt(index, refunds=(*attempt.refunds, refund))
    if turn.gateway(index).refund_queries:
        turn.watch_refund(index, len(attempt.refunds), turn.gateway(index).refund_first)


def _reference(attempt: Attempt) -> str:
    """Ours; a stray reference may be too long to be built upon."""
    base = attempt.reference if attempt.number else reference(attempt.reference, attempt.system, 0)
    return f"{base}R{len(attempt.refunds) + 1:02d}"


def _about(turn: Turn, attempt: Attempt, refund: Refund) -> dict[str, Any]:
    return {
        "order_code": turn.state.order_code or attempt.reference,
        "system": attempt.system,
        "reference": attempt.reference,
        "refund_reference": refund.reference,
        "attempted_at": attempt.created_at,
        "created_at": refund.created_at,
        "memo": dict(attempt.opened.memo) if attempt.opened else {},
    }


def fold(turn: Turn, index: int, notice: Notice) -> None:
    """Take a verified notice about a refund into account."""
    mark = _MARKS.get(notice.outcome)
    # a gateway that does not know a refund may hear of it later: nothing follows, least of all a second refund
    if mark is None:
        return
    number = _meant(turn.attempt(index), notice)
    if number is None and mark is RefundMark.FAILED:
        return
    if number is None:
        number = _elsewhere(turn, index, notice)
    refund = turn.attempt(index).refunds[number]
    told = set(refund.amounts)
    if mark is RefundMark.REFUNDED and notice.amount is not None:
        told.add(notice.amount)
    turn.change_refund(
        index,
        number,
        mark=max(refund.mark, mark),
        amounts=tuple(sorted(told)),
        gateway_refund_reference=refund.gateway_refund_reference or notice.gateway_refund_reference,
    )
    if refund.request_code and going(refund) and mark >= RefundMark.FAILED:
        turn.watch_refund(index, number, None)


def _meant(attempt: Attempt, notice: Notice) -> int | None:
    """Which refund is spoken of: by our reference, by the gateway's, or because it can be no other."""
    refunds = attempt.refunds
    ours = [number for number, one in enumerate(refunds) if one.request_code]
    if notice.refund_reference is not None:
        return _first(number for number, one in enumerate(refunds) if one.reference == notice.refund_reference)
    name = notice.gateway_refund_reference
    if name is None and len(ours) == 1 and notice.amount in (None, refunds[ours[0]].amount):
        return ours[0]
    others = (number for number, one in enumerate(refunds) if name or not one.request_code)
    return _first(number for number in others if refunds[number].gateway_refund_reference == name)


def _first(found: Iterator[int]) -> int | None:
    return next(found, None)


def _elsewhere(turn: Turn, index: int, notice: Notice) -> int:
    """A refund that we did not order: made by hand at the gateway. It is booked all the same."""
    refunds = turn.attempt(index).refunds
    new = Refund(
        reference=notice.refund_reference,
        gateway_refund_reference=notice.gateway_refund_reference,
        mark=_MARKS[notice.outcome],
        amount=notice.amount or 0,
        created_at=turn.at,
    )
    turn.change_attempt(index, refunds=(*refunds, new))
    return len(refunds)


def fired(turn: Turn, index: int, number: int) -> None:
    """The timer of a refund fell due: ask, and go on asking, more seldom once people were called."""
    attempt = turn.attempt(index)
    refund = attempt.refunds[number]
    gateway = turn.gateway(index)
    if not going(refund) or not gateway.refund_queries:
        return
    asked = refund.asked + 1
    money = None if refund.money is None else attempt.moneys[refund.money].gateway_reference
    question = RefundEnquiry(
        **_about(turn, attempt, refund),
        gateway_reference=money,
        gateway_refund_reference=refund.gateway_refund_reference,
        amount=refund.amount,
        asked_at=turn.at,
        number=asked,
    )
    turn.say("payment.refund_queried", f"{refund.reference}:queried:{asked}", question)
    turn.change_refund(index, number, asked=asked)
    turn.watch_refund(index, number, gateway.refund_every if asked < gateway.refund_patience else gateway.refund_late)


__all__ = ["fired", "fold", "requested"]
