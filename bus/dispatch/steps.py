"""The steps of a process: claimed events, the states that stand, and what follows from both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import orjson
import structlog
from pydantic import ValidationError

from bus.ledger import Change, Ledger, LedgerError, TaskRow, processes
from lienthong import Context, Delivered, Fired, Message, Process, Reject, Retry, Stepped
from lienthong.processes import TIMER
from lienthong.verdicts import Verdict
from schemas.flaws import flaws

from .call import Item, Outcome
from .driver import Ran

_log = structlog.get_logger("lienthong.dispatch")
# a version that never stands: the settlement gives the event back, as one that another worker overtook
_NEVER = -1


class Steps:
    """Calls one process. States are read together; a step is committed with its settlement, by compare-and-set."""

    def __init__(self, name: str, process: Process, now: Callable[[], datetime], ledger: Ledger) -> None:
        self._name = name
        self._process = process
        self._now = now
        self._ledger = ledger

    async def call(self, items: Sequence[Item]) -> list[Outcome]:
        """One outcome an item, in order. Of one key only the first steps; the others come again."""
        keys = [self._key(item.claimed.message) for item in items]
        wanted = [key for key in keys if isinstance(key, str)]
        try:
            known = await self._ledger.read(lambda connection: processes.states(connection, self._name, wanted))
        except LedgerError:
            return [_outcome(item, Retry("the ledger is away, and the state is not known")) for item in items]
        outcomes, stepped = [], set[str]()
        for item, key in zip(items, keys, strict=True):
            if isinstance(key, Reject):
                outcomes.append(_outcome(item, key))
            elif key in stepped:
                outcomes.append(_outcome(item, Delivered(), Change(self._name, key, _NEVER, "")))
            else:
                stepped.add(key)
                outcomes.append(self._step(item, key, known.get(key, processes.Known())))
        return outcomes

    def _key(self, message: Message) -> str | Reject:
        if message.type == TIMER:
            return message.subject
        try:
            return self._process.key(message)
        except ValidationError as error:
            return _refused(error)
        except Exception as error:  # a defect of the process fails this one event
            return _defect(error, message)

    def _step(self, item: Item, key: str, known: processes.Known) -> Outcome:
        message, now = item.claimed.message, self._now()
        context = Context(now, item.claimed.attempt, item.in_doubt, self._name)
        before = known.state.encode() if known.state is not None else None
        try:
            event = Fired(**orjson.loads(message.data), at=now) if message.type == TIMER else message
            done = self._process.step(before, event, context)
            change = self._change(key, known.version, done)
        except ValidationError as error:
            return _outcome(item, _refused(error))
        except Exception as error:  # as above
            return _outcome(item, _defect(error, message))
        return _outcome(item, Delivered(None, done.messages), change)

    def _change(self, key: str, version: int, done: Stepped) -> Change | None:
        if done.state is None:
            return None
        tasks = tuple(TaskRow(one.key, one.kind, one.open, one.body.model_dump_json()) for one in done.tasks)
        return Change(self._name, key, version, done.state.decode(), done.timers, tasks, done.names)


def _outcome(item: Item, verdict: Delivered | Reject | Retry, change: Change | None = None) -> Outcome:
    ran: Ran[Verdict] = Ran(verdict)
    return Outcome(item, verdict, ran, change=change)


def _refused(error: ValidationError) -> Reject:
    first = flaws(error)[0]
    return Reject(first.code, first.reason, first.pointer)


def _defect(error: Exception, message: Message) -> Reject:
    # its text may hold personal data
    _log.error("a process failed", type=message.type, id=message.id, error_type=type(error).__name__)
    return Reject("process-error", f"the process raised {type(error).__name__}; this is a defect of it")
