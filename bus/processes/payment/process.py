"""`payments`: the payment process as it is configured, between the ledger's JSON and the typed step."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel

from lienthong import Capabilities, Context, Fired, Message, Process, Stepped, Task
from schemas.payments import WorkItem
from schemas.registry import model_for

from ..shape import Heard
from .lines import standing
from .policy import PaymentPolicy
from .state import PaymentState
from .step import CONSUMES, EMITS, key_of, step

_PREFIX = "payment"


class Payments(Process):
    """One order from the request to its money, and the money's way back. Gateways are systems of the same bus."""

    name: ClassVar[str] = "payments"
    Settings: ClassVar[type[BaseModel]] = PaymentPolicy
    capabilities = Capabilities(idempotent=True, money=True)
    hears: ClassVar[tuple[str, ...]] = CONSUMES
    says: ClassVar[tuple[str, ...]] = EMITS
    State: ClassVar[type[BaseModel] | None] = PaymentState
    Work: ClassVar[type[BaseModel] | None] = WorkItem

    settings: PaymentPolicy

    def key(self, message: Message) -> str:
        """The order's code, or our reference where no order is known."""
        return key_of(_heard(message))

    def step(self, state: bytes | None, event: Message | Fired, context: Context) -> Stepped:
        """See `bus.processes.payment.step`."""
        before = None if state is None else PaymentState.model_validate_json(state)
        heard = event if isinstance(event, Fired) else _heard(event, context)
        done = step(before, heard, self.settings)
        if done.state is None or done.state is before:
            return Stepped()
        return Stepped(
            done.state.model_dump_json(exclude_defaults=True).encode(),
            done.messages,
            done.timers,
            tuple(Task(f"{one.reference}:{one.key}", one.kind, one.open, one) for one in done.work),
            tuple(sorted(_names(done.state) - _names(before))),
        )

    def view(self, state: bytes, name: str) -> Any | None:
        """What is known of one of our references: `schemas.payments.Standing`, named `payment/SYSTEM/REFERENCE`."""
        _, system, reference = name.split("/", 2)
        known = standing(PaymentState.model_validate_json(state), system, reference)
        return None if known is None else known.model_dump(mode="json")


def _heard(message: Message, context: Context | None = None) -> Heard:
    model = model_for(message.type)
    if model is None:
        raise ValueError(f"{message.type} is no type of this bus")
    data = message.read(model)
    return Heard(message.type, message.id, data, context.now if context is not None else message.received_at)


def _names(state: PaymentState | None) -> set[str]:
    return {f"{_PREFIX}/{one.system}/{one.reference}" for one in state.attempts} if state is not None else set()


__all__ = ["Payments"]
