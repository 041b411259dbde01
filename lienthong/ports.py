"""The two public ports: `Adapter` (what bytes mean) and `Connector` (how bytes travel)."""

from __future__ import annotations

import builtins
import inspect
from collections.abc import Callable, Collection, Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol, TypeVar, runtime_checkable

from pydantic import BaseModel, ConfigDict

from .requests import Accept, Answer, Ask, Find, Found, Inbound, Outcome, Reply, Request
from .verdicts import Answered, PollVerdict, QueryVerdict, Single, Verdict

M = TypeVar("M", bound=BaseModel)
F = TypeVar("F", bound=Callable[..., Any])

OnUnknown = Literal["lookup", "resend", "hold"]
Conversation = Generator[Request, Reply, Verdict]
Lookup = Generator[Request, Reply, Single]
Reception = Generator[Find | Accept | Ask, Found | Outcome | QueryVerdict, Answer]
Enquiry = Generator[Request, Reply, QueryVerdict]
Polling = Generator[Request, Reply, PollVerdict]


class NoSettings(BaseModel):
    """For an adapter that has nothing to configure."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the ledger keeps it. `id` is a UUIDv7 in text; `data` is JSON as it was accepted;
    `key` is the source's own key."""

    id: str
    source: str
    type: str
    subject: str
    key: str
    time: datetime
    received_at: datetime
    schema: str
    data: bytes
    trace: str | None = None

    def read(self, model: builtins.type[M]) -> M:
        """The data as `model`. Raises `pydantic.ValidationError`."""
        return model.model_validate_json(self.data)


@dataclass(frozen=True, slots=True)
class Context:
    """What an adapter may know besides the message: time comes in as an argument, never from a clock.

    `now` is aware, in Asia/Ho_Chi_Minh. `attempt` counts from 1 and is that of the first item of a batch;
    `in_doubt` says that an earlier attempt may have taken effect. `system` is the target's name in the configuration.
    `answers` are those of the route's `enrich` queries, by message id and query name; they are nowhere stored, so one
    that an earlier attempt heard has no `data`.
    """

    now: datetime
    attempt: int = 1
    in_doubt: bool = False
    system: str = ""
    answers: Mapping[str, Mapping[str, Answered]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked by a query. `data` is JSON as it was validated; `id` (UUIDv7) joins evidence and logs.

    `purpose` is the procedure's code (TTHC), `officer` who asks, `case` the dossier's code.
    """

    id: str
    name: str
    data: bytes
    purpose: str | None = None
    officer: str | None = None
    case: str | None = None

    def read(self, model: builtins.type[M]) -> M:
        """The data as `model`. Raises `pydantic.ValidationError`."""
        return model.model_validate_json(self.data)


@dataclass(frozen=True, slots=True)
class Query:
    """One thing a target can be asked. Made by `@query`. `asks` and `answers` are models of `schemas`."""

    name: str
    asks: type[BaseModel]
    answers: type[BaseModel] | None
    results: tuple[str, ...]
    call: str


@dataclass(frozen=True, slots=True)
class Poll:
    """One thing a target is asked regularly. Made by `@poll`. `every` (seconds) is the default of the configuration."""

    name: str
    types: tuple[str, ...]
    every: float
    call: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing a target can be told. Made by `@operation`.

    `types`: the message types it carries, `*` for any. `batch`: most items a call (1: the function gets one message,
    not a list). `batch_key`: items share a call only where it answers alike. `run`: the batch may take successive
    messages of one lane. `ordered`: order within a lane is kept through rejections too. `on_unknown`: what follows an
    `Unknown` (`hold` asks an operator). `call`: the adapter's method.
    """

    name: str
    types: tuple[str, ...]
    batch: int
    batch_key: Callable[[Message], object] | None
    run: bool
    ordered: bool
    on_unknown: OnUnknown
    call: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a target can do; docs, lint and the choice of conformance tests follow from it."""

    idempotent: bool = False
    batch: bool = False
    attachments: bool = False
    callbacks: bool = False
    money: bool = False


def operation(
    *types: str,
    name: str | None = None,
    batch: int = 1,
    batch_key: Callable[[Message], object] | None = None,
    run: bool = False,
    ordered: bool = True,
    on_unknown: OnUnknown = "hold",
) -> Callable[[F], F]:
    """Declare a method of an `Adapter` as an operation (see `Operation`).

    The method is called `(message, context)` where `batch` is 1, `(messages, context)` otherwise, and is a generator
    that yields `Request`s, is sent `Reply`s and returns a `Verdict`.
    """

    def mark(function: F) -> F:
        declared = Operation(
            name or function.__name__, types, batch, batch_key, run, ordered, on_unknown, function.__name__
        )
        function.__lienthong_operation__ = declared  # type: ignore[attr-defined]  # a mark, read by Adapter below
        return function

    return mark


def lookup(*operations: str) -> Callable[[F], F]:
    """Declare a method `(message, context)` that asks the target whether one message took effect.

    Returns `Delivered` with the same reference and follow-ups as the first answer would have had, `Absent`, or a
    verdict that says why it could not be found out.
    """

    def mark(function: F) -> F:
        function.__lienthong_lookup__ = operations  # type: ignore[attr-defined]  # a mark, read by Adapter below
        return function

    return mark


def receive(*operations: str, signed: bool = False) -> Callable[[F], F]:
    """Declare a method `(inbound, context)` that turns a native request into canonical messages and answers it.

    `signed`: it proves by the request's own signature who calls, before anything else, so that a system may call it
    that cannot send a key.
    """

    def mark(function: F) -> F:
        function.__lienthong_receive__ = operations  # type: ignore[attr-defined]  # a mark, read by Adapter below
        function.__lienthong_signed__ = signed  # type: ignore[attr-defined]  # a mark, read by Adapter below
        return function

    return mark


def query(
    name: str, *, asks: type[BaseModel], answers: type[BaseModel] | None, results: tuple[str, ...]
) -> Callable[[F], F]:
    """Declare a method `(question, context)` that asks the target something and changes nothing there.

    A generator that yields `Request`s with `write=False` and returns `Answered` (its `result` one of `results`),
    `Retry`, `Reject` or `Stop`. `context.attempt` counts the bus's tries of one question.
    """

    def mark(function: F) -> F:
        function.__lienthong_query__ = Query(name, asks, answers, results, function.__name__)  # type: ignore[attr-defined]  # a mark, read by Adapter below
        return function

    return mark


def poll(*types: str, name: str | None = None, every: float) -> Callable[[F], F]:
    """Declare a method `(cursor, context)` that asks the target for news: messages of `types`.

    A generator that yields `Request`s and returns `Polled`, `Retry`, `Reject` or `Stop`. `cursor` is what the last
    `Polled` gave, `None` at first. The same news may come twice (a crash between asking and storing): each `Draft`
    needs the source's own `key`.
    """

    def mark(function: F) -> F:
        declared = Poll(name or function.__name__, types, every, function.__name__)
        function.__lienthong_poll__ = declared  # type: ignore[attr-defined]  # a mark, read by Adapter below
        return function

    return mark


class Adapter:
    """Pure translation between one system's own language and canonical messages: no I/O, no clock, no global state.

    A subclass sets `name`, `Settings` and `capabilities` and marks methods with `operation`, `lookup`,
    `receive`, `query` and `poll`.
    One instance serves one configured system and is shared by concurrent conversations, so it keeps no state.
    An exception before the first request is a `Reject adapter-error`, after it an `Unknown`.
    `asks` are the queries of the bus that its `receive` yields an `Ask` for; `check` looks whether they are there.
    `auth` holds defaults for the connector's `auth` section (the way this kind of system logs in); `connector` is the
    one that is taken where the configuration names none.
    """

    name: ClassVar[str]
    Settings: ClassVar[type[BaseModel]] = NoSettings
    capabilities: ClassVar[Capabilities] = Capabilities()
    auth: ClassVar[Mapping[str, Any]] = {}
    connector: ClassVar[str] = "rest"
    operations: ClassVar[Mapping[str, Operation]] = {}
    lookups: ClassVar[Mapping[str, str]] = {}
    receivers: ClassVar[Mapping[str, str]] = {}
    signed: ClassVar[Collection[str]] = ()
    queries: ClassVar[Mapping[str, Query]] = {}
    polls: ClassVar[Mapping[str, Poll]] = {}
    asks: ClassVar[Collection[str]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        members = [function for _, function in inspect.getmembers(cls, inspect.isfunction)]
        declared = [f.__lienthong_operation__ for f in members if hasattr(f, "__lienthong_operation__")]
        cls.operations = {operation.name: operation for operation in declared}
        cls.lookups = {name: f.__name__ for f in members for name in getattr(f, "__lienthong_lookup__", ())}
        cls.receivers = {name: f.__name__ for f in members for name in getattr(f, "__lienthong_receive__", ())}
        cls.signed = frozenset(
            name for name, call in cls.receivers.items() if getattr(getattr(cls, call), "__lienthong_signed__", False)
        )
        asked = [f.__lienthong_query__ for f in members if hasattr(f, "__lienthong_query__")]
        cls.queries = {query.name: query for query in asked}
        polled = [f.__lienthong_poll__ for f in members if hasattr(f, "__lienthong_poll__")]
        cls.polls = {poll.name: poll for poll in polled}

    def __init__(self, settings: BaseModel) -> None:
        self.settings: Any = settings

    def operation_for(self, type: str) -> Operation | None:
        """The operation that carries messages of `type`, or `None`. One that names the type wins over one for `*`."""
        found = [operation for operation in self.operations.values() if type in operation.types]
        found += [operation for operation in self.operations.values() if "*" in operation.types]
        return next(iter(found), None)

    def on_unknown(self, operation: Operation) -> OnUnknown:
        """What follows an `Unknown`; override it where configuration decides."""
        return operation.on_unknown


class Connector(Protocol):
    """Moves bytes to one configured system and knows nothing of their meaning. asyncio; one instance a system.

    The class is registered under the entry point group `lienthong.connectors`, has a pydantic `Settings` and is made
    as `cls(settings, system)`, `system` being the configured name, for messages and metrics.
    """

    Settings: ClassVar[type[BaseModel]]

    def __init__(self, settings: Any, system: str) -> None: ...

    async def open(self) -> None:
        """Make pools ready. Called once in the loop that will use it. Does not fail for an absent partner."""

    async def exchange(self, request: Request) -> Reply:
        """Carry one request out. Raises a `TransportError`; an HTTP error status is a `Reply`."""

    async def close(self) -> None:
        """Let go of everything. Safe to call twice."""


@runtime_checkable
class Endpoint(Protocol):
    """What a connector also has when its protocol has a server's side of its own (SOAP, X-Road).

    Then `/in/{system}/{operation}` is served through it. Both methods are pure of effects and may be called at once
    from many requests.
    """

    def unwrap(self, inbound: Inbound) -> Inbound | Answer:
        """The request with `call` (and `party`) set, or the answer that it gets at once: a fault, a WSDL."""

    def wrap(self, inbound: Inbound, answer: Answer) -> Answer:
        """The answer with `content` made of its `value` or `fault`. `inbound` is what `unwrap` returned."""


__all__ = [
    "Adapter",
    "Capabilities",
    "Connector",
    "Context",
    "Conversation",
    "Endpoint",
    "Enquiry",
    "Lookup",
    "Message",
    "NoSettings",
    "OnUnknown",
    "Operation",
    "Poll",
    "Polling",
    "Query",
    "Question",
    "Reception",
    "lookup",
    "operation",
    "poll",
    "query",
    "receive",
]
