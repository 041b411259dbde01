"""JSON pointers (RFC 6901) into decoded JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_INDEX = re.compile(r"0|[1-9][0-9]*", re.ASCII)
_BAD_ESCAPE = re.compile(r"~(?![01])")


class Missing(LookupError):
    """The document has no such place."""


def tokens(pointer: str) -> tuple[str, ...]:
    """The reference tokens of a pointer. Raises `ValueError` where it is not one."""
    if pointer and not pointer.startswith("/"):
        raise ValueError("a JSON pointer is empty or begins with /")
    if _BAD_ESCAPE.search(pointer):
        raise ValueError("in a JSON pointer ~ is written ~0 and / is written ~1")
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])


def get(document: Any, pointer: str) -> Any:
    """The value at `pointer`. Raises `Missing`."""
    for token in tokens(pointer):
        document = _step(document, token)
    return document


def put(document: Any, pointer: str, value: Any) -> Any:
    """A copy of `document` with `value` at `pointer`; a member that is new comes first in its object.

    Everything above the place must be there. Raises `Missing`.
    """
    return _put(document, tokens(pointer), value)


def _put(document: Any, path: tuple[str, ...], value: Any) -> Any:
    if not path:
        return value
    token, rest = path[0], path[1:]
    if isinstance(document, Mapping) and not rest and token not in document:
        return {token: value, **document}
    below = _put(_step(document, token), rest, value)
    if isinstance(document, Mapping):
        return {**document, token: below}
    copy = list(document)
    copy[int(token)] = below
    return copy


def _step(document: Any, token: str) -> Any:
    if isinstance(document, Mapping):
        if token in document:
            return document[token]
    elif isinstance(document, Sequence) and not isinstance(document, str | bytes) and _INDEX.fullmatch(token):
        index = int(token)
        if index < len(document):
            return document[index]
    raise Missing(f"there is no {token!r}")


__all__ = ["Missing", "get", "put", "tokens"]
