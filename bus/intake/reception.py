"""Driving an adapter's `receive`: the native request on one side, the ledger on the other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import structlog

from bus.config.model import Client
from bus.ledger import Ledger, LedgerError, Unavailable, processes, read
from lienthong import (
    Accept,
    Adapter,
    Answer,
    Ask,
    Context,
    Draft,
    Find,
    Found,
    Inbound,
    Outcome,
    Problem,
    Process,
    QueryVerdict,
    Reject,
)
from schemas.base import ZONE

from .inspect import inspect, receipt
from .intake import Incoming, Intake, Refusal, Taken, drafted, may_send

_log = structlog.get_logger("lienthong.reception")

# A reception asks the ledger a few things and hands over once; more is a defect that must end.
_STEPS = 50

Step = Find | Accept | Ask
Told = Found | Outcome | QueryVerdict
Conversation = Generator[Step, Told, Answer]


class AdapterFailed(Exception):
    """The adapter broke its contract or raised. What it had handed over before stays accepted."""


@dataclass(frozen=True, slots=True)
class Received:
    """The native answer. `failed`: the adapter was told that the bus could not take the messages now."""

    answer: Answer
    failed: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """In whose name a request is taken. `party`: who stands behind the client, where the protocol says it."""

    name: str
    client: Client
    system: str
    trace: str | None = None
    party: str | None = None

    def source(self, type: str) -> str:
        """What a draft that names no source is said by: the first source this client may send `type` for, or else
        its first source, or else one that it may not use, which intake will say."""
        fit = (may.source for may in self.client.send if may_send(may, type))
        first = self.client.send[0].source if self.client.send else f"/systems/{self.system}"
        return next(fit, first)


Asker = Callable[[Caller, Ask], Awaitable[QueryVerdict]]


async def _nobody(caller: Caller, ask: Ask) -> QueryVerdict:
    return Reject("unknown-query", "this bus has no queries")


class Reception:
    """Receives for all systems. `overloaded` says why nothing can be taken now, or `None`; `ask` asks a query.

    `managers`: the processes that show what they know.
    """

    def __init__(
        self,
        intake: Intake,
        ledger: Ledger,
        now: Callable[[], float],
        overloaded: Callable[[], str | None],
        ask: Asker = _nobody,
        managers: Mapping[str, Process] | None = None,
    ) -> None:
        self._managers = managers or {}
        self._intake = intake
        self._ledger = ledger
        self._now = now
        self._overloaded = overloaded
        self._ask = ask

    async def receive(self, adapter: Adapter, operation: str, inbound: Inbound, caller: Caller) -> Received:
        """The native answer to `inbound`. `operation` is one of `adapter.receivers`.

        Raises `AdapterFailed`, and `Unavailable` where the adapter asked a ledger that is away.
        """
        now = datetime.fromtimestamp(self._now(), ZONE)
        call = getattr(adapter, adapter.receivers[operation])
        conversation = _begin(call, inbound, Context(now=now, system=caller.system))
        told: Told | None = None
        accepted = failed = False
        try:
            for _ in range(_STEPS):
                step = _next(conversation, told)
                match step:
                    case Answer():
                        return Received(step, failed)
                    case Find():
                        told = await self._find(step, caller)
                    case Ask():
                        told = await self._ask(caller, step)
                    case Accept() if not accepted:
                        accepted = True
                        told = await self._accept(step, caller)
                        failed = told.state == "failed"
                    case Accept():
                        raise AdapterFailed("it handed over twice; all messages of a request belong in one Accept")
                    case _:
                        raise AdapterFailed(
                            f"it yielded {type(step).__name__}, which is neither Find nor Ask nor Accept"
                        )
            raise AdapterFailed(f"it did not end within {_STEPS} steps")
        finally:
            conversation.close()

    async def _find(self, find: Find, caller: Caller) -> Found:
        if inspect(find.key, 0) is not None:
            return Found(None, None)  # what no message may hold; a database would not even be asked
        if find.kind == "message":
            row = await self._ledger.read(lambda connection: read.newest(connection, find.key))
        elif find.kind == "key":
            keys = [receipt(caller.name, may.source, find.key) for may in caller.client.send]
            row = await self._ledger.read(
                lambda connection: next((found for key in keys if (found := read.known(connection, key))), None)
            )
        elif find.kind == "process":
            return await self._view(find.key)
        else:
            raise AdapterFailed(f"it asked for a {find.kind!r}; Find knows message, key and process")
        return Found(None, None) if row is None else Found(row["type"], orjson.loads(row["data"]))

    async def _view(self, name: str) -> Found:
        """What the processes show of the state that has this name."""
        for process, state in await self._ledger.read(lambda connection: processes.named(connection, name)):
            adapter = self._managers.get(process)
            if adapter is not None and (shown := adapter.view(state.encode(), name)) is not None:
                return Found("process", shown)
        return Found(None, None)

    async def _accept(self, accept: Accept, caller: Caller) -> Outcome:
        if (reason := self._overloaded()) is not None:
            _log.warning("not received: overloaded", system=caller.system, reason=reason)
            return Outcome("failed")
        events = [_incoming(draft, caller) for draft in accept.messages]
        if not events:
            return Outcome("accepted")
        try:
            taken = await self._intake.accept(caller.name, caller.client, events)
        except Unavailable as error:
            _log.warning("not received: the ledger is away", system=caller.system, reason=str(error))
            return Outcome("failed")
        except LedgerError as error:
            _log.error("not received: the ledger failed", system=caller.system, reason=str(error))
            return Outcome("failed")
        return _outcome(taken, len(events))


def _begin(call: Callable[[Inbound, Context], Any], inbound: Inbound, context: Context) -> Conversation:
    conversation = _guarded(lambda: call(inbound, context))
    if not isinstance(conversation, Generator):
        raise AdapterFailed("its receive is no generator; it must yield Find, Ask or Accept and return an Answer")
    return conversation


def _next(conversation: Conversation, told: Told | None) -> Step | Answer:
    """What the adapter wants next, or its answer."""

    def step() -> Step | Answer:
        try:
            # The first send of a generator must be None: mypy's Generator cannot say so.
            return conversation.send(told)  # type: ignore[arg-type]
        except StopIteration as end:
            if not isinstance(end.value, Answer):
                raise AdapterFailed(f"it returned {type(end.value).__name__} instead of an Answer") from None
            return end.value

    found: Step | Answer = _guarded(step)
    return found


def _guarded(run: Callable[[], Any]) -> Any:
    try:
        return run()
    except AdapterFailed:
        raise
    except Exception as error:  # a defect of an adapter fails one request; its text may hold personal data
        raise AdapterFailed(f"it raised {type(error).__name__}") from error


def _incoming(draft: Draft, caller: Caller) -> Incoming:
    if draft.key is None:
        raise AdapterFailed("it handed over a message without a key; a repeat could not be told from a new one")
    return drafted(draft, caller.source(draft.type), draft.key, caller.trace)


def _outcome(taken: list[Taken] | Refusal, count: int) -> Outcome:
    if isinstance(taken, Refusal):
        if count == 1:
            return Outcome("refused", problems=taken.problems)
        placed = zip(taken.indexes, taken.problems, strict=True)
        problems = (Problem(one.code, f"/{index}{one.pointer}", one.reason) for index, one in placed)
        return Outcome("refused", problems=tuple(problems))
    state = "duplicate" if all(one.duplicate for one in taken) else "accepted"
    return Outcome(state, tuple(one.id for one in taken))
