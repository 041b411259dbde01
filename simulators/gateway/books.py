"""The books of a gateway: every movement of money, in order, and never changed afterwards. Amounts in dong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from .times import day, local

Kind = Literal["payment", "held", "void", "reversal", "refund"]


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement; `amount` is never negative, `seq` counts from 1, `at` is in seconds since 1970.

    `payment`: the merchant has it. `held`: taken from the payer, not yet the merchant's. `void`: the payer was debited
    and has it back, the merchant never had it. `reversal`: a payment taken back, its `fee` with it. `refund`: paid back
    for the merchant; `gateway_reference` is that of the refund then.
    """

    seq: int
    kind: Kind
    reference: str
    gateway_reference: str
    amount: int
    fee: int
    at: float
    refund_reference: str = ""

    @property
    def day(self) -> date:
        """The day it belongs to, in GMT+7."""
        return day(self.at)

    def as_json(self) -> dict[str, Any]:
        """As `/_control/books` shows it."""
        named = ("seq", "kind", "reference", "gateway_reference", "refund_reference", "amount", "fee")
        return {**{name: getattr(self, name) for name in named}, "time": local(self.at).isoformat()}


@dataclass(frozen=True, slots=True)
class Money:
    """What really happened under one reference of the merchant's. `held` is money that is not decided on."""

    received: int = 0
    reversed: int = 0
    refunded: int = 0
    held: int = 0
    fees: int = 0
    payments: int = 0

    @property
    def kept(self) -> int:
        """What the merchant has of it in the end, before fees."""
        return self.received - self.reversed - self.refunded

    def as_json(self) -> dict[str, int]:
        """As the control pages show it."""
        named = ("received", "reversed", "refunded", "held", "fees", "payments", "kept")
        return {name: getattr(self, name) for name in named}


@dataclass(slots=True)
class Books:
    """Append-only."""

    movements: list[Movement] = field(default_factory=list)
    _by_reference: dict[str, list[Movement]] = field(default_factory=lambda: defaultdict(list))
    _by_day: dict[date, list[Movement]] = field(default_factory=lambda: defaultdict(list))

    def enter(
        self,
        kind: Kind,
        reference: str,
        gateway_reference: str,
        amount: int,
        at: float,
        *,
        fee: int = 0,
        refund_reference: str = "",
    ) -> Movement:
        """Add a movement. Raises `ValueError` for an amount that is not positive."""
        if amount <= 0:
            raise ValueError(f"{amount} dong is no movement of money")
        number = len(self.movements) + 1
        entry = Movement(number, kind, reference, gateway_reference, amount, fee, at, refund_reference)
        self.movements.append(entry)
        self._by_reference[reference].append(entry)
        self._by_day[entry.day].append(entry)
        return entry

    @property
    def references(self) -> list[str]:
        """The merchant's references that moved money, in the order of their first movement."""
        return list(self._by_reference)

    @property
    def days(self) -> list[date]:
        """The days on which money moved."""
        return sorted(self._by_day)

    def of_day(self, when: date) -> list[Movement]:
        """The movements of a day in GMT+7, in order."""
        return list(self._by_day.get(when, ()))

    def money(self, reference: str) -> Money:
        """What was received, taken back and paid back under this reference."""
        return _money(self._by_reference.get(reference, ()))

    def total(self, when: date | None = None) -> Money:
        """The sums of a day, or of all days."""
        return _money(self.movements if when is None else self.of_day(when))


def _money(movements: Iterable[Movement]) -> Money:
    sums: dict[str, int] = defaultdict(int)
    held: dict[tuple[str, str], int] = {}
    fees = payments = 0
    for entry in movements:
        sums[entry.kind] += entry.amount
        fees += entry.fee
        payments += entry.kind == "payment"
        key = (entry.reference, entry.gateway_reference)
        if entry.kind == "held":
            held[key] = entry.amount
        elif entry.kind in ("payment", "void"):
            held.pop(key, None)
    return Money(sums["payment"], sums["reversal"], sums["refund"], sum(held.values()), fees, payments)


__all__ = ["Books", "Kind", "Money", "Movement"]
