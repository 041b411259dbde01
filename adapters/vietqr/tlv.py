"""Tag, length, value: the form of EMVCo's merchant-presented codes, with the CRC at the end.

Source: NAPAS QR Switching technical specification v1.5.2. Real codes count the length in characters; octets are
tried where that does not add up. The CRC always runs over octets (UTF-8).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Union

from adapters.fields import Untranslatable

Value = Union[str, tuple["Element", ...]]  # noqa: UP007  # a forward reference in quotes knows no |
Element = tuple[str, Value]

CRC, FORMAT = "63", "00"
NAPAS_GUID = "A000000727"
_TEMPLATES = frozenset(str(id) for id in (*range(26, 52), 62, 64, *range(80, 100)))
# the templates that are read here: VNPAY-QR, NAPAS, further data
_KNOWN = frozenset({"26", "38", "62"})
_LONGEST = 99
_END = re.compile(r"[0-9A-Fa-f]{4}", re.ASCII)
_DIGITS = re.compile(r"\d\d", re.ASCII)
# a code that holds more than 4,296 signs exists on no paper (QR version 40)
_MOST = 4296


def crc(text: str) -> str:
    """CRC-16/CCITT-FALSE of the text in UTF-8: 0x1021, from 0xFFFF, not reflected; four upper-case hex digits."""
    register = 0xFFFF
    for octet in text.encode():
        register ^= octet << 8
        for _ in range(8):
            register = ((register << 1) ^ 0x1021 if register & 0x8000 else register << 1) & 0xFFFF
    return f"{register:04X}"


def build(elements: Sequence[Element]) -> str:
    """A code of these elements, in their order, with its CRC. Raises `Untranslatable` for a value that is too long."""
    head = f"{_written(elements, '')}{CRC}04"
    return head + crc(head)


def parse(payload: str) -> tuple[Element, ...]:
    """The elements of a code, without the CRC.

    Raises `Untranslatable`: the CRC is wrong or missing, a length does not add up, an element comes twice, the first
    is not 00. `/38/01` is the place of the innermost element that is wrong.
    """
    head, end = payload[:-4], payload[-4:]
    if len(payload) > _MOST or not head.endswith(f"{CRC}04") or not _END.fullmatch(end):
        raise Untranslatable("no-crc", "does not end with 6304 and four hex digits", "")
    if any("\ud800" <= sign <= "\udfff" for sign in payload):
        raise Untranslatable("surrogate", "contains half a surrogate pair", "")
    if int(end, 16) != int(crc(head), 16):
        raise Untranslatable("wrong-crc", "is damaged: the CRC does not fit", "")
    body = head[:-4]
    try:
        found = _characters(body)
    except Untranslatable as error:
        if body.isascii():
            raise
        found = _octets(body, error)
    if not found or found[0][0] != FORMAT:
        raise Untranslatable("no-format", "does not begin with element 00", "")
    return found


def _written(elements: Sequence[Element], place: str) -> str:
    parts = []
    for id, value in elements:
        here = f"{place}/{id}"
        text = value if isinstance(value, str) else _written(value, here)
        if not _DIGITS.fullmatch(id) or not 1 <= len(text) <= _LONGEST:
            raise Untranslatable("length", f"is not 1 to {_LONGEST} characters under an id of two digits", here)
        parts.append(f"{id}{len(text):02}{text}")
    return "".join(parts)


def _characters(body: str) -> tuple[Element, ...]:
    return tuple((id, _nested(id, value)) for id, value in _split(body, ""))


def _octets(body: str, first: Untranslatable) -> tuple[Element, ...]:
    """The same with lengths in octets: one sign of Latin-1 stands for each octet while it is split."""
    try:
        return _decoded(_characters(body.encode().decode("latin-1")))
    except (Untranslatable, UnicodeDecodeError):
        raise first from None


def _decoded(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    return tuple(
        (id, value.encode("latin-1").decode() if isinstance(value, str) else _decoded(value)) for id, value in elements
    )


def _nested(id: str, value: str) -> Value:
    """What stands inside a template; the bank and account of a NAPAS one are nested once more.

    What others keep in templates of their own may be plain text.
    """
    if id not in _TEMPLATES:
        return value
    try:
        inside = _split(value, f"/{id}")
    except Untranslatable:
        if id in _KNOWN:
            raise
        return value
    if (FORMAT, NAPAS_GUID) not in inside:
        return tuple(inside)
    return tuple((one, tuple(_split(held, f"/{id}/{one}")) if one == "01" else held) for one, held in inside)


def _split(text: str, place: str) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        id, length = text[at : at + 2], text[at + 2 : at + 4]
        here = f"{place}/{id}"
        if not _DIGITS.fullmatch(id) or not _DIGITS.fullmatch(length):
            raise Untranslatable("not-tlv", "is not an id and a length of two digits each", place)
        value = text[at + 4 : at + 4 + int(length)]
        if len(value) != int(length):
            raise Untranslatable("length", f"says {int(length)} characters and has {len(value)}", here)
        if id in found:
            raise Untranslatable("duplicate", "comes twice", here)
        found[id] = value
        at += 4 + int(length)
    return list(found.items())


__all__ = ["CRC", "NAPAS_GUID", "Element", "Value", "build", "crc", "parse"]
