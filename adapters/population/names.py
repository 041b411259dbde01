"""Names and request ids in the forms that the database takes. Pure."""

from __future__ import annotations

import unicodedata

_BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"


def written(name: str, *, diacritics: bool, blanks: bool) -> str:
    """A name in capitals, NFC, with single blanks or none, with its diacritics or without."""
    text = " ".join(unicodedata.normalize("NFC", name).upper().split())
    if not diacritics:
        text = plain(text)
    return text if blanks else text.replace(" ", "")


def plain(text: str) -> str:
    """Without diacritics, and with D for Đ."""
    apart = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return unicodedata.normalize("NFC", "".join(letter for letter in apart if not unicodedata.combining(letter)))


def request_id(pattern: str, id: str, attempt: int, unit: str | None, date: str) -> str:
    """`pattern` filled in. `id` is a UUID, with hyphens or without, or as many digits of another kind."""
    digits = id.replace("-", "").lower()
    values = {"id": digits, "short": _short(digits), "attempt": str(attempt), "unit": unit or "", "date": date}
    for name, value in values.items():
        pattern = pattern.replace(f"{{{name}}}", value)
    return pattern


def _short(digits: str) -> str:
    """The 128 bits of 32 hexadecimal digits in 26 characters (Crockford's base 32)."""
    number = int(digits, 16)
    return "".join(_BASE32[number >> shift & 31] for shift in range(125, -5, -5))


__all__ = ["plain", "request_id", "written"]
