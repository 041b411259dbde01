"""Native request to what the bus is told, and its word back to a native answer."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import orjson

from lienthong.calls import Attachment, Fault
from lienthong.requests import Answer, Inbound

from .codes import CODES
from .model import Mistake, NativeRequest

_JSON = "application/json; charset=utf-8"
_PROBLEM = "application/problem+json"


def operation(inbound: Inbound) -> tuple[str, str]:
    """Name of the service, and what follows it in the path (`/in/{system}/{operation}[/...]`)."""
    parts = inbound.path.split("/")
    name = inbound.call.operation if inbound.call is not None else "".join(parts[3:4])
    return name, "/".join(parts[4:])


def native(inbound: Inbound) -> NativeRequest | Mistake:
    """The request as programs read it."""
    name, path = operation(inbound)
    if inbound.call is not None:
        body = plain(inbound.call.arguments)
    else:
        try:
            body = orjson.loads(inbound.content) if inbound.content.strip() else None
        except orjson.JSONDecodeError:
            return Mistake("not-json")
    return {
        "operation": name,
        "method": inbound.method,
        "path": path,
        "query": dict(inbound.query),
        "headers": dict(inbound.headers),
        "body": body,
        "client": inbound.client,
        "party": inbound.party,
    }


def plain(value: Any) -> Any:
    """Arguments of a call as JSON; bytes beside the envelope as `{id, media, name, base64}`."""
    match value:
        case Attachment():
            content = b64encode(value.content).decode()
            return {"id": value.id, "media": value.media, "name": value.name, "base64": content}
        case Mapping():
            return {name: plain(below) for name, below in value.items()}
        case list() | tuple():
            return [plain(below) for below in value]
    return value


def texts(value: Any) -> Any:
    """JSON as the values of a call: numbers and truth values in their XML form."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return orjson.dumps(value).decode()
        case dict():
            return {name: texts(below) for name, below in value.items()}
        case list():
            return [texts(below) for below in value]
    return value


def answered(inbound: Inbound, body: Any, status: int) -> Answer:
    """The answer that a program made."""
    if inbound.call is None:
        return Answer(status, orjson.dumps(body), _JSON)
    if not isinstance(body, dict):
        return refused(inbound, Mistake("answer-failed"))
    return Answer(200, value=texts(body))


def refused(inbound: Inbound, mistake: Mistake) -> Answer:
    """Why there is none."""
    code = CODES[mistake.code]
    text = mistake.text or code.text
    if inbound.call is not None:
        listed = "; ".join(f"{one.pointer or '/'} {one.code}: {one.reason}" for one in mistake.problems)
        return Answer(500, fault=Fault(code.fault, f"{mistake.code}: {text}", detail=listed or None))
    errors = [{"code": one.code, "pointer": one.pointer, "detail": one.reason} for one in mistake.problems]
    document = {"status": code.status, "code": mistake.code, "detail": text}
    return Answer(code.status, orjson.dumps({**document, "errors": errors} if errors else document), _PROBLEM)


__all__ = ["answered", "native", "operation", "plain", "refused", "texts"]
