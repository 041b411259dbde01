"""Services of the bus for outside callers, described in YAML: a query or a message type under a name and in a form of
the caller's. Over `xroad` it is how the bus provides services, over `soap` those of a WSDL, over `rest` plain JSON."""

from __future__ import annotations

from typing import Any

from lienthong.ports import Adapter, Capabilities, Context, Reception, receive
from lienthong.requests import Accept, Answer, Ask, Inbound, Outcome, Problem
from lienthong.verdicts import Answered, Draft, Reject, Retry

from .model import Mistake, NativeRequest
from .programs import Compiled, Failed
from .settings import PublishedMessage, PublishedQuery, PublishedSettings
from .translate import answered, native, operation, refused

_PROGRAMS = ("question", "purpose", "officer", "case", "subject", "key", "data", "answer")


class Published(Adapter):
    """Called at `/in/{system}/{operation}`, each service of the settings under its own name. Told: nothing."""

    name = "published"
    Settings = PublishedSettings
    capabilities = Capabilities(idempotent=True)

    settings: PublishedSettings

    def __init__(self, settings: PublishedSettings) -> None:
        super().__init__(settings)
        self.receivers = dict.fromkeys(settings.services, "serve")  # type: ignore[misc]  # the settings say which
        queries = {one.query for one in settings.services.values() if isinstance(one, PublishedQuery)}
        self.asks = sorted(queries)  # type: ignore[misc]  # the same
        self._programs = {
            (name, part): Compiled(text)
            for name, service in settings.services.items()
            for part in _PROGRAMS
            if (text := getattr(service, part, None)) is not None
        }

    @receive("*")
    def serve(self, inbound: Inbound, context: Context) -> Reception:
        """One request."""
        name, _ = operation(inbound)
        service = self.settings.services.get(name)
        if service is None:
            return refused(inbound, Mistake("unknown-service"))
        request = native(inbound)
        if isinstance(request, Mistake):
            return refused(inbound, request)
        if isinstance(service, PublishedQuery):
            return (yield from self._asked(name, service, inbound, request))
        return (yield from self._accepted(name, service, inbound, request))

    def _asked(self, name: str, service: PublishedQuery, inbound: Inbound, request: NativeRequest) -> Reception:
        try:
            said = [self._said(name, part, request) for part in ("purpose", "officer", "case")]
            question = self._programs[name, "question"].run(request)
        except Failed:
            return refused(inbound, Mistake("unreadable"))
        verdict = yield Ask(service.query, question, *said)
        if not isinstance(verdict, Answered):
            return refused(inbound, _unanswered(verdict))
        try:
            body = self._programs[name, "answer"].run(
                {"result": verdict.result, "data": verdict.data, "request": request}
            )
        except Failed:
            return refused(inbound, Mistake("answer-failed"))
        return answered(inbound, body, service.statuses.get(verdict.result, 200))

    def _accepted(self, name: str, service: PublishedMessage, inbound: Inbound, request: NativeRequest) -> Reception:
        try:
            subject, key = self._said(name, "subject", request), self._said(name, "key", request)
            data = self._programs[name, "data"].run(request)
        except Failed:
            return refused(inbound, Mistake("unreadable"))
        if subject is None or key is None:
            missing = "the request says no subject" if subject is None else "the request says no key of its own"
            return refused(inbound, Mistake("unreadable", text=f"{missing}; see the description of this service"))
        # One caller of the bus, the security server, stands for many: their keys have nothing to do with each other.
        apart = key if inbound.party is None else f"{inbound.party} {key}"
        became = yield Accept((Draft(service.accepts, subject, data, key=apart, source=service.source),))
        if not isinstance(became, Outcome) or became.state not in ("accepted", "duplicate"):
            return refused(inbound, _unaccepted(became))
        return self._taken(name, became, inbound, request)

    def _taken(self, name: str, became: Outcome, inbound: Inbound, request: NativeRequest) -> Answer:
        """What was accepted is accepted, whatever becomes of the words for it."""
        told = {"state": became.state, "ids": list(became.ids)}
        try:
            body = self._programs[name, "answer"].run({**told, "request": request})
        except Failed:
            if inbound.call is not None:
                text = "the message was accepted, and the answer could not be put into its form; tell the operator"
                return refused(inbound, Mistake("answer-failed", text=text))
            body = told
        return answered(inbound, body, 202 if became.state == "accepted" else 200)

    def _said(self, name: str, part: str, request: NativeRequest) -> str | None:
        """A text out of the request, `None` for none. Raises `Failed` for anything else."""
        try:
            found: Any = self._programs[name, part].run(request)
        except Failed:
            if part in ("purpose", "officer", "case"):
                return None  # what is required, the query itself demands
            raise
        if isinstance(found, str | None):
            return found or None
        if isinstance(found, int) and not isinstance(found, bool):
            return str(found)
        raise Failed


def _unanswered(verdict: Any) -> Mistake:
    """What is no answer. The reasons of `Retry` and `Stop` are for our own operators."""
    match verdict:
        case Retry():
            return Mistake("unavailable")
        case Reject(code="not-allowed" | "unknown-query"):
            return Mistake("not-allowed")
        case Reject(code, reason, pointer):
            return Mistake("invalid", (Problem(code, pointer or "", reason),))
    return Mistake("misconfigured")


def _unaccepted(became: Any) -> Mistake:
    if not isinstance(became, Outcome) or became.state == "failed":
        return Mistake("unavailable")
    reused = any(problem.code == "key-reused" for problem in became.problems)
    return Mistake("key-reused" if reused else "invalid", became.problems)


__all__ = ["Published", "PublishedSettings"]
