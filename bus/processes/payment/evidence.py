"""What a gateway said, folded into an attempt: the same facts, in any order and however often, give the same money."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from schemas.payments import Notice, NoticeOutcome, Origin

from .state import Attempt, Mark, Money
from .turn import Turn

_MARKS = {
    NoticeOutcome.SUSPENDED: Mark.SUSPENDED,
    NoticeOutcome.PAID: Mark.PAID,
    NoticeOutcome.REVERSED: Mark.REVERSED,
}
# what may be said of a reference that is none of ours: that there is money, or was
MONEY = frozenset(_MARKS) | {NoticeOutcome.REFUNDED}
_ENDS = {NoticeOutcome.FAILED: "failed", NoticeOutcome.EXPIRED: "expired"}
_NOT_YET = (NoticeOutcome.PENDING, NoticeOutcome.NOT_FOUND)


def place_of(turn: Turn, notice: Notice) -> int:
    """The place of the attempt that is spoken of; a reference that is none of ours gets one, for its money."""
    for index, attempt in enumerate(turn.state.attempts):
        if (attempt.system, attempt.reference) == (notice.system, notice.reference):
            return index
    stray = Attempt(number=0, system=notice.system, reference=notice.reference, created_at=turn.at)
    turn.change(attempts=(*turn.state.attempts, stray))
    return len(turn.state.attempts) - 1


def fold(turn: Turn, index: int, notice: Notice) -> None:
    """Take a verified notice about the payment itself (not about a refund of it) into account."""
    mark = _MARKS.get(notice.outcome)
    if mark is not None:
        _fold_money(turn, index, notice, mark)
    elif notice.outcome in _ENDS:
        _end(turn, index, _ENDS[notice.outcome], notice)
    elif notice.outcome in _NOT_YET:
        _not_yet(turn, index, notice)
    else:
        turn.change_attempt(index, unclear=True, **_words(notice))
    if notice.origin is Origin.QUERY and notice.outcome is not NoticeOutcome.UNCLEAR:
        turn.change_attempt(index, final=0)


def _not_yet(turn: Turn, index: int, notice: Notice) -> None:
    attempt = turn.attempt(index)
    if notice.outcome is NoticeOutcome.PENDING:
        turn.change_attempt(index, pending=True)
    if notice.origin is Origin.QUERY and overdue(turn, attempt, turn.at):
        _end(turn, index, "expired", notice)


def overdue(turn: Turn, attempt: Attempt, at: datetime) -> bool:
    """Whether an attempt's time is over, with the gateway's grace."""
    if attempt.expires_at is None:
        return False
    return (at - attempt.expires_at).total_seconds() >= turn.policy.of(attempt.system).grace


def _end(turn: Turn, index: int, how: str, notice: Notice) -> None:
    """The attempt brought nothing. Money that is known, even if only suspected, is never argued away by that."""
    attempt = turn.attempt(index)
    if attempt.moneys or attempt.ended not in (None, "suspended"):
        return
    turn.change_attempt(index, ended=how, **_words(notice))


def _words(notice: Notice) -> dict[str, Any]:
    return {"codes": notice.codes, "message": notice.message}


def _fold_money(turn: Turn, index: int, notice: Notice, mark: Mark) -> None:
    attempt = turn.attempt(index)
    names = [money.gateway_reference for money in attempt.moneys]
    late = attempt.ended in ("failed", "expired")
    if notice.gateway_reference in names:
        number = names.index(notice.gateway_reference)
        joined = _joined(attempt.moneys[number], notice, mark, late)
        moneys = (*attempt.moneys[:number], joined, *attempt.moneys[number + 1 :])
    else:
        number = len(names)
        moneys = (*attempt.moneys, _new(notice, mark, late))
    turn.change_attempt(index, moneys=moneys)
    _shadow(turn, index, number)


def _new(notice: Notice, mark: Mark, late: bool) -> Money:
    return Money(
        gateway_reference=notice.gateway_reference,
        mark=mark,
        amounts=() if notice.amount is None else (notice.amount,),
        currency=notice.currency or "VND",
        at=notice.at,
        written_at=notice.written_at,
        bank=notice.bank,
        terminal=notice.terminal,
        fee=notice.fee,
        late=late and mark is Mark.PAID,
    )


def _joined(money: Money, notice: Notice, mark: Mark, late: bool) -> Money:
    told = {*money.amounts, *(() if notice.amount is None else (notice.amount,))}
    fields = {name: getattr(money, name) for name in ("at", "written_at", "bank", "terminal", "fee")}
    fields = {name: getattr(notice, name) if value is None else value for name, value in fields.items()}
    first_paid = money.mark < Mark.PAID <= mark
    return money.model_copy(
        update={
            **fields,
            "mark": max(money.mark, mark),
            "amounts": tuple(sorted(told)),
            "currency": _currency(money.currency, notice.currency or "VND"),
            "late": money.late or (first_paid and late),
        }
    )


def _currency(one: str, other: str) -> str:
    """One doubt about the currency is enough; which of two foreign ones is shown must not depend on the order."""
    return min({one, other} - {"VND"}, default="VND")


def _shadow(turn: Turn, index: int, changed: int) -> None:
    """Money that was told without the gateway's reference is the same as that told with one."""
    moneys = turn.attempt(index).moneys
    nameless = next((number for number, money in enumerate(moneys) if money.gateway_reference is None), None)
    if nameless is None:
        return
    enough = min(moneys[nameless].mark, Mark.PAID)
    shadowed = any(money.gateway_reference is not None and money.mark >= enough for money in moneys)
    if shadowed and not moneys[nameless].shadowed and changed != nameless:
        _hand_over(turn, index, nameless, changed)
    turn.change_money(index, nameless, shadowed=shadowed)


def _hand_over(turn: Turn, index: int, nameless: int, named: int) -> None:
    """What was said and done about the nameless money was about the named."""
    old = turn.attempt(index).moneys[nameless]
    if old.mark is Mark.REVERSED:
        return
    turn.change_money(index, named, told_surplus=old.told_surplus, accepted=old.accepted, late=old.late)
    for number, refund in enumerate(turn.attempt(index).refunds):
        if refund.money == nameless:
            turn.change_refund(index, number, money=named)
    if turn.state.covering == (index, nameless):
        turn.change(covering=(index, named))


__all__ = ["MONEY", "fold", "overdue", "place_of"]
