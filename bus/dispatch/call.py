"""One call: claimed deliveries that share a conversation, from the adapter's generator to a verdict for each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import takewhile
from typing import Any, Protocol

import structlog

from bus.ledger import Change, Claimed, LedgerError
from bus.ledger.standing import OPERATION as POLL
from bus.policy import Held, Policy
from lienthong import (
    Absent,
    Adapter,
    Answered,
    Context,
    Delivered,
    Each,
    Operation,
    Polled,
    Reject,
    Reply,
    Request,
    Retry,
    Single,
    Split,
    Unknown,
    Verdict,
)

from .driver import Driver, Heard, Ran

_log = structlog.get_logger("lienthong.dispatch")
_BEHIND = "one before it in its lane was not delivered"
_ASKED = "stopped by what was asked before"


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
    """The verdict on one item, and how the conversation that gave it went.

    `looked_up`: that one only asked. `change`: what a process's step does to its state.
    """

    item: Item
    verdict: Single | Held | Polled
    ran: Ran[Verdict]
    looked_up: bool = False
    change: Change | None = None

    @property
    def definite(self) -> bool:
        """The target itself answered this delivery; a refused lookup says nothing about what it asked for."""
        return self.ran.answered and not self.looked_up


Answers = Mapping[str, Answered]
Cursor = Callable[[int], Awaitable[Any]]


class Enrich(Protocol):
    """Asks what the routes of the items want to know before they are delivered. Never raises."""

    async def __call__(self, items: Sequence[Item]) -> list[Answers | Retry | Held | Reject]:
        """For each item its answers by query, or why it is not delivered now."""


def group(items: Iterable[Item], adapter: Adapter, batching: bool) -> tuple[list[list[Item]], list[Item]]:
    """Calls, and what has to be given back.

    A call has one operation, one batch key and at most its batch; what is in doubt goes alone. The items of one lane
    are never spread over calls, which go at the same time: what does not fit behind its head waits for its turn.
    """
    calls: list[list[Item]] = []
    back: list[Item] = []
    open_calls: dict[object, list[Item]] = {}
    for run in _runs(items):
        operation = adapter.operations.get(run[0].claimed.operation)
        if operation is None or not batching or operation.batch == 1 or run[0].in_doubt:
            calls.append(run[:1])
            back += run[1:]
            continue
        key = _key(operation, run[0])
        fit = [run[0], *takewhile(partial(_has_key, operation, key), run[1:])][: operation.batch]
        back += run[len(fit) :]
        call = open_calls.get(key)
        if call is None or len(call) + len(fit) > operation.batch:
            call = open_calls[key] = []
            calls.append(call)
        call += fit
    return calls, back


def _runs(items: Iterable[Item]) -> Iterable[list[Item]]:
    """The items by lane, each in its order; what is in no lane stands alone."""
    runs: dict[object, list[Item]] = {}
    for item in items:
        claimed = item.claimed
        runs.setdefault(claimed.id if claimed.lane is None else claimed.lane, []).append(item)
    return runs.values()


def _has_key(operation: Operation, key: object, item: Item) -> bool:
    return _key(operation, item) == key


def _key(operation: Operation, item: Item) -> object:
    """What the items of a call have in common; an item for which the adapter fails to say it goes alone."""
    if operation.batch_key is None:
        return operation.name
    try:
        key = (operation.name, operation.batch_key(item.claimed.message))
        hash(key)
    except Exception as error:  # a defect of the adapter, which the conversation will meet too
        _log.error("batch_key failed", operation=operation.name, error_type=type(error).__name__)
        return object()
    return key


class Caller:
    """Calls one system. `may_begin` is asked before each conversation: whether there is lease enough left for it."""

    def __init__(
        self,
        adapter: Adapter,
        driver: Driver,
        now: Callable[[], datetime],
        may_begin: Callable[[], bool],
        enrich: Enrich | None = None,
        cursor: Cursor | None = None,
    ) -> None:
        self._adapter = adapter
        self._driver = driver
        self._now = now
        self._may_begin = may_begin
        self._enrich = enrich
        self._cursor = cursor

    async def call(self, items: Sequence[Item]) -> list[Outcome]:
        """One outcome an item, in order. What is in doubt is looked up first where its policy says so."""
        name = items[0].claimed.operation
        if name.startswith(POLL):
            return [await self._poll(name.removeprefix(POLL), items[0])]
        operation = self._adapter.operations.get(name)
        if operation is None:
            reason = (
                f"the adapter {self._adapter.name} has no operation {name}; cancel it, or replay it with one that has"
            )
            refused = Reject("unknown-operation", reason)
            return [Outcome(item, refused, Ran(refused)) for item in items]
        if len(items) == 1 and items[0].in_doubt and items[0].policy.on_unknown == "lookup":
            looked_up = await self._look_up(operation, items[0])
            if not isinstance(looked_up.verdict, Absent):
                return [looked_up]
        if self._enrich is not None and any(item.policy.enrich for item in items):
            return await self._deliver_enriched(self._enrich, operation, items)
        return await self._deliver(operation, items, {})

    async def _poll(self, name: str, item: Item) -> Outcome:
        """Ask the target for news, from where the last time ended."""
        poll = self._adapter.polls.get(name)
        if poll is None or self._cursor is None:
            gone = Reject("unknown-poll", f"the adapter {self._adapter.name} has no poll {name}")
            return Outcome(item, gone, Ran(gone))
        try:
            cursor = await self._cursor(item.claimed.id)
        except LedgerError:
            away = Retry("the ledger is away, and how far was read is not known")
            return Outcome(item, away, Ran(away))
        method = getattr(self._adapter, poll.call)
        heard = await self._driver.ask(_polled(method, cursor, self._context(item)))
        verdict = heard.verdict
        if isinstance(verdict, Answered):
            verdict = Retry("adapter-error: the poll ended with the verdict of a query")
        marks: Ran[Verdict] = Ran(Retry(""), heard.request_out, heard.response_in, heard.answered, heard.requests)
        return Outcome(item, verdict, marks)

    async def _deliver_enriched(self, enrich: Enrich, operation: Operation, items: Sequence[Item]) -> list[Outcome]:
        """What the queries stop is settled by what they said; behind it nothing of the same run goes."""
        told = await enrich(items)
        stopped = {index: answer for index, answer in enumerate(told) if isinstance(answer, Retry | Held | Reject)}
        if operation.run and stopped:
            for index in range(min(stopped) + 1, len(items)):
                stopped[index] = Retry(_BEHIND)
        ready = [item for index, item in enumerate(items) if index not in stopped]
        answers = {
            item.claimed.message.id: answer
            for item, answer in zip(items, told, strict=True)
            if not isinstance(answer, Retry | Held | Reject)
        }
        sent = iter(await self._deliver(operation, ready, answers) if ready else ())
        return [
            Outcome(item, stopped[index], Ran(Retry(_ASKED))) if index in stopped else next(sent)
            for index, item in enumerate(items)
        ]

    async def _look_up(self, operation: Operation, item: Item) -> Outcome:
        if operation.name not in self._adapter.lookups:
            unknown = Unknown(f"in doubt, and the adapter {self._adapter.name} cannot look {operation.name} up")
            return Outcome(replace(item, policy=replace(item.policy, on_unknown="hold")), unknown, Ran(unknown))
        method = getattr(self._adapter, self._adapter.lookups[operation.name])
        ran = await self._driver.run(_started(method, item.claimed.message, self._context(item)))
        verdict = ran.verdict
        if isinstance(verdict, Each | Split):
            verdict = Unknown("the lookup gave the verdict of a batch")
        return Outcome(item, verdict, ran, looked_up=not isinstance(verdict, Delivered))

    async def _deliver(
        self, operation: Operation, items: Sequence[Item], answers: Mapping[str, Answers]
    ) -> list[Outcome]:
        if not self._may_begin():
            late = Retry("this worker's lease is too short to begin another conversation")
            return [Outcome(item, late, Ran(late)) for item in items]
        method = getattr(self._adapter, operation.call)
        context = self._context(items[0], answers)
        messages = [item.claimed.message for item in items]
        argument = messages[0] if operation.batch == 1 else messages
        ran = await self._driver.run(_started(method, argument, context))
        if isinstance(ran.verdict, Split):
            return await self._halve(operation, items, answers, ran)
        return [
            Outcome(item, verdict, ran) for item, verdict in zip(items, _spread(ran.verdict, len(items)), strict=True)
        ]

    async def _halve(
        self, operation: Operation, items: Sequence[Item], answers: Mapping[str, Answers], ran: Ran[Verdict]
    ) -> list[Outcome]:
        """Nothing of the batch took effect and the answer does not say which item was wrong."""
        assert isinstance(ran.verdict, Split)
        if len(items) == 1:
            return [Outcome(items[0], Reject("refused", ran.verdict.reason), ran)]
        middle = len(items) // 2
        first = await self._deliver(operation, items[:middle], answers)
        if operation.run and not all(isinstance(outcome.verdict, Delivered) for outcome in first):
            behind = Retry(_BEHIND)
            return first + [Outcome(item, behind, Ran(behind)) for item in items[middle:]]
        return first + await self._deliver(operation, items[middle:], answers)

    def _context(self, item: Item, answers: Mapping[str, Answers] | None = None) -> Context:
        return Context(self._now(), item.claimed.attempt, item.in_doubt, item.claimed.system, answers or {})


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


def _polled(method: Callable[..., Any], cursor: Any, context: Context) -> Generator[Request, Reply, Heard]:
    result = yield from method(cursor, context)
    return result  # type: ignore[no-any-return]  # adapters are checked where they are written


def _started(method: Callable[..., Any], argument: Any, context: Context) -> Generator[Request, Reply, Verdict]:
    """The generator of `method`; calling it inside the conversation makes its own failure the adapter's."""
    result = yield from method(argument, context)
    return result  # type: ignore[no-any-return]  # adapters are checked where they are written
