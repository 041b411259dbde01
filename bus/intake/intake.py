"""The one gate into the ledger, for HTTP, for inbound adapters and for follow-ups alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import orjson
import uuid_utils
from pydantic import BaseModel

from bus.config.model import Client, Config, Send
from bus.json_schema import Schema
from bus.ledger import Accepted, Conflict, Ledger, NewMessage, Target
from bus.policy import Stamps
from bus.router import Router
from lienthong import Draft, Problem
from schemas import registry
from schemas.envelope import schema_urn

from .inspect import digest, inspect, receipt

OWN = "bus"


@dataclass(frozen=True, slots=True)
class Incoming:
    """An event as it arrived. `data` is parsed JSON; `schema` is its `dataschema`, if it named one."""

    source: str
    key: str
    type: str
    subject: str
    data: Any
    time: datetime | None = None
    schema: str | None = None
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one event of an accepted request."""

    id: str
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing of the request was stored. `kind`: `invalid` (422), `forbidden` (403) or `conflict` (409).

    `problems` hold pointers into the event; `indexes` say which event of a batch each problem is about.
    """

    kind: str
    problems: tuple[Problem, ...]
    indexes: tuple[int, ...]


class Hinter(Protocol):
    """The relay, as far as intake needs it."""

    def room(self, system: str) -> bool:
        """Whether a hint for `system` may go out now."""

    def hint(self, deliveries: Sequence[tuple[str, int]]) -> None:
        """Publish hints for (system, delivery id) that intake has just committed."""


class Counter(Protocol):
    """The metrics, as far as intake needs them. Never fails."""

    def accepted(self, type: str, duplicate: bool) -> None:
        """A message was answered with 2xx."""

    def refused(self, type: str, code: str) -> None:
        """A message was not taken."""


class Intake:
    """Validates, routes and stores. Time and ids come from `now` and `new_id`; `count` is told what came of each."""

    def __init__(
        self,
        config: Config,
        router: Router,
        stamps: Stamps,
        ledger: Ledger,
        hinter: Hinter,
        now: Callable[[], float],
        new_id: Callable[[], str] = lambda: str(uuid_utils.uuid7()),
        count: Counter | None = None,
    ) -> None:
        self._config = config
        self._router = router
        self._stamps = stamps
        self._ledger = ledger
        self._hinter = hinter
        self._now = now
        self._new_id = new_id
        self._own = {type: Schema(own.schema_) for type, own in config.types.items() if own.schema_ is not None}
        self._types = {*registry.TYPES, *config.types}
        self._count = count

    async def accept(self, name: str, client: Client, events: Sequence[Incoming]) -> list[Taken] | Refusal:
        """Take a request of the client `name`, whole or not at all; returns after the commit.

        Raises `bus.ledger.Unavailable` when the database cannot be reached.
        """
        news = self.check(name, client, events)
        done = news if isinstance(news, Refusal) else await self._store(news)
        if self._count is not None:
            self._tell(self._count, events, done)
        return done

    def _tell(self, count: Counter, events: Sequence[Incoming], done: Sequence[Taken] | Refusal) -> None:
        """A type that nobody knows is the caller's invention, and no label of a metric."""
        known = [event.type if event.type in self._types else "other" for event in events]
        if isinstance(done, Refusal):
            for index, problem in zip(done.indexes, done.problems, strict=True):
                count.refused(known[index], problem.code)
            return
        for type, taken in zip(known, done, strict=True):
            count.accepted(type, taken.duplicate)

    def check(self, name: str, client: Client, events: Sequence[Incoming]) -> list[NewMessage] | Refusal:
        """What `accept` would store, or everything that is wrong with the request. Stores nothing."""
        news: list[NewMessage] = []
        problems: list[tuple[int, Problem]] = []
        kind = "invalid"
        for index, event in enumerate(events):
            if (forbidden := _forbidden(client, event)) is not None:
                kind = "forbidden"
                problems.append((index, forbidden))
                continue
            made = self.prepare(name, event)
            if isinstance(made, NewMessage):
                news.append(made)
            else:
                problems += [(index, problem) for problem in made]
        if problems:
            return Refusal(kind, tuple(problem for _, problem in problems), tuple(index for index, _ in problems))
        return news

    async def _store(self, news: Sequence[NewMessage]) -> list[Taken] | Refusal:
        answer = await self._ledger.accept(news)
        if isinstance(answer, Conflict):
            reason = f"this id was used before for another body, accepted as {answer.id}; use a new id"
            return Refusal("conflict", (Problem("key-reused", "/id", reason),), (answer.index,))
        self._hint(news, answer)
        return [Taken(accepted.id, accepted.duplicate) for accepted in answer]

    def _hint(self, news: Sequence[NewMessage], answer: Sequence[Accepted]) -> None:
        ready = []
        for new, accepted in zip(news, answer, strict=True):
            hinted = {target.system for target in new.targets if target.hinted}
            ready += [pair for pair in accepted.deliveries if pair[0] in hinted]
        if ready:
            self._hinter.hint(ready)

    def prepare(self, client: str, event: Incoming, cause: int | None = None) -> NewMessage | list[Problem]:
        """A validated, routed message, or everything that is wrong with it."""
        text = _flawed_text(event)
        if text is not None:
            return [text]
        found = inspect(event.data, self._config.http.max_depth)
        if found is not None:
            return [found]
        raw = orjson.dumps(event.data)
        schema, problems = self._validate(event, raw)
        if problems:
            return problems
        routing = self._router.route(event.type, event.source, event.subject, raw)
        if routing.problem is not None:
            return [routing.problem]
        now = self._now()
        return NewMessage(
            id=self._new_id(),
            client=client,
            source=event.source,
            key=event.key,
            type=event.type,
            subject=event.subject,
            time=event.time.timestamp() if event.time is not None else now,
            received_at=now,
            schema=schema,
            data=raw.decode(),
            receipt=receipt(client, event.source, event.key),
            digest=digest(event.type, event.subject, schema, event.data),
            targets=tuple(
                Target(
                    target.system,
                    target.operation,
                    target.lane,
                    self._stamps.id(target.system, target.operation, target.route),
                    self._hinter.room(target.system),
                )
                for target in routing.targets
            ),
            trace=event.trace,
            cause=cause,
        )

    def _validate(self, event: Incoming, raw: bytes) -> tuple[str, list[Problem]]:
        """The schema's URN and what is wrong with the data."""
        if event.type in self._config.types:
            own = self._own.get(event.type)
            problems = own.problems(event.data) if own is not None else []
            found = [Problem(one.code, f"/data{one.pointer}", one.reason) for one in problems]
            return event.schema or schema_urn(event.type, 1), found
        flaws = registry.validate(event.type, event.schema, raw)
        if flaws:
            return "", [Problem(flaw.code, _under(flaw.code, flaw.pointer), flaw.reason) for flaw in flaws]
        return event.schema or schema_urn(event.type, registry.TYPES[event.type][0]), []


def drafted(draft: Draft, source: str, key: str, trace: str | None = None) -> Incoming:
    """A draft as an event: of `source` and under `key` where it names none itself."""
    data = draft.data.model_dump(mode="json", exclude_none=True) if isinstance(draft.data, BaseModel) else draft.data
    return Incoming(
        source=draft.source or source,
        key=draft.key or key,
        type=draft.type,
        subject=draft.subject,
        data=data,
        time=draft.time,
        trace=trace,
    )


def of_our_own(
    source: str,
    key: str,
    type: str,
    subject: str,
    data: str,
    target: Target,
    now: float,
    *,
    trace: str | None = None,
    cause: int | None = None,
) -> NewMessage:
    """A message that the bus itself puts into the ledger, with one target, as it is. `data`: JSON text without a
    schema; `now`: seconds since 1970."""
    return NewMessage(
        id=str(uuid_utils.uuid7()),
        client=OWN,
        source=source,
        key=key,
        type=type,
        subject=subject,
        time=now,
        received_at=now,
        schema="",
        data=data,
        receipt=receipt(OWN, source, key),
        digest=digest(type, subject, "", data),
        targets=(target,),
        trace=trace,
        cause=cause,
    )


def _flawed_text(event: Incoming) -> Problem | None:
    attributes: Mapping[str, str] = {
        "source": event.source,
        "id": event.key,
        "type": event.type,
        "subject": event.subject,
        "traceparent": event.trace or "",
    }
    for name, value in attributes.items():
        if not isinstance(value, str):  # an adapter's draft; what came over HTTP is checked already
            return Problem("not-text", f"/{name}", "is not text; every message needs it")
        if (found := inspect(value, 0, f"/{name}")) is not None:
            return found
    return None


def _forbidden(client: Client, event: Incoming) -> Problem | None:
    if any(may.source == event.source and may_send(may, event.type) for may in client.send):
        return None
    if any(may.source == event.source for may in client.send):
        return Problem("type-not-allowed", "/type", f"this client may not send {event.type} for {event.source}")
    return Problem("source-not-allowed", "/source", f"this client may not speak for {event.source}")


def may_send(may: Send, type: str) -> bool:
    """Whether `may` allows messages of `type` with its source."""
    return any(_matches(pattern, type) for pattern in may.types)


def _matches(pattern: str, type: str) -> bool:
    return pattern in ("*", type) or (pattern.endswith(".*") and type.startswith(pattern[:-1]))


def _under(code: str, pointer: str) -> str:
    """Flaws point into the data, problems into the event."""
    return {"unknown-type": "/type", "unknown-schema": "/dataschema"}.get(code, f"/data{pointer}")
