"""How others see the state: the bus's own books for reconciliation, and what a receiver of notices must know."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.payments import Movement, SettlementLine, SettlementStatus, Standing

from .money import amount, attempt_state, counting, going, gone, received, refunded
from .state import Attempt, Mark, Money, PaymentState, RefundMark

_STATUS = {
    Mark.SUSPENDED: SettlementStatus.PENDING,
    Mark.PAID: SettlementStatus.DONE,
    Mark.REVERSED: SettlementStatus.DONE,
}


def lines(state: PaymentState) -> Iterator[SettlementLine]:
    """Every movement of money that is booked for an order, in the shape in which a gateway's list is read too.

    A reversed payment is two lines, in and out, as it is at the gateway.
    """
    for attempt in state.attempts:
        for money in attempt.moneys:
            if not money.shadowed:
                yield _line(state, attempt, money, Movement.PAYMENT)
            if money.mark is Mark.REVERSED and not money.shadowed:
                yield _line(state, attempt, money, Movement.REVERSAL)
        yield from _refunds(state, attempt)


def _line(state: PaymentState, attempt: Attempt, money: Money, movement: Movement) -> SettlementLine:
    return SettlementLine(
        system=attempt.system,
        movement=movement,
        status=_STATUS[money.mark],
        reference=attempt.reference,
        gateway_reference=money.gateway_reference,
        order_code=state.order_code,
        dossier_code=state.dossier_code,
        amount=amount(money),
        currency=money.currency,
        fee=money.fee if movement is Movement.PAYMENT else None,
        terminal=money.terminal,
        bank=money.bank,
        at=money.at if movement is Movement.PAYMENT else None,
        written_at=money.written_at if movement is Movement.PAYMENT else None,
    )


def _refunds(state: PaymentState, attempt: Attempt) -> Iterator[SettlementLine]:
    for refund in counting(attempt):
        open_ = SettlementStatus.PENDING if going(refund) else SettlementStatus.FAILED
        done = refund.mark is RefundMark.REFUNDED
        money = None if refund.money is None else attempt.moneys[refund.money].gateway_reference
        yield SettlementLine(
            system=attempt.system,
            movement=Movement.REFUND,
            status=SettlementStatus.DONE if done else open_,
            reference=attempt.reference,
            gateway_reference=money,
            refund_reference=refund.reference,
            gateway_refund_reference=refund.gateway_refund_reference,
            order_code=state.order_code,
            dossier_code=state.dossier_code,
            amount=gone(refund) if done else refund.amount,
        )


def standing(state: PaymentState | None, system: str, reference: str) -> Standing | None:
    """What is known of a reference at a gateway; `None` if it is none of ours (an answer `01` at VNPAY)."""
    for attempt in state.attempts if state else ():
        if state and attempt.number and (attempt.system, attempt.reference) == (system, reference):
            return _standing(state, attempt)
    return None


def _standing(state: PaymentState, attempt: Attempt) -> Standing:
    names = (money.gateway_reference for money in attempt.moneys if money.mark >= Mark.PAID)
    return Standing(
        order_code=state.order_code,
        system=attempt.system,
        reference=attempt.reference,
        amount=attempt.amount,
        state=attempt_state(attempt),
        gateway_references=tuple(name for name in names if name is not None),
        received=received(attempt),
        refunded=refunded(attempt),
    )


__all__ = ["lines", "standing"]
