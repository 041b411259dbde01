"""Asking: validate, record, take a turn at the system's gate, ask within the deadline, record, answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import orjson
import uuid_utils

from bus.config.model import Query as Settings
from bus.dispatch.driver import Driver, Ran
from bus.dispatch.gate import Busy, Closed, Gate, Turn
from bus.ledger import Deed, LedgerError
from lienthong import Adapter, Answered, Context, Query, Question, Reject, Retry, Stop
from schemas.base import ZONE

from . import evidence
from .answers import Answer, Failed, Trouble
from .asked import Asked, question
from .cache import Cache
from .tries import Asking

_FLOOR = 0.05  # seconds: with less left nobody is asked


@dataclass(frozen=True, slots=True)
class Source:
    """A system that can be asked: its adapter, the way to it, and what it shares with deliveries."""

    name: str
    adapter: Adapter
    driver: Driver
    gate: Gate


class Recorder(Protocol):
    """The ledger, as far as questions need it."""

    async def record(self, deeds: list[Deed]) -> None:
        """Write evidence. Raises `LedgerError`."""


class Watcher(Protocol):
    """Who wants to know what happens: the metrics. Never fails."""

    def asked(self, query: str, system: str, result: str, partner: float, ours: float) -> None:
        """A question ended; seconds in which the partner, and in which we had it."""


class Queries:
    """All queries of one process. `sources` by system; `now` tells seconds since 1970."""

    def __init__(
        self,
        settings: Mapping[str, Settings],
        sources: Mapping[str, Source],
        recorder: Recorder,
        watcher: Watcher,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._sources = sources
        self._recorder = recorder
        self._watcher = watcher
        self._now = now
        self._caches = {
            name: Cache(query.cache, time.monotonic) for name, query in settings.items() if query.cache is not None
        }

    @property
    def names(self) -> list[str]:
        """What can be asked."""
        return sorted(self._settings)

    def declared(self, name: str) -> Query:
        """The adapter's declaration of a configured query."""
        return self._sources[self._settings[name].system].adapter.queries[name]

    async def ask(self, asked: Asked) -> Answer | Failed:
        """Ask `asked.name`, which is one of `names`. Never raises but for cancellation."""
        settings, id = self._settings[asked.name], str(uuid_utils.uuid7())
        source, until = self._sources[settings.system], time.monotonic() + _deadline(asked, settings)
        made = question(asked, source.adapter.queries[asked.name], settings, id)
        if not isinstance(made, Question):
            return Failed(id, "invalid", "the question is wrong", tuple(made))
        begun = time.perf_counter()
        answer, ran = await self._answer(asked, made, source, settings, until)
        partner = _partner(ran)
        self._watcher.asked(asked.name, source.name, answer.ended, partner, time.perf_counter() - begun - partner)
        return answer

    async def _answer(
        self, asked: Asked, made: Question, source: Source, settings: Settings, until: float
    ) -> tuple[Answer | Failed, Ran[Any] | None]:
        unwritten = "it could not be recorded: the ledger does not answer; repeat the question"
        try:
            await self._recorder.record([evidence.asked(made, asked.client, source.name, self._now(), asked.party)])
        except LedgerError:
            return Failed(made.id, "no-evidence", unwritten), None
        answer, ran = await self._ask(made, source, settings, until)
        ended = f"{answer.ended} (cached)" if isinstance(answer, Answer) and answer.cached else answer.ended
        try:
            await self._recorder.record([evidence.answered(made, asked.client, ended, ran, self._now())])
        except LedgerError:
            return Failed(made.id, "no-evidence", unwritten), ran
        return answer, ran

    async def _ask(
        self, made: Question, source: Source, settings: Settings, until: float
    ) -> tuple[Answer | Failed, Ran[Any] | None]:
        cache = self._caches.get(made.name)
        if cache is not None and (kept := cache.find(made.data)) is not None:
            return Answer(made.id, made.name, source.name, *kept, self._now(), cached=True), None
        asking = Asking(settings.tries, settings.hedge, until)
        try:
            ran = await asking.ask(lambda attempt: self._try(made, source, attempt, until))
        except Busy as busy:
            return Failed(made.id, "too-late", busy.reason, after=busy.after), None
        except Closed as closed:
            return Failed(made.id, "closed", closed.reason, after=closed.after), None
        if ran is None:
            return Failed(made.id, "too-late", "the deadline passed before the partner could be asked"), None
        ended = _ended(made, source.name, ran, self._now())
        if cache is not None and isinstance(ended, Answer):
            cache.keep(made.data, ended.result, ended.data)
        return ended, ran

    async def _try(self, made: Question, source: Source, attempt: int, until: float) -> Ran[Any] | None:
        """One try, or `None` where too little time is left."""
        loop = asyncio.get_running_loop()
        async with source.gate.turn(loop.time() + until - time.monotonic()) as turn:
            left = until - time.monotonic()
            if left < _FLOOR:
                return None
            context = Context(datetime.fromtimestamp(self._now(), ZONE), attempt, system=source.name)
            method = getattr(source.adapter, source.adapter.queries[made.name].call)
            ran = await source.driver.ask(method(made, context), left)
            _tell(turn, ran)
            return ran


def _tell(turn: Turn, ran: Ran[Any]) -> None:
    """What the outcome says about the partner."""
    if isinstance(ran.verdict, Answered) or (isinstance(ran.verdict, Reject) and ran.answered):
        turn.answered()
    elif isinstance(ran.verdict, Retry):
        turn.failed()


def _deadline(asked: Asked, settings: Settings) -> float:
    return settings.deadline if asked.deadline is None else min(asked.deadline, settings.deadline)


def _partner(ran: Ran[Any] | None) -> float:
    if ran is None or ran.request_out is None or ran.response_in is None:
        return 0.0
    return max(0.0, ran.response_in - ran.request_out)


def _ended(made: Question, system: str, ran: Ran[Any], now: float) -> Answer | Failed:
    match ran.verdict:
        case Answered(result, data):
            return Answer(made.id, made.name, system, result, _plain(data), now)
        case Reject(code, reason, pointer):
            problems: tuple[Any, ...] = ()
            return Failed(made.id, "refused", f"{code}: {reason}" + (f" (at {pointer})" if pointer else ""), problems)
        case Stop(reason):
            return _failed(made, "misconfigured", reason)
        case Retry(reason, after):
            return _failed(made, "down", reason, after)
        case other:
            return _failed(made, "misconfigured", f"adapter-error: a query ended with {type(other).__name__}")


def _failed(made: Question, trouble: Trouble, reason: str, after: float | None = None) -> Failed:
    return Failed(made.id, trouble, reason, after=after)


def _plain(data: Any) -> Any:
    """JSON-like, without what is absent."""
    if data is None:
        return None
    dump = getattr(data, "model_dump_json", None)
    return data if dump is None else orjson.loads(dump(exclude_none=True, by_alias=True))
