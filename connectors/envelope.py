"""An answer of the partner inside one of the gateway: `{"code", "status", "correlationId", "response"}` or the like."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from pydantic import Field

from connectors.auth.fields import Pointer
from connectors.auth.reading import document, value
from connectors.strict import Strict
from lienthong.requests import Reply


class Envelope(Strict):
    """Where the gateway puts the partner's answer, and the partner's HTTP status. The defaults are those of the
    provincial LGSP of Thái Nguyên; a façade that writes the answer as a text into `message` has no status."""

    content: Pointer = Field(
        default="/response", description="the partner's answer: JSON, or a text that holds JSON; as JSON pointer"
    )
    status: Pointer | None = Field(default="/code", description="the partner's HTTP status; null where it is not told")


def opened(reply: Reply, envelope: Envelope | None) -> Reply:
    """The partner's answer. What is not such an envelope (an answer of the gateway itself) is left as it is."""
    if envelope is None:
        return reply
    found = document(reply)
    content = _content(value(found, envelope.content))
    status = reply.status if envelope.status is None else _status(value(found, envelope.status))
    if content is None or status is None:
        return reply
    return replace(reply, status=status, content=content)


def _content(found: Any) -> bytes | None:
    if isinstance(found, dict | list):
        return orjson.dumps(found)
    if not isinstance(found, str):
        return None
    try:
        inner = orjson.loads(found)
    except orjson.JSONDecodeError:
        return None
    return found.encode() if isinstance(inner, dict | list) else None


def _status(found: Any) -> int | None:
    """A number or its digits, of the range of HTTP."""
    if isinstance(found, bool) or not isinstance(found, int | str):
        return None
    text = str(found).strip()
    return int(text) if len(text) == 3 and text.isascii() and text.isdigit() and text[0] in "12345" else None


__all__ = ["Envelope", "opened"]
