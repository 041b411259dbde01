"""`POST /v1/events`: the front door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bus.intake import Incoming, Refusal, Taken
from lienthong import Problem

from .call import Call, Response, json_response
from .cloudevents import Mode, attributes, event, mode, traced
from .desk import Desk
from .documents import parse
from .gate import Gate
from .problems import Refused

# Listed at most; beyond it the first mistake of each event is.
_LISTED = 1000

_KINDS = {
    "invalid": ("invalid", "nothing was stored; correct what errors lists and send the request again"),
    "forbidden": ("not-allowed", "nothing was stored; errors lists what this client may not send"),
    "conflict": ("key-reused", "nothing was stored; the same source and id were used before for another body"),
}


class Events:
    """The handler. A request is taken whole or not at all."""

    def __init__(self, desk: Desk, gate: Gate) -> None:
        self._desk = desk
        self._gate = gate

    async def post(self, call: Call) -> Response:
        """202 with the ids; 200 if every event was known already."""
        self._gate.check()
        carried = mode(*call.media(), call.headers)
        body = await call.body(self._desk.config.http.max_body)
        raws, many = self._raws(carried, call, body)
        if len(raws) > self._desk.config.http.max_batch:
            detail = f"{len(raws)} events; send at most {self._desk.config.http.max_batch} in one request"
            raise Refused("batch-too-long", detail)
        if not raws:
            return _accepted([], many)
        trace = traced(call.header(b"traceparent"))
        events = [event(raw, trace) for raw in raws]
        incoming = [each for each in events if isinstance(each, Incoming)]
        if len(incoming) < len(events):
            raise self._misread(call, events, many)
        self._gate.check()  # again: many may have waited for their bodies meanwhile
        taken = await self._desk.intake.accept(call.name, call.client, incoming)
        if isinstance(taken, Refusal):
            found = list(zip(taken.indexes, taken.problems, strict=True))
            raise _refused(taken.kind, found, many)
        return _accepted(taken, many)

    def _raws(self, carried: Mode, call: Call, body: bytes) -> tuple[Sequence[Any], bool]:
        """The events as JSON, and whether the request is a batch."""
        depth = self._desk.config.http.max_depth
        if carried is Mode.BINARY:
            data = parse(body, depth) if body else None
            return [{**attributes(call.headers), "data": data}], False
        document = parse(body, depth + 2)  # the event and the list around the data
        if isinstance(document, list) and carried is not Mode.STRUCTURED:
            return document, True
        if carried is Mode.BATCH:
            problem = Problem("wrong-type", "", "is not a list; write the events in square brackets")
            raise Refused("invalid", "a batch is a JSON list of events", [problem])
        return [document], False

    def _misread(self, call: Call, events: Sequence[Incoming | list[Problem]], many: bool) -> Refused:
        """Some envelopes are wrong: the other events are looked at too, so that all mistakes are told at once."""
        indexes = [index for index, each in enumerate(events) if isinstance(each, Incoming)]
        checked = self._desk.intake.check(
            call.name, call.client, [each for each in events if isinstance(each, Incoming)]
        )
        found = [(index, problem) for index, each in enumerate(events) if isinstance(each, list) for problem in each]
        if isinstance(checked, Refusal):
            found += [
                (indexes[place], problem) for place, problem in zip(checked.indexes, checked.problems, strict=True)
            ]
        found.sort(key=lambda pair: pair[0])
        return _refused("invalid", found, many)


def _refused(kind: str, found: Sequence[tuple[int, Problem]], many: bool) -> Refused:
    code, detail = _KINDS[kind]
    if not many:
        return Refused(code, detail, [problem for _, problem in found])
    if len(found) > _LISTED:
        found = sorted(dict(reversed(found)).items(), key=lambda pair: pair[0])
    errors = [Problem(problem.code, f"/{index}{problem.pointer}", problem.reason) for index, problem in found]
    return Refused(code, detail, errors)


def _accepted(taken: Sequence[Taken], many: bool) -> Response:
    duplicates = [one.id for one in taken if one.duplicate]
    ids = [one.id for one in taken]
    status = 200 if len(duplicates) == len(taken) else 202
    head: dict[str, Any] = {} if many else {"id": ids[0]}
    return json_response({**head, "ids": ids, "duplicates": duplicates}, status)
