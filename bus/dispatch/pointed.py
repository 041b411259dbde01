"""What stands where a rejection points, fit to be shown: personal values masked, long ones cut. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from monitoring.personal import clean_text
from schemas.masking import hide, mask
from schemas.registry import UnknownSchema, model_for

_LONGEST = 200
_INDEX = re.compile(r"0|[1-9]\d{0,9}")


class _Nowhere(LookupError):
    """The pointer leads nowhere."""


def pointed(type: str, schema: str | None, data: bytes | str, pointer: str | None) -> str | None:
    """The value at `pointer` (RFC 6901) in `data` (JSON) of a message `type`, at most 200 characters; `None` if none.

    Masked is what `schemas.masking` masks: personal fields and what is below one, unknown fields, and everything of a
    type or version whose schema is not known. Objects and lists are counted, not shown.
    """
    if pointer is None:
        return None
    try:
        found = _at(_masked(type, schema, json.loads(data)), pointer)
    except (_Nowhere, ValueError, RecursionError):
        return None
    shown = _shown(found)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def _masked(type: str, schema: str | None, data: Any) -> Any:
    try:
        model = model_for(type, schema or None)
    except UnknownSchema:
        model = None
    return hide(data) if model is None or not isinstance(data, Mapping) else mask(model, data)


def _at(value: Any, pointer: str) -> Any:
    if pointer and not pointer.startswith("/"):
        raise _Nowhere
    for token in pointer.split("/")[1:]:
        value = _step(value, token.replace("~1", "/").replace("~0", "~"))
    return value


def _step(value: Any, token: str) -> Any:
    if isinstance(value, Mapping) and token in value:
        return value[token]
    if isinstance(value, list) and _INDEX.fullmatch(token) and int(token) < len(value):
        return value[int(token)]
    raise _Nowhere


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"an object of {len(value)}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return clean_text(value) if isinstance(value, str) else json.dumps(value)
