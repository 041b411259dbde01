"""`/in/{system}/{operation}`: an outside system's own protocol and its own kind of answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from pydantic import BaseModel

from bus import queries
from bus.intake.reception import AdapterFailed, Caller, Received, Reception
from bus.queries import Asked, Failed, may_ask
from lienthong import Answer, Answered, Ask, Inbound, Process, QueryVerdict, Reject, Retry, Stop
from lienthong.calls import Fault
from lienthong.ports import Adapter

from . import actions
from .call import Call, Response
from .cloudevents import traced
from .desk import Desk
from .gate import Gate
from .problems import Refused

_log = structlog.get_logger("lienthong.http")

# What proves who the caller is to the bus is none of the adapter's business.
_OURS = frozenset({b"authorization", b"x-api-key"})
_AGAIN = ((b"retry-after", b"5"),)


Handler = Callable[[Call], Awaitable[Response]]


class Doors:
    """The handler."""

    def __init__(self, desk: Desk, gate: Gate) -> None:
        self._desk = desk
        self._gate = gate
        managers = {name: one for name, one in desk.adapters.items() if isinstance(one, Process)}
        self._reception = Reception(desk.intake, desk.ledger, desk.now, self._overloaded, self._ask, managers)

    @property
    def methods(self) -> dict[str, Handler]:
        """What an outside system may use."""
        return dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), self.receive)

    async def receive(self, call: Call) -> Response:
        """The adapter's own answer; problems only where the adapter could not be asked."""
        system, operation = call.arguments["system"], call.arguments["operation"]
        adapter = self._adapter(call, system, operation)
        trouble = self._gate.trouble()
        if trouble is not None and trouble.kind.code == "out-of-memory":
            raise trouble  # not even the body fits
        content = await call.body(self._desk.config.http.max_body)
        endpoint, inbound = self._desk.endpoints.get(system), _inbound(call, content)
        if endpoint is not None:
            opened = await asyncio.to_thread(endpoint.unwrap, inbound)
            if isinstance(opened, Answer):
                return _response(opened)
            inbound = opened
        caller = Caller(call.name, call.client, system, traced(call.header(b"traceparent")), inbound.party)
        try:
            received = await self._received(call, adapter, operation, inbound, caller)
        except Refused as refused:
            if endpoint is None:
                raise
            received = Received(_fault(refused, call.request_id), failed=False)
        answer = (
            received.answer if endpoint is None else await asyncio.to_thread(endpoint.wrap, inbound, received.answer)
        )
        again = _AGAIN if received.failed and answer.status in (429, 503) else ()
        return _response(answer, again)

    async def _received(
        self, call: Call, adapter: Adapter, operation: str, inbound: Inbound, caller: Caller
    ) -> Received:
        system = caller.system
        seconds = self._desk.config.systems[system].deadline
        try:
            async with asyncio.timeout(seconds):
                return await self._reception.receive(adapter, operation, inbound, caller)
        except TimeoutError:
            raise Refused("adapter-too-slow", f"no answer within {seconds:g} s; repeat the request") from None
        except AdapterFailed as error:
            _log.exception("adapter failed", system=system, operation=operation, request_id=call.request_id)
            detail = f"the adapter of {system} failed: {error}; repeat the request, or tell operations its id"
            raise Refused("adapter-error", detail) from None

    async def _ask(self, caller: Caller, ask: Ask) -> QueryVerdict:
        """A query in the caller's name, for an adapter that publishes it."""
        known = self._desk.queries
        if known is None or ask.query not in known.names or not may_ask(caller.client, ask.query):
            return Reject("not-allowed", "the caller may not ask this query, or there is none of this name")
        data = ask.data.model_dump(mode="json") if isinstance(ask.data, BaseModel) else ask.data
        asked = Asked(caller.name, ask.query, data, ask.purpose, ask.officer, ask.case, party=caller.party)
        return _verdict(await known.ask(asked))

    def _adapter(self, call: Call, system: str, operation: str) -> Adapter:
        if system not in (*call.client.systems, *call.client.signed):
            detail = f"the client {call.name} may not call this system; name it in the client's systems"
            raise Refused("not-allowed", detail)
        adapter = self._desk.adapters.get(system)
        if adapter is None:
            raise actions.unknown_system(self._desk.config.systems)
        if operation not in adapter.receivers:
            known = ", ".join(sorted(adapter.receivers)) or "none"
            raise Refused("unknown-operation", f"{system} receives nothing under this name; known are: {known}")
        return adapter

    def _overloaded(self) -> str | None:
        trouble = self._gate.trouble()
        return None if trouble is None else trouble.detail


def _response(answer: Answer, again: tuple[tuple[bytes, bytes], ...] = ()) -> Response:
    return Response(answer.status, answer.content, answer.content_type.encode("latin-1", "replace"), again)


def _fault(refused: Refused, id: str) -> Answer:
    """A caller of a protocol that has faults reads no problem document."""
    return Answer(refused.kind.status, fault=Fault("Server", refused.detail, detail=f"request {id}"))


def _verdict(answer: queries.Answer | Failed) -> QueryVerdict:
    if not isinstance(answer, Failed):
        return Answered(answer.result, answer.data)
    match answer.trouble:
        case "invalid" | "refused":
            pointer = answer.problems[0].pointer if answer.problems else None
            return Reject(f"question-{answer.trouble}", answer.reason, pointer)
        case "misconfigured":
            return Stop(answer.reason)
        case _:
            return Retry(answer.reason, answer.after)


def _inbound(call: Call, content: bytes) -> Inbound:
    headers = {
        name.decode("latin-1"): value.decode("latin-1") for name, value in call.headers.items() if name not in _OURS
    }
    raw = call.query_string.decode("latin-1")
    return Inbound(call.method, call.raw_path, call.query(), headers, content, call.name, query_string=raw)
