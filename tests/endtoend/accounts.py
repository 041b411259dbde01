"""What the bus says of all payments against what the gateways' own books hold, to the dong; and the officer's desk."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import orjson
from sqlalchemy import Engine, text

from bus.ledger import processes
from bus.processes.payment import PaymentState, lines
from schemas.payments import Movement, SettlementStatus
from simulators.gateway import Audit, GatewayState, Said, audit
from simulators.gateway.notices import Notice
from simulators.gateway.orders import Order, Payment

from .cashier import ASKED, ZALOPAY, Cashier
from .payers import Caller

# what is read again because it may have been on its way, in seconds
_OVERLAP = 30.0
# how long a task lies on the desk before somebody acts on it, in seconds
_LIES = 2.0
_OPEN_TASKS = "SELECT key, name, kind, body, opened_at FROM task WHERE process = 'payments' AND state = 'open'"
Place = tuple[str, str]


def ours(system: str, native: str) -> str:
    """Our reference in a gateway's name of it."""
    return native.partition("_")[2] if system == ZALOPAY else native


@dataclass(slots=True)
class Accounts:
    """The bus's books, read beside it, and the gateways'."""

    engine: Engine
    desk: Cashier
    _read: float = 0.0
    _states: dict[str, PaymentState] = field(default_factory=dict)
    _booked: dict[str, list[tuple[str, Said]]] = field(default_factory=dict)

    def states(self) -> Mapping[str, PaymentState]:
        """What the bus knows, by order. Only what changed is read again: the gateways answer in this loop, too."""
        since, self._read = self._read - _OVERLAP, time.time()
        with self.engine.connect() as connection:
            changed = dict(processes.every(connection, "payments", since))
        names = self.names()
        for key, state in changed.items():
            self._states[key] = PaymentState.model_validate_json(state)
            self._booked[key] = list(_said(self._states[key], names))
        return self._states

    def rows(self, statement: str) -> list[Mapping[str, Any]]:
        """Of the ledger."""
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(statement)).mappings()]

    def names(self) -> dict[str, str]:
        """ZaloPay's names of our references; every other gateway leaves them as they are."""
        return {ours(ZALOPAY, one.reference): one.reference for one in self.desk[ZALOPAY].orders}

    def audits(self) -> dict[str, Audit]:
        """By gateway, every reference of either side."""
        self.states()
        said: defaultdict[str, list[Said]] = defaultdict(list)
        for system, one in chain.from_iterable(self._booked.values()):
            said[system].append(one)
        return {system: audit(gateway.books, said[system]) for system, gateway in self.desk.gateways.items()}

    def differing(self) -> set[Place]:
        """References of which the bus says anything else than the books hold."""
        found = self.audits()
        return {(system, one.reference) for system in found for one in found[system].lost + found[system].invented}

    def sums(self) -> dict[str, tuple[dict[str, int], dict[str, int]]]:
        """By gateway: what the bus says in all, and what the books hold."""
        self.states()
        said: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for system, one in chain.from_iterable(self._booked.values()):
            said[system].update(received=one.received, reversed=one.reversed, refunded=one.refunded)
        held = {name: gateway.books.total() for name, gateway in self.desk.gateways.items()}
        names = ("received", "reversed", "refunded")
        return {
            system: ({name: said[system][name] for name in names}, {name: getattr(total, name) for name in names})
            for system, total in held.items()
        }

    def shown(self, place: Place) -> str:
        """Both sides' view of a reference, for people who look for a defect."""
        system, native = place
        gateway = self.desk[system]
        notices = [(one.number, one.fate, one.tries) for one in gateway.notices if one.reference == native]
        known = [state.model_dump_json(exclude={"work"}) for state in self.states().values() if _about(state, place)]
        return f"{place}: {gateway.books.money(native)}\n  notices {notices}\n  the bus: {known}"

    def untold(self, late: int) -> set[Place]:
        """References about which a notice never arrived and no question brings the answer: further money, what was
        taken back, everything at a gateway that cannot be asked, and what was asked `late` times after its end."""
        asked = {
            (one.system, one.reference)
            for state in self.states().values()
            for one in state.attempts
            if one.late >= late
        }
        found = set()
        for system, gateway in self.desk.gateways.items():
            lost = {notice.reference for notice in gateway.notices if not _arrived(notice)}
            facts = Counter(entry.reference for entry in gateway.books.movements if entry.kind != "refund")
            over = {one for one in lost if (system, ours(system, one)) in asked}
            found |= {(system, one) for one in lost if facts[one] > 1 or system not in ASKED or one in over}
        return found


def payments(gateway: GatewayState[Any], native: str) -> Iterator[tuple[Order, Payment]]:
    """What really brought money under a reference, also if it was taken back."""
    for order in gateway.orders.all(native):
        yield from ((order, one) for one in order.payments if one.stand in ("paid", "reversed"))


def _about(state: PaymentState, place: Place) -> bool:
    return (place[0], ours(*place)) in {(one.system, one.reference) for one in state.attempts}


def _arrived(notice: Notice) -> bool:
    return any(answer.satisfied for answer in notice.answers)


def _said(state: PaymentState, names: Mapping[str, str]) -> Iterator[tuple[str, Said]]:
    for line in lines(state):
        if line.status is not SettlementStatus.DONE or line.reference is None:
            continue
        native = names.get(line.reference, line.reference)
        match line.movement:
            case Movement.PAYMENT:
                yield line.system, Said(native, received=line.amount)
            case Movement.REVERSAL:
                yield line.system, Said(native, reversed=line.amount)
            case Movement.REFUND:
                yield line.system, Said(native, refunded=line.amount)


@dataclass(slots=True)
class Officer:
    """Sends back what the tasks propose to send back, and asks for it twice, as nervous people do."""

    accounts: Accounts
    caller: Caller
    asked: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def work(self, over: asyncio.Event) -> None:
        """Until the day is over."""
        while not over.is_set():
            await self.once()
            await asyncio.sleep(0.3)

    async def once(self, lies: float = _LIES) -> int:
        """Act on what has been lying for so long; how many requests that made."""
        rows = self.accounts.rows(f"{_OPEN_TASKS} AND kind = 'twice'")
        now, before = time.time(), len(self.asked)
        for row in rows:
            code = f"{row['key']}/{row['name']}"
            item = orjson.loads(row["body"])
            if code not in self.asked and item["proposed_refund"] and now - row["opened_at"] >= lies:
                self.asked[code] = item
                await asyncio.gather(*(self._request(code, item, hand) for hand in (1, 2)))
        return len(self.asked) - before

    async def _request(self, code: str, item: Mapping[str, Any], hand: int) -> None:
        wanted = {name: item[name] for name in ("order_code", "system", "reference", "gateway_reference")}
        data = {**wanted, "request_code": code, "amount": item["proposed_refund"], "reason": "nộp hai lần"}
        await self.caller.say("payment.refund_requested", item["order_code"], data, f"{code}/{hand}")
