"""The shapes of what the bus answers, as JSON Schema for /openapi.json. A test compares them with real answers."""

from __future__ import annotations

from typing import Any

from bus.ledger import State
from bus.ledger.tasks import STATES

from .problems import KINDS, URN

Json = dict[str, Any]


def ref(name: str) -> Json:
    """A reference to a schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def _object(**properties: Json) -> Json:
    """All named properties are always there."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


def _or_null(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


def _told(text: str, schema: Json) -> Json:
    return {**schema, "description": text}


_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "integer"}
_FLAG: Json = {"type": "boolean"}
_TIME: Json = {"type": "string", "format": "date-time"}
_ID: Json = {"type": "string", "format": "uuid"}

_HEAD: Json = {
    "id": _told("the bus's own id, UUIDv7", _ID),
    "client": _told("who sent it", _TEXT),
    "source": _TEXT,
    "key": _told("the source's own key: the id of the CloudEvent", _TEXT),
    "type": _TEXT,
    "subject": _TEXT,
    "time": _TIME,
    "received_at": _TIME,
    "dataschema": _TEXT,
    "traceparent": _or_null(_TEXT),
    "cause": _told("the delivery whose follow-up this is", _or_null(_NUMBER)),
}

_DELIVERY: Json = {
    "id": _NUMBER,
    "system": _TEXT,
    "operation": _TEXT,
    "lane": _told("deliveries of one lane keep their order; null: it keeps none", _or_null(_TEXT)),
    "state": ref("State"),
    "blocks": _told("nothing behind it in its lane goes until an operator acts", _FLAG),
    "tries": _told("attempts that counted", _NUMBER),
    "replays": _NUMBER,
    "takeovers": _told("how many workers ended while they were sending it", _NUMBER),
    "created_at": _TIME,
    "due_at": _TIME,
    "in_doubt_since": _told("an attempt since then may have taken effect", _or_null(_TIME)),
    "settled_at": _or_null(_TIME),
    "reference": _told("the target's own id of it", _or_null(_TEXT)),
    "verdict": _or_null(_TEXT),
    "code": _or_null(_TEXT),
    "reason": _or_null(_TEXT),
    "pointer": _told("JSON pointer into the data", _or_null(_TEXT)),
    "value": _told("what stands there, masked and cut to 200 characters", _or_null(_TEXT)),
}

_OUTCOME: Json = {
    "type": "object",
    "required": ["delivery", "system", "result"],
    "properties": {
        "delivery": _NUMBER,
        "system": _TEXT,
        "message": _told("of a move: the id of its message", _ID),
        "result": {"enum": ["replayed", "cancelled", "moved", "refused"]},
        "moved": _told("replayed: it took a new place at the end of its lane", _FLAG),
        "successor": _told("moved: the delivery to the new system", _NUMBER),
        "state": _told("refused: the state in which it stays", ref("State")),
        "reason": _told("refused: why", _TEXT),
    },
}

_TASK: Json = {
    "process": _told("the process that found it, or `reconciliation`", _TEXT),
    "key": _told("the business key", _TEXT),
    "name": _told("unique within the key", _TEXT),
    "id": _told("by which evidence names it", _ID),
    "kind": _TEXT,
    "state": {"enum": list(STATES)},
    "owner": _or_null(_TEXT),
    "note": _or_null(_TEXT),
    "body": _told("what is to be decided; personal data masked unless data=full", {}),
    "masked": _FLAG,
    "opened_at": _told("since when it is to be decided; a new time when it is open again", _TIME),
    "changed_at": _told("by its finder or by an operator", _TIME),
}

SCHEMAS: Json = {
    "State": {"enum": [state.value for state in State]},
    "Accepted": {
        "type": "object",
        "required": ["ids", "duplicates"],
        "properties": {
            "id": _told("of a request with one event: its id", _ID),
            "ids": _told("one an event, in their order; of a duplicate the first id", _list(_ID)),
            "duplicates": _told("the ids of those that were known already", _list(_ID)),
        },
    },
    "Delivery": _object(**_DELIVERY),
    "Attempt": _object(
        number=_NUMBER,
        request_in=_told("a worker took it", _TIME),
        request_out=_told("first byte to the partner", _or_null(_TIME)),
        response_in=_told("last byte from the partner", _or_null(_TIME)),
        response_out=_told("the verdict was there", _TIME),
        verdict=_TEXT,
        code=_or_null(_TEXT),
        reason=_or_null(_TEXT),
        late=_told("it came after another worker had taken over", _FLAG),
    ),
    "Deed": _object(
        at=_TIME,
        actor=_TEXT,
        action=_TEXT,
        delivery=_or_null(_NUMBER),
        detail=_or_null(_TEXT),
        chain=_TEXT,
        seq=_NUMBER,
        hash=_told("SHA-256 of the record before and this one", _TEXT),
    ),
    "Answer": _object(
        id=_told("of the question, in evidence and logs", _ID),
        query=_TEXT,
        system=_TEXT,
        result=_told("the class of the answer, e.g. found, not-found, matches, differs", _TEXT),
        data=_told("the canonical answer, or null where the class says all", {}),
        time=_TIME,
        cached=_told("given before to the same question, a moment ago", _FLAG),
    ),
    "Queries": _object(
        queries=_list(
            _object(
                name=_TEXT,
                system=_TEXT,
                deadline=_told("seconds", {"type": "number"}),
                require=_told("what every question must say besides its data", _list(_TEXT)),
                results=_list(_TEXT),
                schema=_told("JSON Schema of the data", {"type": "object"}),
            )
        )
    ),
    "Evidence": _object(
        id=_told("of the message or question", _ID), evidence=_told("oldest first", _list(ref("Deed")))
    ),
    "Summary": _object(**_HEAD, deliveries=_list(ref("Delivery"))),
    "Found": _object(messages=_list(ref("Summary")), next=_told("cursor of the next page", _or_null(_TEXT))),
    "Message": _object(
        **_HEAD,
        data=_told("as it was sent; personal data masked unless data=full", {}),
        masked=_FLAG,
        deliveries=_list(
            {"allOf": [ref("Delivery"), _object(attempts=_list(ref("Attempt")))]},
        ),
        evidence=_list(ref("Deed")),
    ),
    "Outcome": _OUTCOME,
    "Acted": _object(id=_ID, outcomes=_list(ref("Outcome"))),
    "Moved": _object(
        **{"from": _TEXT},
        to=_TEXT,
        moved=_told("how many deliveries moved in this step", _NUMBER),
        refused=_told("how many stayed", _NUMBER),
        outcomes=_list(ref("Outcome")),
        next=_told("`after` of the next step; null: this was the last", _or_null(_NUMBER)),
    ),
    "Task": _object(**_TASK),
    "Tasks": _object(
        tasks=_told("the longest open first", _list(ref("Task"))),
        next=_told("cursor of the next page", _or_null(_TEXT)),
    ),
    "ShownTask": _object(**_TASK, evidence=_told("who did what to it, oldest first", _list(ref("Deed")))),
    "Process": _object(
        process=_TEXT,
        key=_told("the business key", _TEXT),
        names=_told("by which it is found besides its key", _list(_TEXT)),
        version=_told("steps that changed it", _NUMBER),
        changed_at=_TIME,
        state=_told("of the process's own; personal data masked unless data=full", {}),
        masked=_FLAG,
        timers=_told("by due time", _list(_object(name=_TEXT, generation=_NUMBER, due_at=_TIME))),
        tasks=_told("in every state, at most 100", _list(ref("Task"))),
        messages=_told("whose subject the key is, newest first, at most 100", _list(ref("Summary"))),
    ),
    "System": _object(
        name=_TEXT,
        adapter=_or_null(_TEXT),
        configured=_told("false: it left the configuration and has deliveries", _FLAG),
        paused=_told("why nothing is sent to it", _or_null(_TEXT)),
        breaker={"enum": ["open", "closed"]},
        counts=_told(
            "deliveries that are not done, by state", {"type": "object", "additionalProperties": {"type": "integer"}}
        ),
        oldest_waiting=_or_null(_TIME),
        blocked_lanes=_NUMBER,
    ),
    "Systems": _object(systems=_list(ref("System"))),
    "Paused": _object(system=_TEXT, paused=_told("why, as it was said", _TEXT)),
    "Resumed": _object(system=_TEXT, resumed=_FLAG),
    "Readiness": _object(
        status={"enum": ["ready", "degraded", "not-ready"]},
        checks=_list(_object(name=_TEXT, ok=_FLAG, detail=_TEXT)),
    ),
    "Mistake": _object(
        code=_TEXT,
        pointer=_told("RFC 6901, into the request; of a batch it begins with the index", _TEXT),
        detail=_TEXT,
    ),
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail", "instance"],
        "properties": {
            "type": {"enum": [URN + code for code in KINDS]},
            "title": _TEXT,
            "status": _NUMBER,
            "detail": _told("where, why and the cure", _TEXT),
            "instance": _told("urn:lienthong:request:ID, with the id of the header X-Request-Id", _TEXT),
            "errors": _list(ref("Mistake")),
            "outcomes": _told("of nothing-done", _list(ref("Outcome"))),
            "task": _told("of task-kept: how it is", _object(state={"enum": list(STATES)}, owner=_or_null(_TEXT))),
            "archive": _told("of archived: the file with the message", _TEXT),
            "archives": _told("of unknown-message: files that are not here and may hold it", _list(_TEXT)),
        },
    },
}
