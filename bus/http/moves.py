"""Moving what is left of a system that is no longer configured, whoever asks: a request, or a command that opened the
ledger itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bus.config.model import System
from bus.ledger import Ledger, moving
from bus.ledger.move import Moved
from bus.policy import Policy, policy_of
from lienthong import Problem
from lienthong.ports import Adapter

from . import actions
from .call import Call, Response, json_response
from .desk import Desk
from .documents import read as read_document
from .messages import SMALL, may_operate
from .problems import Refused

Json = dict[str, Any]
_NO_NUL = r"^[^\x00]*$"


class Move(BaseModel):
    """The body of a move."""

    model_config = ConfigDict(extra="forbid", strict=True)

    origin: str = Field(
        alias="from",
        min_length=1,
        max_length=60,
        pattern=_NO_NUL,
        description="a system that is not in the configuration",
    )
    to: str = Field(min_length=1, max_length=60, description="a configured system")
    operation: str | None = Field(
        default=None, max_length=100, pattern=_NO_NUL, description="only deliveries of this operation"
    )
    message: str | None = Field(default=None, max_length=40, description="only the delivery of this message")
    same_target: bool = Field(
        default=False, description="`to` is the same target under a new name: what is in doubt goes along, in doubt"
    )
    finished: bool = Field(
        default=False, description="also what was rejected or given up and holds no lane, to the end of its lane"
    )
    reason: str | None = Field(default=None, max_length=500, pattern=_NO_NUL, description="why, for the evidence")
    after: int = Field(default=0, ge=0, le=2**63 - 1, description="`next` of the answer before")


async def moved(
    ledger: Ledger, systems: Mapping[str, System], adapter: Callable[[str], Adapter], wanted: Move, actor: str
) -> Json:
    """One step of a move: some hundreds of deliveries in one transaction. `adapter` gives that of a configured system.
    Raises `Refused` where the names, or the message, are wrong."""
    if found := _mistakes(wanted, systems):
        raise Refused("invalid", "the request is not as documented; see errors", found)
    id = str((await actions.row(ledger, wanted.message, None))["id"]) if wanted.message is not None else None
    places = Places(systems[wanted.to], adapter(wanted.to))
    await ledger.remember({policy.id: policy.body for policy in places.policies.values()})
    order = moving.Move(
        origin=wanted.origin,
        target=wanted.to,
        place=places.place,
        operation=wanted.operation,
        message=id,
        same_target=wanted.same_target,
        finished=wanted.finished,
        reason=wanted.reason,
    )
    step = await ledger.move(order, actor, wanted.after)
    told = [*(_moved(one, wanted.origin) for one in step.moved), *(_left(one, wanted.origin) for one in step.left)]
    counts = {"moved": len(step.moved), "refused": len(step.left)}
    return {"from": wanted.origin, "to": wanted.to, **counts, "outcomes": told, "next": step.next}


class Places:
    """How one configured system takes messages now, as intake would stamp it."""

    def __init__(self, system: System, adapter: Adapter) -> None:
        self._adapter = adapter
        self.policies: Mapping[str, Policy] = {
            operation.name: policy_of(system, adapter, operation) for operation in adapter.operations.values()
        }

    def place(self, type: str) -> moving.Place | None:
        """For messages of `type`; `None` where the adapter has no operation for them."""
        operation = self._adapter.operation_for(type)
        if operation is None:
            return None
        policy = self.policies[operation.name]
        return moving.Place(operation.name, operation.ordered, policy.id, policy.settle_after)


class Moves:
    """The handler."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def move(self, call: Call) -> Response:
        """One step; `next` says where the following one goes on."""
        may_operate(call)
        if call.client.read != "all":
            detail = f"the client {call.name} may not move what others sent; it needs read: all beside operate: true"
            raise Refused("not-allowed", detail)
        desk = self._desk
        wanted = read_document(Move, await call.body(SMALL), desk.config.http.max_depth)
        done = await moved(desk.ledger, desk.config.systems, desk.adapters.__getitem__, wanted, call.name)
        desk.wake()
        return json_response(done)


def _mistakes(wanted: Move, systems: Mapping[str, System]) -> list[Problem]:
    found = []
    if wanted.origin in systems:
        reason = "is in the configuration; replay, cancel or pause its deliveries, or take it out first"
        found.append(Problem("still-configured", "/from", reason))
    if wanted.to not in systems:
        reason = f"is not in the configuration; there are {', '.join(sorted(systems))}"
        found.append(Problem("unknown-system", "/to", reason))
    return found


def _moved(one: Moved, system: str) -> Json:
    told = {"delivery": one.id, "message": one.message, "system": system}
    return {**told, "result": "moved", "successor": one.successor}


def _left(one: moving.Left, system: str) -> Json:
    told = {"delivery": one.id, "message": one.message, "system": system}
    return {**told, "result": "refused", "state": one.state, "reason": one.reason}
