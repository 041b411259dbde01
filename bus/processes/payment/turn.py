"""One step in the making: the state as it changes, and what is to leave with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel

from lienthong.verdicts import Draft

from ..shape import Timer
from .policy import GatewayPolicy, PaymentPolicy
from .state import Attempt, Money, PaymentState, Refund

T = TypeVar("T")
# keys of requests that are remembered; the ledger's own receipt is the first guard, this is the second
_REMEMBERED = 50


class Turn:
    """Collects what a step does. Lives for one call of `step`; nothing outside sees it change."""

    def __init__(self, state: PaymentState, policy: PaymentPolicy, at: datetime) -> None:
        self.state = state
        self.policy = policy
        self.at = at
        self.messages: list[Draft] = []
        self.timers: dict[str, Timer] = {}

    def change(self, **fields: Any) -> None:
        """Set fields of the order."""
        self.state = self.state.model_copy(update=fields)

    def first(self, key: str) -> bool:
        """Whether a request comes for the first time; it is remembered."""
        if key in self.state.requests:
            return False
        self.change(requests=(*self.state.requests, key)[-_REMEMBERED:])
        return True

    def attempt(self, index: int) -> Attempt:
        """The attempt at a place."""
        return self.state.attempts[index]

    def gateway(self, index: int) -> GatewayPolicy:
        """How the gateway of an attempt is treated."""
        return self.policy.of(self.attempt(index).system)

    def change_attempt(self, index: int, **fields: Any) -> None:
        """Set fields of an attempt."""
        changed = self.attempt(index).model_copy(update=fields)
        self.change(attempts=_replaced(self.state.attempts, index, changed))

    def change_money(self, index: int, number: int, **fields: Any) -> None:
        """Set fields of one movement of money."""
        moneys: tuple[Money, ...] = self.attempt(index).moneys
        changed = moneys[number].model_copy(update=fields)
        self.change_attempt(index, moneys=_replaced(moneys, number, changed))

    def change_refund(self, index: int, number: int, **fields: Any) -> None:
        """Set fields of one refund."""
        refunds: tuple[Refund, ...] = self.attempt(index).refunds
        changed = refunds[number].model_copy(update=fields)
        self.change_attempt(index, refunds=_replaced(refunds, number, changed))

    def say(self, type: str, key: str, data: BaseModel) -> None:
        """A message leaves."""
        subject = self.state.order_code or str(getattr(data, "reference", key))
        self.messages.append(Draft(type, subject, data, key=key, time=self.at))

    def watch(self, index: int, due_in: float | None) -> None:
        """Set or cancel the timer of an attempt."""
        attempt = self.attempt(index)
        generation = attempt.generation + 1
        self.change_attempt(index, generation=generation)
        self._set(Timer(attempt_timer(attempt.reference), generation, due_in))

    def watch_refund(self, index: int, number: int, due_in: float | None) -> None:
        """Set or cancel the timer of a refund of ours."""
        refund = self.attempt(index).refunds[number]
        generation = refund.generation + 1
        self.change_refund(index, number, generation=generation)
        self._set(Timer(refund_timer(refund.reference or ""), generation, due_in))

    def _set(self, timer: Timer) -> None:
        self.timers[timer.name] = timer


def attempt_timer(reference: str) -> str:
    """The name of an attempt's timer."""
    return f"attempt:{reference}"


def refund_timer(reference: str) -> str:
    """The name of a refund's timer."""
    return f"refund:{reference}"


def _replaced(items: tuple[T, ...], index: int, item: T) -> tuple[T, ...]:
    return (*items[:index], item, *items[index + 1 :])


__all__ = ["Turn", "attempt_timer", "refund_timer"]
