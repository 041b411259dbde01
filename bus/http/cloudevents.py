"""CloudEvents 1.0 over HTTP: structured, binary and batched, read into what intake takes. Pure.

Source: CloudEvents 1.0.2, HTTP protocol binding (section 3) and JSON event format (sections 2 to 4).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any
from urllib.parse import unquote_to_bytes

from pydantic import ValidationError

from bus.intake import Incoming
from lienthong import Problem
from schemas.envelope import Event

from .documents import flaws
from .problems import Refused

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"

_TRACE = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
# Not attributes: what binary mode carries in the body, or in Content-Type.
_NO_ATTRIBUTES = frozenset({"data", "data_base64", "datacontenttype"})


class Mode(Enum):
    """How a request carries its events. `OPEN` is plain JSON: one event or a list of them."""

    STRUCTURED = "structured"
    BATCH = "batch"
    BINARY = "binary"
    OPEN = "open"


def mode(media: str, charset: str, headers: Mapping[bytes, bytes]) -> Mode:
    """The mode of a request. Raises `Refused` for a media type that is none of them."""
    if charset not in ("utf-8", "us-ascii"):
        raise Refused("unsupported-media-type", f"the charset {charset!r} is not read here; send UTF-8")
    if media == BATCH:
        return Mode.BATCH
    if media == STRUCTURED:
        return Mode.STRUCTURED
    if media == "application/json":
        return Mode.BINARY if any(name.startswith(b"ce-") for name in headers) else Mode.OPEN
    detail = f"the content type {media or '(none)'} is not read here; send {STRUCTURED}, {BATCH} or application/json"
    raise Refused("unsupported-media-type", detail)


def attributes(headers: Mapping[bytes, bytes]) -> dict[str, Any]:
    """The attributes of an event in binary mode. Raises `Refused` for a header that is not percent-encoded UTF-8."""
    found: dict[str, Any] = {}
    for name, value in headers.items():
        attribute = name[3:].decode("ascii", "replace")
        if not name.startswith(b"ce-") or attribute in _NO_ATTRIBUTES:
            continue
        try:
            found[attribute] = unquote_to_bytes(_unquoted(value)).decode()
        except UnicodeDecodeError:
            reason = "is not percent-encoded UTF-8; encode it as the CloudEvents HTTP binding says"
            problem = Problem("wrong-encoding", f"/{attribute}", reason)
            raise Refused("invalid", "an attribute cannot be read; see errors", [problem]) from None
    return found


def _unquoted(value: bytes) -> bytes:
    if len(value) < 2 or value[:1] != b'"' or value[-1:] != b'"':
        return value
    return re.sub(rb"\\(.)", rb"\1", value[1:-1])


def event(raw: Any, trace: str | None) -> Incoming | list[Problem]:
    """One event, or what is wrong with its envelope. `trace` is the request's own; the event's attribute wins."""
    try:
        read = Event.model_validate(raw)
    except ValidationError as error:
        return flaws(error)
    if read.model_extra and "data_base64" in read.model_extra:
        return [Problem("binary-data", "/data_base64", "is not taken; send JSON in data")]
    return Incoming(
        source=read.source,
        key=read.id,
        type=read.type,
        subject=read.subject,
        data=read.data,
        time=read.time,
        schema=read.dataschema,
        trace=traced(read.traceparent) or trace,
    )


def traced(traceparent: str | None) -> str | None:
    """A `traceparent` if it is one: what is malformed is ignored, as W3C Trace Context demands, and refuses nothing."""
    return traceparent if traceparent is not None and _TRACE.fullmatch(traceparent) else None
