"""One call: claimed deliveries that share a conversation, from the adapter's generator to a verdict for each."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bus.ledger import Claimed
from bus.policy import Policy
from lienthong import (
    Absent,
    Adapter,
    Context,
    Delivered,
    Each,
    Operation,
    Reject,
    Reply,
    Request,
    Retry,
    Single,
    Split,
    Unknown,
    Verdict,
)

from .driver import Driver, Ran


@dataclass(frozen=True, slots=True)
class Item:
    """A claimed delivery with the policy that was stamped on it."""

    claimed: Claimed
    policy: Policy

    @property
    def in_doubt(self) -> bool:
        """An earlier attempt may have taken effect."""
        return self.claimed.doubt_before is not None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on one item, and how the conversation that gave it went."""

    item: Item
    verdict: Single
    ran: Ran


def group(items: Iterable[Item], adapter: Adapter, batching: bool) -> list[list[Item]]:
    """Items that may share a call: one operation, one batch key, at most its batch; what is in doubt goes alone."""
    calls: list[list[Item]] = []
    open_calls: dict[object, list[Item]] = {}
    for item in items:
        operation = adapter.operations[item.claimed.operation]
        if not batching or operation.batch == 1 or item.in_doubt:
            calls.append([item])
            continue
        key = (operation.name, operation.batch_key(item.claimed.message) if operation.batch_key else None)
        call = open_calls.get(key)
        if call is None or len(call) >= operation.batch:
            call = open_calls[key] = []
            calls.append(call)
        call.append(item)
    return calls


class Caller:
    """Calls one system."""

    def __init__(self, adapter: Adapter, driver: Driver, now: Callable[[], datetime]) -> None:
        self._adapter = adapter
        self._driver = driver
        self._now = now

    async def call(self, items: Sequence[Item]) -> list[Outcome]:
        """One outcome an item, in order. What is in doubt is looked up first where its policy says so."""
        operation = self._adapter.operations[items[0].claimed.operation]
        if len(items) == 1 and items[0].in_doubt and items[0].policy.on_unknown == "lookup":
            looked_up = await self._look_up(operation, items[0])
            if not isinstance(looked_up.verdict, Absent):
                return [looked_up]
        return await self._deliver(operation, items)

    async def _look_up(self, operation: Operation, item: Item) -> Outcome:
        method = getattr(self._adapter, self._adapter.lookups[operation.name])
        ran = await self._driver.run(_started(method, item.claimed.message, self._context(item)))
        verdict = ran.verdict
        if isinstance(verdict, Each | Split):
            verdict = Unknown("the lookup gave the verdict of a batch")
        return Outcome(item, verdict, ran)

    async def _deliver(self, operation: Operation, items: Sequence[Item]) -> list[Outcome]:
        method = getattr(self._adapter, operation.call)
        context = self._context(items[0])
        messages = [item.claimed.message for item in items]
        argument = messages[0] if operation.batch == 1 else messages
        ran = await self._driver.run(_started(method, argument, context))
        if isinstance(ran.verdict, Split):
            return await self._halve(operation, items, ran)
        return [
            Outcome(item, verdict, ran) for item, verdict in zip(items, _spread(ran.verdict, len(items)), strict=True)
        ]

    async def _halve(self, operation: Operation, items: Sequence[Item], ran: Ran) -> list[Outcome]:
        """Nothing of the batch took effect and the answer does not say which item was wrong."""
        assert isinstance(ran.verdict, Split)
        if len(items) == 1:
            return [Outcome(items[0], Reject("refused", ran.verdict.reason), ran)]
        middle = len(items) // 2
        first = await self._deliver(operation, items[:middle])
        if operation.run and not all(isinstance(outcome.verdict, Delivered) for outcome in first):
            behind = Retry("one before it in its lane was not delivered")
            return first + [Outcome(item, behind, Ran(behind)) for item in items[middle:]]
        return first + await self._deliver(operation, items[middle:])

    def _context(self, item: Item) -> Context:
        return Context(self._now(), item.claimed.attempt, item.in_doubt, item.claimed.system)


def _spread(verdict: Verdict, count: int) -> list[Single]:
    """One verdict an item; a list of the wrong length says nothing reliable about any of them. Pure."""
    if isinstance(verdict, Each):
        if len(verdict.verdicts) == count:
            return list(verdict.verdicts)
        wrong = Unknown(f"adapter-error: {len(verdict.verdicts)} verdicts for {count} items")
        return [wrong] * count
    if isinstance(verdict, Split):
        return [Unknown("adapter-error: Split inside a verdict")] * count
    return [verdict] * count


def _started(method: Callable[..., Any], argument: Any, context: Context) -> Generator[Request, Reply, Verdict]:
    """The generator of `method`; calling it inside the conversation makes its own failure the adapter's."""
    result = yield from method(argument, context)
    return result  # type: ignore[no-any-return]  # adapters are checked where they are written
