"""/openapi.json: the interface as OpenAPI 3.1, put together by hand from the models and the list of problems. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from bus.ledger.tasks import STATES
from schemas import registry
from schemas.envelope import Event, schema_urn

from .actions import Cancel, Pause, Replay
from .answers import SCHEMAS, ref
from .moves import Move
from .parameters import MOST
from .problems import KINDS
from .queries import Ask
from .tasks import Act

VERSION = "1.0.0"
Json = dict[str, Any]

# Of every page, besides what answers before a page is found: bad-http, header-too-large, unknown-path, 405.
_ALWAYS = ("internal",)
_KEY = ("unauthenticated", "not-allowed")
_BODY = ("not-json", "too-slow", "too-large", "unsupported-media-type", "invalid")
_LOAD = ("overloaded", "draining", "out-of-memory", "disk-full", "ledger-unavailable")


def document() -> Json:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Liên Thông", "version": VERSION, "description": "The data bus of a province."},
        "security": [{"bearer": []}, {"key": []}],
        "paths": {
            **_events(),
            **_messages(),
            **_queries(),
            **_evidence(),
            **_tasks(),
            **_processes(),
            **_systems(),
            **_moves(),
            **_doors(),
            **_health(),
        },
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
            "schemas": {**SCHEMAS, **_models(Event, Replay, Cancel, Move, Pause, Ask, Act), **_data()},
        },
    }


def _events() -> Json:
    event, binary = ref("Event"), {"description": "binary mode: the data; the attributes are ce- headers"}
    batch = {"type": "array", "items": event}
    body = {
        "application/cloudevents+json": event,
        "application/cloudevents-batch+json": batch,
        "application/json": {"anyOf": [event, batch, binary]},
    }
    kinds = (*_KEY, *_BODY, "batch-too-long", "key-reused", *_LOAD)
    answers = {"202": ("Accepted and kept.", ref("Accepted")), "200": ("All were known already.", ref("Accepted"))}
    operation = _operation("Send events, all or none", answers, kinds, body=body)
    return {"/v1/events": {"post": operation}}


def _messages() -> Json:
    id = _path("id", "the bus's id of the message")
    texts = [_query(name, {"type": "string"}, "exactly") for name in ("type", "subject", "source", "system")]
    times = [
        _query("since", {"type": "string", "format": "date-time"}, "received from then on"),
        _query("until", {"type": "string", "format": "date-time"}, "received before"),
    ]
    paging = [
        _query("state", ref("State"), "with a delivery in this state"),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": 50}, "most messages"),
        _query("cursor", {"type": "string"}, "`next` of the page before"),
    ]
    found = {"200": ("Newest first.", ref("Found"))}
    shown = {"200": ("The message and all that happened to it.", ref("Message"))}
    acted = {"200": ("Something was changed.", ref("Acted"))}
    kinds = (*_KEY, "bad-parameter", "ledger-unavailable")
    one = (*kinds, "unknown-message", "archived")
    acting = (*_KEY, *_BODY, "unknown-message", "archived", "nothing-done", "ledger-unavailable")
    return {
        "/v1/messages": {"get": _operation("Search", found, kinds, [*texts, *times, *paging])},
        "/v1/messages/{id}": {"get": _operation("Look at one message", shown, one, [id, _FULL])},
        "/v1/messages/{id}/replay": {
            "post": _operation("Send again", acted, acting, [id], {"application/json": ref("Replay")}, needed=False)
        },
        "/v1/messages/{id}/cancel": {
            "post": _operation("Give up", acted, acting, [id], {"application/json": ref("Cancel")})
        },
    }


def _queries() -> Json:
    name = _path("name", "as in the configuration, e.g. citizen.lookup")
    hurry = {
        "name": "Request-Timeout",
        "in": "header",
        "description": "seconds that the caller waits; never more than the query's deadline",
        "schema": {"type": "number", "exclusiveMinimum": 0},
    }
    partner = ("query-refused", "partner-down", "system-closed", "partner-misconfigured", "too-late")
    kinds = (*_KEY, *_BODY, "bad-parameter", "unknown-query", *partner, "ledger-unavailable")
    answer = {"200": ("The answer; it is not kept.", ref("Answer"))}
    ask = _operation("Ask a system and wait", answer, kinds, [name, hurry], {"application/json": ref("Ask")})
    listed = {"200": ("The queries that this client may ask.", ref("Queries"))}
    return {
        "/v1/queries": {"get": _operation("What can be asked", listed, _KEY)},
        "/v1/queries/{name}": {"post": ask},
    }


def _evidence() -> Json:
    id = {**_query("id", {"type": "string", "format": "uuid"}, "of a message or of a question"), "required": True}
    shown = {"200": ("What is recorded about it.", ref("Evidence"))}
    kinds = (*_KEY, "bad-parameter", "unknown-evidence", "archived", "ledger-unavailable")
    return {"/v1/evidence": {"get": _operation("Evidence of a message or a question", shown, kinds, [id])}}


def _tasks() -> Json:
    place = [
        _path("process", "the process, or `reconciliation`"),
        _path("key", "the business key, percent-encoded"),
        _path("name", "the task's own name, percent-encoded"),
    ]
    texts = [_query(name, {"type": "string"}, "exactly") for name in ("process", "kind", "owner", "key")]
    state = {"enum": [*STATES, "all"]}
    unseen = "if absent: open, taken, and what fell away in somebody's hands"
    paging = [
        _query("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": 50}, "most tasks"),
        _query("cursor", {"type": "string"}, "`next` of the page before"),
    ]
    listed, shown = {"200": ("The longest open first.", ref("Tasks"))}, {"200": ("The task.", ref("ShownTask"))}
    done = {"200": ("The task as it is now.", ref("Task"))}
    kinds = (*_KEY, "bad-parameter", "ledger-unavailable")
    acting = (*_KEY, *_BODY, "unknown-task", "task-kept", "ledger-unavailable")
    return {
        "/v1/tasks": {
            "get": _operation("Work for people", listed, kinds, [_query("state", state, unseen), *texts, *paging])
        },
        "/v1/tasks/{process}/{key}/{name}": {
            "get": _operation("Look at one task", shown, (*kinds, "unknown-task"), [*place, _FULL]),
            "post": _operation(
                "Take, release, settle or reopen a task", done, acting, place, {"application/json": ref("Act")}
            ),
        },
    }


def _processes() -> Json:
    place = [
        _path("process", "as in the configuration"),
        _path("key", "the business key, or a name such as `payment/SYSTEM/REFERENCE`, percent-encoded"),
    ]
    shown = {"200": ("The state and what is around it.", ref("Process"))}
    kinds = (*_KEY, "bad-parameter", "unknown-process", "ledger-unavailable")
    operation = _operation("What a process keeps about a business key", shown, kinds, [*place, _FULL])
    return {"/v1/processes/{process}/{key}": {"get": operation}}


def _systems() -> Json:
    name = _path("system", "as in the configuration")
    listed = {"200": ("Every system, by name.", ref("Systems"))}
    paused = {"200": ("Paused, for this reason.", ref("Paused"))}
    resumed = {"200": ("`resumed` is false if it was not paused.", ref("Resumed"))}
    kinds = (*_KEY, "ledger-unavailable")
    return {
        "/v1/systems": {"get": _operation("Systems and what waits for them", listed, kinds)},
        "/v1/systems/{system}/pause": {
            "post": _operation(
                "Send nothing more to a system",
                paused,
                (*kinds, *_BODY, "unknown-system"),
                [name],
                {"application/json": ref("Pause")},
            )
        },
        "/v1/systems/{system}/resume": {
            "post": _operation("Send to a paused system again", resumed, (*kinds, "unknown-system"), [name])
        },
    }


def _moves() -> Json:
    step = {"200": ("What one step did.", ref("Moved"))}
    kinds = (*_KEY, *_BODY, "unknown-message", "archived", "ledger-unavailable")
    summary = "Move the deliveries of a system that left the configuration, step by step"
    return {"/v1/moves": {"post": _operation(summary, step, kinds, body={"application/json": ref("Move")})}}


def _doors() -> Json:
    places = [_path("system", "as in the configuration"), _path("operation", "what its adapter receives")]
    wrong = (*_KEY, "unknown-system", "unknown-operation", "too-slow", "too-large", "unsupported-media-type")
    kinds = (*wrong, "adapter-error", "out-of-memory", "ledger-unavailable", "adapter-too-slow")
    native = {"default": ("The system's own kind of answer, with its own status.", None)}
    further = [*places, _path("path", "what a service's own paths add, as the caller wrote it")]
    return {
        "/in/{system}/{operation}": _native(native, kinds, places),
        "/in/{system}/{operation}/{path}": _native(native, kinds, further),
    }


def _native(answers: Mapping[str, tuple[str, Json | None]], kinds: tuple[str, ...], places: list[Json]) -> Json:
    what = "The outside system's own protocol"
    body: dict[str, Json] = {"*/*": {}}
    reading = {"get": _operation(what, answers, kinds, places)}
    return reading | {
        method: _operation(what, answers, kinds, places, body, needed=False)
        for method in ("post", "put", "patch", "delete")
    }


def _health() -> Json:
    ready = {"200": ("Ready, or degraded.", ref("Readiness")), "503": ("Go elsewhere.", ref("Readiness"))}
    text = {"200": ("Prometheus text, or OpenMetrics if `Accept` asks for it.", {"type": "string"})}
    alive = {"200": ("The process answers.", {"const": {"status": "alive"}})}
    return {
        "/healthz": {"get": _open(_operation("Is it alive", alive))},
        "/readyz": {"get": _open(_operation("Should callers come here", ready))},
        "/metrics": {"get": _operation("Metrics", text, _KEY, media="text/plain")},
        "/openapi.json": {"get": _open(_operation("This description", {"200": ("OpenAPI 3.1.", {"type": "object"})}))},
    }


def _operation(
    summary: str,
    answers: Mapping[str, tuple[str, Json | None]],
    kinds: tuple[str, ...] = (),
    parameters: list[Json] | None = None,
    body: Mapping[str, Json] | None = None,
    *,
    needed: bool = True,
    media: str = "application/json",
) -> Json:
    responses: Json = {}
    for status, (description, schema) in answers.items():
        content = {} if schema is None else {"content": {media: {"schema": schema}}}
        responses[status] = {"description": description, **content}
    for status, codes in _by_status((*kinds, *_ALWAYS)).items():
        told = responses.setdefault(status, {"description": "", "content": {}})
        told["description"] = " ".join(filter(None, [told["description"], f"Problem {' or '.join(codes)}."]))
        told.setdefault("content", {})["application/problem+json"] = {"schema": ref("Problem")}
    operation: Json = {"summary": summary, "responses": responses}
    if parameters:
        operation["parameters"] = parameters
    if body is not None:
        content = {kind: {"schema": schema} for kind, schema in body.items()}
        operation["requestBody"] = {"required": needed, "content": content}
    return operation


def _by_status(codes: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code in codes:
        found.setdefault(str(KINDS[code].status), []).append(code)
    return dict(sorted(found.items()))


def _open(operation: Json) -> Json:
    return {**operation, "security": []}


def _path(name: str, description: str) -> Json:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": {"type": "string"}}


def _query(name: str, schema: Json, description: str) -> Json:
    return {"name": name, "in": "query", "description": description, "schema": schema}


_FULL = _query("data", {"enum": ["masked", "full"], "default": "masked"}, "full: read all and operate needed")


def _models(*models: type[BaseModel]) -> Json:
    template = "#/components/schemas/{model}"
    return {model.__name__: model.model_json_schema(ref_template=template) for model in models}


def _data() -> Json:
    """The data of every message type, by type; their inner models stand beside them."""
    found: Json = {}
    for type, (version, model) in registry.TYPES.items():
        schema = model.model_json_schema(mode="validation", ref_template="#/components/schemas/{model}")
        found |= schema.pop("$defs", {})
        found[type] = {**schema, "$id": schema_urn(type, version)}
    return found
