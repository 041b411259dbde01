"""The configuration file as models. Every field has a default, a range or a reason, and a description for the docs.

Sources of defaults: measurements in docs/performance.md; partner limits in the adapter's own documentation.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from schemas.envelope import TYPE_PATTERN
from schemas.quantities import Bytes, Seconds

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]


class Strict(BaseModel):
    """No unknown keys: a typing mistake must not silently become a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Retention(Strict):
    """Finished messages leave the ledger for archives: compressed files, chained to each other."""

    keep: Seconds = Field(
        ge=1, description="how long a message stays after its last delivery was settled; open ones stay for ever"
    )
    folder: Path = Field(description="where the archives are written; made if absent")
    every: Seconds = Field(default=6 * 3600, ge=1, description="how often it is looked what may leave")
    max_file: Bytes = Field(
        default=32 << 20, ge=65_536, description="largest archive; one message that is larger has its own"
    )


class Ledger(Strict):
    """Where messages are kept."""

    url: SecretStr = Field(
        default=SecretStr("sqlite:///var/lienthong.db"), description="sqlite:///PATH or postgresql://USER@HOST/DATABASE"
    )
    wait: Seconds | None = Field(
        default=None,
        ge=0,
        description="how long a start waits for a PostgreSQL that is away; without end if unset, 0s not at all",
    )
    lease: Seconds = Field(
        default=90,
        ge=1,
        description="how long a silent worker keeps what it is sending; at least 1.5 times every deadline",
    )
    dedupe_for: Seconds = Field(default=5 * 31_536_000, description="how long a source key is remembered")
    group: int = Field(default=200, ge=1, le=5000, description="most callers that share one transaction")
    partition: Literal["day", "week", "month"] = Field(
        default="month",
        description="PostgreSQL: length of the partitions that are made from now on; with retention, messages leave by "
        "whole partitions",
    )
    retention: Retention | None = Field(default=None, description="when messages leave the ledger; never if unset")


class Broker(Strict):
    """What carries the hints that a delivery is ready."""

    url: SecretStr = Field(default=SecretStr("memory://"), description="memory:// or amqp://USER:PASSWORD@HOST/VHOST")
    prefix: str = Field(default="lienthong", pattern=r"^[a-z0-9][a-z0-9.-]*$", description="first part of queue names")
    confirm_timeout: Seconds = Field(default=10, description="a hint not confirmed for so long is given up")


class Http(Strict):
    """The bus's own HTTP server."""

    host: str = Field(default="127.0.0.1", description="address to listen on; 0.0.0.0 is every one")
    port: int = Field(default=8080, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    max_body: Bytes = Field(default=10_000_000, description="a larger body gets 413")
    max_depth: int = Field(default=64, ge=4, le=500, description="a deeper JSON document gets 422")
    max_batch: int = Field(default=1000, ge=1, le=10_000, description="most events of one batch request")
    max_waiting: int = Field(default=2000, ge=1, description="commits waiting before callers get 429")
    max_memory: Bytes | None = Field(default=None, description="resident memory before callers get 503")
    min_disk: Bytes = Field(
        default=200_000_000, description="free space beside an SQLite ledger below which 503 is answered"
    )


class Dispatch(Strict):
    """What is sent at once."""

    in_flight: int = Field(default=256, ge=1, le=10_000, description="most deliveries being sent by one process")
    window: int | None = Field(
        default=None, ge=1, description="hints in the broker per system; four times in_flight if unset"
    )
    hint_timeout: Seconds = Field(default=30, ge=1, description="a hint that led to nothing is published again after")
    drain: Seconds = Field(default=20, description="how long a stopping process waits for what it is sending")


class Client(Strict):
    """A caller of the bus: it proves itself by a key or, only at /in, by its system's signatures."""

    key: SecretStr | None = Field(
        default=None, description="sha256:<hex> of the key; `lienthong keys hash` makes it; none for `signed`"
    )
    signed: list[Name] = Field(
        default_factory=list,
        description="systems that call without a key, because each of their requests is signed (payment gateways)",
    )
    send: list[Send] = Field(default_factory=list, description="what it may send; nothing if empty")
    read: Literal["none", "own", "all"] = Field(default="own", description="which messages it may see")
    systems: list[Name] = Field(default_factory=list, description="whose /in/{system}/... it may call")
    ask: list[str] = Field(
        default_factory=list, description="queries it may ask; a trailing .* stands for all of a noun"
    )
    operate: bool = Field(default=False, description="may replay, cancel, move, pause and resume")
    metrics: bool = Field(default=False, description="may read /metrics")


class Send(Strict):
    """A source a client may speak for, and the types it may send with it."""

    source: str = Field(description="the CloudEvents source, e.g. /h49/provincial-portal")
    types: list[str] = Field(min_length=1, description="message types; a trailing .* stands for all of a noun")


class Retry(Strict):
    """Long retries, kept in the ledger: exponential with jitter."""

    first: Seconds = Field(default=2, description="wait after the first failure")
    factor: float = Field(default=2, ge=1, le=10, description="each wait is so many times the last")
    longest: Seconds = Field(default=600, description="longest wait between two attempts")
    jitter: float = Field(default=0.2, ge=0, le=1, description="share of the wait that is left to chance")
    attempts: int | None = Field(default=None, ge=1, description="give up after so many; no limit if unset")
    age: Seconds = Field(default=7 * 86400, description="give up when the delivery is older")


class Quick(Strict):
    """Quick retries inside one attempt, only for requests that surely were not sent."""

    tries: int = Field(default=2, ge=1, le=10, description="tries in all")
    within: Seconds = Field(default=1, description="no further try after so long")


class Breaker(Strict):
    """Opens on consecutive failures; while it is open nothing is sent and nothing counts as an attempt."""

    failures: int = Field(default=10, ge=1, description="consecutive failures that open it")
    pause: Seconds = Field(default=5, description="first pause; doubles to `longest` while trials fail")
    longest: Seconds = Field(default=120, description="longest pause")


class Poll(Strict):
    """How often a system is asked for news."""

    every: Seconds | None = Field(default=None, ge=1, description="pause between two polls; the adapter's own if unset")


class System(Strict):
    """One outside system."""

    adapter: str = Field(description="entry point name of the adapter")
    connector: str | None = Field(
        default=None, description="entry point name of the connector; what the adapter names if unset, mostly rest"
    )
    connect: dict[str, Any] = Field(default_factory=dict, description="the connector's own settings")
    settings: dict[str, Any] = Field(default_factory=dict, description="the adapter's own settings")
    concurrency: int = Field(default=16, ge=1, le=1000, description="calls at once, of one process")
    rate: float | None = Field(default=None, gt=0, description="calls per second; no limit if unset")
    batching: bool = Field(default=True, description="off: every call carries one item")
    polls: dict[str, Poll] = Field(
        default_factory=dict, description="what it is asked for regularly; nothing that is not named here"
    )
    paused: bool = Field(
        default=False,
        description="keep everything, send nothing; an operator's resume outlives restarts, until a start without this",
    )
    retry: Retry = Field(default=Retry(), description="long retries")
    quick: Quick = Field(default=Quick(), description="quick retries inside one attempt")
    breaker: Breaker = Field(default=Breaker(), description="when to leave a failing partner alone")
    settle_after: Seconds = Field(
        default=90,
        description="wait before a lookup or resend after an unknown outcome: at least the partner's own time limit",
    )
    deadline: Seconds = Field(default=60, gt=0, description="longest conversation")
    max_requests: int = Field(default=20, ge=1, description="most requests of one conversation")
    max_received: Bytes = Field(default=20_000_000, description="most bytes one conversation may receive")
    takeovers: int = Field(default=3, ge=1, description="quarantine a delivery when so many workers died sending it")
    on_reject: Literal["block", "continue"] | None = Field(
        default=None, description="block: a rejected head stops its lane; the default where the operation is ordered"
    )
    on_unknown: dict[str, Literal["lookup", "resend", "hold"]] = Field(
        default_factory=dict, description="per operation, instead of what the adapter declares"
    )


class Cache(Strict):
    """Answers kept for a moment: encrypted, in this process's memory only."""

    keep: Seconds = Field(gt=0, le=3600, description="how long an answer may be given again")
    most: int = Field(default=10_000, ge=1, le=1_000_000, description="answers kept at once; the oldest go first")


class Query(Strict):
    """A question that callers may ask a system through the bus."""

    system: Name = Field(description="the system that answers it")
    deadline: Seconds = Field(
        default=10, gt=0, le=300, description="longest wait for an answer; callers may ask for less (Request-Timeout)"
    )
    tries: int = Field(default=2, ge=1, le=10, description="tries within the deadline while the partner is down")
    hedge: Seconds | None = Field(
        default=None, gt=0, description="ask a second time when no answer came for so long; never if unset"
    )
    require: tuple[Literal["purpose", "officer", "case"], ...] = Field(
        default=("purpose", "officer"), description="what every question must say, for the evidence"
    )
    cache: Cache | None = Field(default=None, description="keep answers for a moment; every question is asked if unset")


class Enrich(Strict):
    """A query asked just before a delivery. Kept are its outcome, time and request id, never the answer."""

    query: Annotated[str, Field(pattern=TYPE_PATTERN)] = Field(description="name of the query")
    ask: str = Field(description="jq program on {type, source, subject, data} that makes the question; null asks none")
    purpose: str = Field(
        default=".data.procedure.code", description="jq program: the procedure for which it is asked, for the evidence"
    )
    officer: str = Field(default="bus", max_length=100, description="in whose name it is asked, for the evidence")
    on: dict[str, Literal["deliver", "hold", "reject"]] = Field(
        default_factory=dict,
        description="by outcome (found, not-found, matches, differs, refused): go on, hold for an operator, or reject; "
        "what is not named is delivered, refused is held",
    )
    reuse_for: Seconds = Field(default=600, description="a retry asks again at most every so often")


class Route(Strict):
    """Where messages go. All routes that match apply; a message that none matches is refused."""

    name: Name = Field(description="for messages and metrics")
    types: list[str] = Field(
        default_factory=lambda: ["*"], description="message types; a trailing .* stands for all of a noun"
    )
    sources: list[str] = Field(
        default_factory=list, description="sources; any if empty; a trailing * stands for the rest"
    )
    when: str | None = Field(default=None, description="jq condition on {type, source, subject, data}")
    to: list[Name] = Field(default_factory=list, description="systems")
    enrich: list[Enrich] = Field(default_factory=list, description="queries asked before each delivery, in order")
    drop: bool = Field(default=False, description="accept and send nowhere")


class Type(Strict):
    """A message type that this installation adds."""

    schema_: dict[str, Any] | None = Field(
        default=None,
        alias="schema",
        description="JSON Schema (2020-12) of the data, without references to elsewhere; any data if absent",
    )


class Config(Strict):
    """One bus."""

    version: Literal[1] = Field(default=1, description="version of this form of configuration")
    unit: str = Field(description="unit code of the province or body that runs the bus, e.g. 000.00.00.H49 or H49")
    ledger: Ledger = Field(default=Ledger(), description="where messages are kept")
    broker: Broker = Field(default=Broker(), description="what carries the hints")
    http: Http = Field(default=Http(), description="the bus's own HTTP server")
    dispatch: Dispatch = Field(default=Dispatch(), description="what is sent at once")
    clients: dict[Name, Client] = Field(default_factory=dict, description="callers of the bus, by name")
    systems: dict[Name, System] = Field(default_factory=dict, description="outside systems, by name")
    routes: list[Route] = Field(default_factory=list, description="where messages go")
    queries: dict[Annotated[str, Field(pattern=TYPE_PATTERN)], Query] = Field(
        default_factory=dict, description="questions that callers may ask, by name"
    )
    types: dict[Annotated[str, Field(pattern=TYPE_PATTERN)], Type] = Field(
        default_factory=dict, description="message types that this installation adds"
    )


Client.model_rebuild()
Config.model_rebuild()
