"""Looking into the JSON of an answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

import orjson

from connectors.auth.conditions import Expired
from connectors.auth.pointer import Missing, get
from lienthong.requests import Reply

# A refusal is short; what is longer is data, and not worth reading twice.
_LONGEST_REFUSAL = 64 * 1024


def expired(conditions: Sequence[Expired], reply: Reply) -> bool:
    """Whether the partner says that the session or token is not valid."""
    if reply.status == 401:
        return True
    if not conditions or len(reply.content) > _LONGEST_REFUSAL:
        return False
    found = document(reply)
    return any(_means(condition, found) for condition in conditions)


def document(reply: Reply) -> Any:
    """The body as JSON; `None` where it is none."""
    try:
        return orjson.loads(reply.content)
    except orjson.JSONDecodeError:
        return None


def value(found: Any, pointer: str) -> Any:
    """The value at `pointer`, or `None`."""
    try:
        return get(found, pointer)
    except Missing:
        return None


def among(found: Any, values: Sequence[str | int | bool]) -> bool:
    """Partners send the same code now as a number, now as a text."""
    return isinstance(found, str | int) and _text(found) in {_text(other) for other in values}


def _means(condition: Expired, found: Any) -> bool:
    said = value(found, condition.pointer)
    if said is None:
        return False
    if among(said, condition.values):
        return True
    return isinstance(said, str) and any(_folded(phrase) in _folded(said) for phrase in condition.phrases)


def _text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).strip()


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


__all__ = ["among", "document", "expired", "value"]
