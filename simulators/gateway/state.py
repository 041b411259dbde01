"""What every simulated gateway remembers and does: orders, payers, refunds, notices, books."""

from __future__ import annotations

import heapq
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, ClassVar, Generic, TypeVar

from ..carrying import Later
from ..faults import Dice
from . import payers
from .books import Books
from .courier import Courier
from .faults import Forged, Forgery, GatewayFaults, RefundFailed
from .forging import forged
from .notices import Language, Notice
from .orders import Act, NotTaken, Order, Orders, Payment, Refund
from .settings import GatewaySettings
from .statement import Planted, Statement, statement
from .times import read_day

S = TypeVar("S", bound=GatewaySettings)


class GatewayState(ABC, Generic[S]):
    """One simulated gateway. Not thread-safe: one event loop uses it. Amounts in dong.

    `codes`: the acts that a payer, or the gateway itself, can do here, and the native code that each leaves.
    """

    codes: ClassVar[Mapping[Act, str]]
    numbers_failures: ClassVar[bool] = True

    def __init__(self, settings: S, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self.clock = clock
        self.later = Later()
        self.language = self._language()
        self.courier = Courier(settings, self.language, lambda: self.dice)
        self.reset()

    @abstractmethod
    def _language(self) -> Language:
        """How this gateway says notices."""

    @abstractmethod
    def number(self) -> str:
        """The next number of a payment."""

    def refund_number(self) -> str:
        """The next number of a refund."""
        return self.number()

    def return_to(self, order: Order) -> str | None:
        """Where the payer's browser goes afterwards, with what it brings along."""
        return order.return_url

    def reset(self) -> None:
        """Back to the beginning: no order, no money, no fault, nothing to come."""
        self.later.forget()
        self.courier.forget()
        self.orders = Orders()
        self.numbered: dict[str, tuple[Order, Payment]] = {}
        self.refunds: dict[str, tuple[Order, Payment, Refund]] = {}
        self._books = Books()
        self._due: list[tuple[float, int, Refund]] = []
        self.notices: list[Notice] = []
        self.calls: Counter[str] = Counter()
        self.log: list[dict[str, Any]] = []
        self.planted = Planted()
        self.seen: set[str] = set()
        self.random = Random(self.settings.seed)
        self.counter = 0
        self.turn(GatewayFaults(seed=self.settings.seed))

    def turn(self, faults: GatewayFaults) -> None:
        """Let these faults be on and no others."""
        self.faults = faults
        self.dice = Dice(faults)

    def count(self) -> int:
        """The next whole number, from 1."""
        self.counter += 1
        return self.counter

    @property
    def books(self) -> Books:
        """Every movement until now; refunds that are due are paid out first."""
        self.advance()
        return self._books

    def note(self, service: str, key: str, data: Any) -> None:
        """An effect, in order of arrival from 1."""
        self.log.append({"seq": len(self.log) + 1, "service": service, "key": key, "data": data})

    def open(self, order: Order) -> None:
        """A new order."""
        self.orders.add(order)
        self.note("open", order.reference, {"amount": order.amount})

    def pay(
        self,
        reference: str,
        act: Act = "pay",
        *,
        code: str | None = None,
        amount: int | None = None,
        late: bool = False,
        again: bool = False,
        notify: bool = True,
    ) -> Payment:
        """What a payer does with an order. Raises `NotTaken`.

        `code`: the native code of a failure. `amount`: another than the order's, if `any_amount` is set. `late`: after
        the order expired or failed. `again`: a second payment under the same reference. `pend` leaves it in process,
        `suspect` holds the money, `reverse` takes back the last payment, or debits the payer for nothing; a further
        `pay` or `fail` ends what is in process or held.
        """
        order = self.orders.get(reference)
        if order is None:
            raise NotTaken(f"there is no order {reference}")
        if act not in self.codes:
            raise NotTaken(f"this gateway knows no {act}; it knows {', '.join(self.codes)}")
        wanted = payers.Wanted(act, code or self.codes[act], amount or order.amount, late, again)
        payment = payers.done(self, order, wanted)
        if payment.number != "0":
            self.numbered[payment.number] = (order, payment)
        self.note(act, reference, {"number": payment.number, "amount": payment.amount, "code": payment.code})
        if notify:
            self.tell(order, payment)
        return payment

    def tell(self, order: Order, payment: Payment) -> Notice | None:
        """Send a notice about a payment, with what the faults add; `None` where this gateway says nothing."""
        url = self.settings.notice_url or order.notice_url
        if url is None or not self.language.tells(payment):
            return None
        fault = self.dice.roll("forged", "notice", Forged)
        if fault is not None:
            self.forge(order.reference, self.random.choice(fault.kinds))
        fields = self.language.fields(order, payment)
        wire = self.language.wire(fields, self.language.sign(fields), url)
        return self._post(Notice(len(self.notices) + 1, order.reference, payment.number, "genuine", wire))

    def forge(self, reference: str, kind: Forgery) -> Notice:
        """Send an altered notice about the last payment of an order. Raises `NotTaken`."""
        order = self.orders.get(reference)
        payment = order.shown if order is not None else None
        url = self.settings.notice_url or (order.notice_url if order is not None else None)
        if order is None or payment is None or url is None:
            raise NotTaken(f"there is nothing to forge about {reference}: no payment, or nowhere to send it")
        wire = forged(kind, self.language, self.language.fields(order, payment), url)
        return self._post(Notice(len(self.notices) + 1, reference, payment.number, kind, wire))

    def refund(self, order: Order, payment: Payment, id: str, amount: int) -> Refund:
        """Take a refund that the gateway has checked: it is paid out `refund_after` seconds later, or at once."""
        now = self.clock()
        whole, fails = amount == payment.amount, self.dice.roll("refund_failed", "refund", RefundFailed) is not None
        due = now + self.settings.refund_after
        refund = Refund(id, self.refund_number(), amount, whole, now, due, fails)
        payment.refunds.append(refund)
        self.refunds[id] = (order, payment, refund)
        self._plan(refund)
        self.note("refund", order.reference, {"id": id, "number": refund.number, "amount": amount})
        self.advance()
        return refund

    def settle(self, id: str, *, fails: bool = False) -> Refund:
        """End a refund now, well or not. Raises `NotTaken`."""
        if id not in self.refunds or self.refunds[id][2].state != "processing":
            raise NotTaken(f"no refund {id} is in process")
        refund = self.refunds[id][2]
        refund.due, refund.fails = self.clock(), fails
        self._plan(refund)
        self.advance()
        return refund

    def advance(self) -> None:
        """Pay out the refunds that are due."""
        now = self.clock()
        while self._due and self._due[0][0] <= now:
            refund = heapq.heappop(self._due)[2]
            if refund.state != "processing":
                continue
            refund.state = "failed" if refund.fails else "done"
            if not refund.fails:
                order = self.refunds[refund.id][0]
                self._books.enter(
                    "refund", order.reference, refund.number, refund.amount, refund.due, refund_reference=refund.id
                )

    def statement(self, when: str) -> Statement:
        """The settlement file of a day `yyyy-mm-dd`, with what is planted. Raises `NotTaken` for what is no day."""
        day = read_day(when)
        if day is None:
            raise NotTaken(f"{when} is no day; write for example 2026-11-20")
        return statement(self.books, day, self.planted)

    def totals(self) -> dict[str, Any]:
        """Counters."""
        return {
            "orders": len(self.orders),
            "money": self.books.total().as_json(),
            "notices": dict(Counter(notice.fate for notice in self.notices)),
            "notices_open": self.courier.open_deliveries,
            "calls": dict(self.calls),
            "faults": dict(self.dice.hits),
            "late": len(self.later),
        }

    def _plan(self, refund: Refund) -> None:
        heapq.heappush(self._due, (refund.due, self.count(), refund))

    def _post(self, notice: Notice) -> Notice:
        self.notices.append(notice)
        self.courier.post(notice)
        return notice


__all__ = ["GatewayState"]
