"""One order at the payment process: events in, messages, work and timers out; the state goes through JSON each time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bus.processes.payment import EMITS, Books, GatewayPolicy, PaymentPolicy, PaymentState, books, order_state, step
from bus.processes.shape import Event, Fired, Heard, Timer
from schemas.base import ZONE
from schemas.payments import (
    Acceptance,
    Attempt,
    FeeLine,
    LevyKind,
    Notice,
    Opened,
    Payer,
    PaymentOrder,
    RefundRequest,
    WorkItem,
)
from schemas.registry import validate

START = datetime(2026, 11, 20, 8, 0, tzinfo=ZONE)
DOSSIER = "000.00.15.H49-261120-0001"
POLICY = PaymentPolicy(
    gateways={
        "vnpay": GatewayPolicy(first=60, every=60, grace=60, patience=3, late=(900, 3600), refund_patience=2),
        "momo": GatewayPolicy(),
        "vietqr": GatewayPolicy(queries=False, refunds=False, refund_queries=False),
        "national": GatewayPolicy(receipts=True),
    },
    default="vnpay",
)


def order(**changes: Any) -> PaymentOrder:
    """An order of 50,000 dong: 30,000 phí and 20,000 lệ phí."""
    lines = (
        FeeLine(kind=LevyKind.FEE, name="Phí thẩm định ví dụ", amount=30_000),
        FeeLine(kind=LevyKind.CHARGE, name="Lệ phí ví dụ", amount=20_000),
    )
    fields: dict[str, Any] = {
        "order_code": "DON-1",
        "dossier_code": DOSSIER,
        "procedure_code": "9.999999",
        "lines": lines,
        "amount": 50_000,
        "payer": Payer(name="Nguyễn Văn Ví Dụ"),
        "text": "Nop phi ho so",
    }
    return PaymentOrder(**fields | changes)


class Desk:
    """Plays events on one order and keeps what came out."""

    def __init__(self, policy: PaymentPolicy = POLICY) -> None:
        self.state: PaymentState | None = None
        self.policy = policy
        self.now = START
        self.said: list[tuple[str, Any]] = []
        self.keys: list[str] = []
        self.work: dict[str, WorkItem] = {}
        self.timers: dict[str, tuple[datetime, int]] = {}
        self._heard = 0

    def play(self, event: Event) -> list[str]:
        """Take a step; the types of the messages that left."""
        done = step(self.state, event, self.policy)
        if done.state is not None:
            assert PaymentState.model_validate_json(done.state.model_dump_json()) == done.state
        self.state = done.state
        self.said += [(draft.type, draft.data) for draft in done.messages]
        for draft in done.messages:
            assert draft.type in EMITS
            assert validate(draft.type, None, draft.data.model_dump_json().encode()) == []
            assert 0 < len(draft.key or "") <= 200
        self.keys += [draft.key or "" for draft in done.messages]
        self.work.update({item.key: item for item in done.work})
        for timer in done.timers:
            self._set(timer)
        return [draft.type for draft in done.messages]

    def _set(self, timer: Timer) -> None:
        if timer.due_in is None:
            self.timers.pop(timer.name, None)
        else:
            self.timers[timer.name] = (self.now + timedelta(seconds=timer.due_in), timer.generation)

    def hear(self, type: str, data: Any, key: str | None = None) -> list[str]:
        self._heard += 1
        return self.play(Heard(type, key or f"m-{self._heard}", data, self.now))

    def request(self, key: str | None = None, **changes: Any) -> list[str]:
        return self.hear("payment.requested", order(**changes), key)

    def open(self, index: int = -1) -> list[str]:
        """The gateway opened the attempt."""
        attempt = self.attempts()[index]
        said = Opened(
            order_code=attempt.order.order_code,
            system=attempt.system,
            reference=attempt.reference,
            amount=attempt.amount,
            url="https://thanh-toan.example.vn/pay?t=1",
            expires_at=attempt.expires_at,
            sent="vnp_Amount=5000000",
            memo={"created": "20261120080000"},
        )
        return self.hear("payment.opened", said)

    def notice(self, outcome: str, name: str | None = "G1", *, index: int = -1, **fields: Any) -> list[str]:
        """The gateway said `outcome` of the attempt, as a notice; `name` is its own reference."""
        attempt = self.attempts()[index]
        defaults: dict[str, Any] = {
            "order_code": attempt.order.order_code,
            "system": attempt.system,
            "reference": attempt.reference,
            "gateway_reference": name,
            "origin": "notice",
            "outcome": outcome,
            "amount": 50_000 if outcome in ("paid", "reversed", "suspended") else None,
        }
        return self.hear("payment.noticed", Notice(**defaults | fields))

    def answer(self, outcome: str, name: str | None = None, **fields: Any) -> list[str]:
        """The gateway answered a question."""
        return self.notice(outcome, name, **{"origin": "query"} | fields)

    def refund(self, amount: int, code: str = "HT-1", name: str | None = None, index: int = -1) -> list[str]:
        attempt = self.attempts()[index]
        asked = RefundRequest(
            order_code=attempt.order.order_code,
            request_code=code,
            system=attempt.system,
            reference=attempt.reference,
            gateway_reference=name,
            amount=amount,
            reason="Hoan tien",
        )
        return self.hear("payment.refund_requested", asked)

    def accept(self, name: str = "G1") -> list[str]:
        attempt = self.attempts()[-1]
        said = Acceptance(
            order_code=attempt.order.order_code,
            system=attempt.system,
            reference=attempt.reference,
            gateway_reference=name,
            officer="Cán bộ Ví Dụ",
            reason="đủ tiền",
        )
        return self.hear("payment.accepted", said)

    def wait(self, seconds: float) -> list[str]:
        """Time goes by; timers fire when they are due."""
        until = self.now + timedelta(seconds=seconds)
        left: list[str] = []
        while due := [(at, name, generation) for name, (at, generation) in self.timers.items() if at <= until]:
            at, name, generation = min(due)
            del self.timers[name]
            self.now = at
            left += self.play(Fired(name, generation, at))
        self.now = until
        return left

    def attempts(self) -> list[Attempt]:
        return self.all("payment.attempted")

    def all(self, type: str) -> list[Any]:
        return [data for said, data in self.said if said == type]

    def one(self, type: str) -> Any:
        (found,) = self.all(type)
        return found

    def count(self, type: str) -> int:
        return len(self.all(type))

    def todo(self) -> dict[str, int]:
        """Kinds of open work with the proposed refund."""
        return {str(item.kind): item.proposed_refund for item in self.work.values() if item.open}

    @property
    def books(self) -> Books:
        return books(self.state or PaymentState())

    @property
    def stands(self) -> str:
        return str(order_state(self.state or PaymentState()))
