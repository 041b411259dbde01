"""What JSON may not hold whatever its schema says, and the digest by which two bodies are the same. Pure."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import Any

import orjson
import rfc8785

from lienthong import Problem

# RFC 7493 (I-JSON), which RFC 8785 builds on: larger integers do not survive every reader.
_LARGEST = 2**53


def inspect(value: Any, max_depth: int, pointer: str = "/data") -> Problem | None:
    """The first thing in a parsed JSON value that the ledger cannot keep or hash: NUL, a surrogate, a number too
    large, nesting deeper than `max_depth`; `None` where there is none."""
    kind = type(value)
    if kind is str:
        return _text(value, pointer)
    if kind is dict:
        if max_depth <= 0:
            return _too_deep(pointer)
        for name, member in value.items():
            found = _text(name, pointer) or inspect(member, max_depth - 1, f"{pointer}/{_escaped(name)}")
            if found is not None:
                return found
        return None
    if kind is list or kind is tuple:
        if max_depth <= 0:
            return _too_deep(pointer)
        for index, member in enumerate(value):
            if (found := inspect(member, max_depth - 1, f"{pointer}/{index}")) is not None:
                return found
        return None
    if (kind is int and not -_LARGEST < value < _LARGEST) or (kind is float and not abs(value) < _LARGEST):
        return Problem("number-too-large", pointer, "is beyond what every JSON reader keeps exactly; send it as text")
    return None


def _text(text: str, pointer: str) -> Problem | None:
    if "\0" in text:
        return Problem("nul", pointer, "holds the character NUL, which no database text may hold; remove it")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        return Problem("surrogate", pointer, "is not well-formed Unicode; send UTF-8 without lone surrogates")
    return None


def _too_deep(pointer: str) -> Problem:
    shown = pointer if len(pointer) <= 100 else pointer[:100] + "..."
    return Problem("too-deep", shown, "is nested deeper than this bus reads; send a flatter document")


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def digest(type: str, subject: str, schema: str, data: Any) -> str:
    """SHA-256 (base64) of the RFC 8785 form of type, subject, schema and data. `data` passed `inspect`."""
    document = {"data": data, "schema": schema, "subject": subject, "type": type}
    # For whole numbers and ASCII names orjson's sorted form is the RFC's, and far quicker (a property test says so).
    form = orjson.dumps(document, option=orjson.OPT_SORT_KEYS) if _plain(data) else rfc8785.dumps(document)
    return b64encode(hashlib.sha256(form).digest()).decode()


def _plain(value: Any) -> bool:
    kind = type(value)
    if kind is dict:
        return all(name.isascii() and (type(member) is str or _plain(member)) for name, member in value.items())
    if kind is list or kind is tuple:
        return all(type(member) is str or _plain(member) for member in value)
    return kind is not float


def receipt(client: str, source: str, key: str) -> str:
    """SHA-256 (base64) of the client, the source and the source's own key."""
    return b64encode(hashlib.sha256(orjson.dumps([client, source, key])).digest()).decode()
