"""What a conversation yields, and what it is sent in reply.

Adapters never do I/O: they yield a `Request` and are sent a `Reply`. Where a request could not be carried out the
driver throws one of the `TransportError`s into the generator; an adapter that does not catch it need not: the driver
turns it into the right verdict (`NotSent` -> `Retry`, `Lost` -> `Unknown` for a write and `Retry` for a read,
`Unsendable` -> `Reject`, `Misconfigured` -> `Stop`; and whatever it was, after an earlier write: `Unknown`).
"""

from __future__ import annotations

import json as _json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .calls import Attachment, Call, Fault
from .verdicts import Absent, Draft, Reject, Retry, Single, Stop, Unknown


@dataclass(frozen=True, slots=True)
class Request:
    """One request to the outside system.

    `path` is relative to the connector's base URL and never absolute: adapters do not choose hosts.
    At most one of `json`, `form`, `content`, `call` is set (`call` for connectors that speak SOAP). `write=False` says
    that the request has no effect at the target, so that repeating it is always safe. `timeout` (seconds, total)
    overrides the connector's.
    """

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None
    content: bytes | None = None
    write: bool = True
    timeout: float | None = None
    call: Call | None = None


def Get(path: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Request:
    """A read."""
    return Request("GET", path, params=params or {}, headers=headers or {}, write=False)


def Post(
    path: str,
    *,
    json: Any = None,
    form: Mapping[str, str] | None = None,
    content: bytes | None = None,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    write: bool = True,
    timeout: float | None = None,
) -> Request:
    """A write, unless `write=False` says that this POST only asks."""
    return Request("POST", path, params or {}, headers or {}, json, form, content, write, timeout)


def Soap(
    operation: str,
    arguments: Mapping[str, Any],
    *,
    attachments: tuple[Attachment, ...] = (),
    headers: Mapping[str, str] | None = None,
    write: bool = True,
    timeout: float | None = None,
) -> Request:
    """A SOAP call (see `lienthong.calls.Call`); a write, unless `write=False` says that it only asks."""
    call = Call(operation, arguments, attachments)
    return Request("POST", "", headers=headers or {}, write=write, timeout=timeout, call=call)


@dataclass(frozen=True, slots=True)
class Reply:
    """The outside system's answer. Header names are in lower case.

    To a `call`: `value` is what stands below the body's one child, shaped as `Call.arguments` is, or `fault` is set;
    `content` is the envelope as it came.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    value: Any = None
    fault: Fault | None = None
    attachments: tuple[Attachment, ...] = ()

    def json(self) -> Any:
        """The body as JSON. Raises `ValueError` (also for bytes that are not UTF-8)."""
        return _json.loads(self.content)


class TransportError(Exception):
    """A request was not answered. The subclass says what is known about its effect."""


class NotSent(TransportError):
    """Surely no effect: not connected, no free connection in time, refused before the first byte of the body."""


class Lost(TransportError):
    """The request may have arrived: time-out after sending, connection dropped, answer unreadable or too large."""


class Unsendable(TransportError):
    """This one request cannot be sent as it is (path, header, body); others can: the delivery is rejected."""


class Misconfigured(TransportError):
    """Our own fault, and repeating will not help: log-in refused, certificate refused, host not allowed."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """A native request that an outside system made to us at `/in/{system}/{operation}`. Header names in lower case.

    `call`: what a connector with an endpoint of its own (SOAP, X-Road) made of it; `party`: who calls, where the
    protocol names the caller behind the client (an X-Road identifier in its printed form).
    `query_string`: the query as it came, for who must see whether a parameter came twice; `None` where it is not known.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    content: bytes
    client: str
    call: Call | None = None
    party: str | None = None
    query_string: str | None = None


@dataclass(frozen=True, slots=True)
class Find:
    """Yielded by `receive`: a read of the ledger. `kind` is `message` (newest message with that subject) or `key`."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Found:
    """Answer to `Find`: the message's type and data, or `None` in both when there is none."""

    type: str | None
    data: Any | None


@dataclass(frozen=True, slots=True)
class Accept:
    """Yielded by `receive`: take these canonical messages, all or none."""

    messages: tuple[Draft, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """Yielded by `receive`: ask a query of the bus in the caller's name. `data` is a model or JSON-like.

    Answered by `Answered`, or `Retry` (nobody answers now), `Reject` (the question is refused, or this client may not
    ask it) or `Stop` (our own fault).
    """

    query: str
    data: Any
    purpose: str | None = None
    officer: str | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Answer to `Accept`, sent after the commit.

    `state` is `accepted`, `duplicate` (every message was known already), `refused` (validation, routing or access;
    `problems` says where and why) or `failed` (our fault, or overload: the caller should repeat).
    """

    state: str
    ids: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in what was sent: stable code, JSON pointer to the place, reason with the cure."""

    code: str
    pointer: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The native answer to an `Inbound`. To a `call`, `value` or `fault` (see `Reply`) take the place of `content`."""

    status: int
    content: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    value: Any = None
    fault: Fault | None = None


def classify(reply: Reply, request: Request) -> Single | None:
    """The verdict that an HTTP status or a SOAP fault demands, or `None` for an answer that has to be read.

    429, and 503 with `Retry-After`, were refused before effect. Other 5xx on a write may have taken effect. A fault
    `Client` (or below it, in either case) is our mistake; any other is treated as a 5xx is.
    """
    status = reply.status
    if reply.fault is not None:
        return _faulty(reply.fault, request)
    if 200 <= status < 300:
        return None
    after = _seconds(reply.headers.get("retry-after"))
    if status == 429 or (status == 503 and after is not None):
        return Retry(f"http-{status}", after=after)
    if status in (401, 403, 407) or 300 <= status < 400:
        return Stop(f"http-{status}")
    if status == 408 or status >= 500 or status < 200:
        return Unknown(f"http-{status}") if request.write else Retry(f"http-{status}")
    return Reject(f"http-{status}", f"the target answered {status}")


def _faulty(fault: Fault, request: Request) -> Single:
    if fault.code.lower().split(".")[0] == "client":
        return Reject("soap-fault", f"the target answered the fault {fault.code}")
    reason = f"soap-fault: {fault.code}"
    return Unknown(reason) if request.write else Retry(reason)


def _seconds(header: str | None) -> float | None:
    """`Retry-After` in seconds; its date form is not used by anyone we know and counts as absent."""
    if header is None or not header.strip().isdigit():
        return None
    return float(header.strip())


__all__ = [
    "Absent",
    "Accept",
    "Answer",
    "Ask",
    "Attachment",
    "Call",
    "Fault",
    "Find",
    "Found",
    "Get",
    "Inbound",
    "Lost",
    "Misconfigured",
    "NotSent",
    "Outcome",
    "Post",
    "Problem",
    "Reply",
    "Request",
    "Soap",
    "TransportError",
    "Unsendable",
    "classify",
]
