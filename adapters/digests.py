"""Digests of payment messages: how they are made, and the one place in which one is compared.

Everything an adapter verifies goes through `same`, in constant time. Secrets stay `SecretStr` until the digest is made,
so that no error or log can show one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable

from pydantic import SecretStr

from .fields import Untranslatable

PIPE = "|"
_INTEGER = re.compile(r"-?\d{1,30}", re.ASCII)


def hmac_sha256(secret: SecretStr, text: str) -> str:
    """HMAC-SHA256 of `text` in UTF-8, as lower-case hex."""
    return hmac.digest(_octets(secret), text.encode(), hashlib.sha256).hex()


def hmac_sha512(secret: SecretStr, text: str) -> str:
    """HMAC-SHA512 of `text` in UTF-8, as lower-case hex."""
    return hmac.digest(_octets(secret), text.encode(), hashlib.sha512).hex()


def sha256(text: str) -> str:
    """SHA-256 of `text` in UTF-8, as lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def md5(text: str) -> str:
    """MD5 of `text` in UTF-8, as lower-case hex: broken, and only for a partner that knows nothing else."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def same(given: object, expected: str) -> bool:
    """Whether `given`, which a stranger sent, is the digest `expected`. Hex: letter case says nothing.

    Anything that is not a text is no digest.
    """
    said = given if isinstance(given, str) else ""
    return _equal(said.lower(), expected.lower())


def same_secret(given: object, secret: SecretStr) -> bool:
    """Whether `given` is the agreed secret itself, to the letter."""
    return _equal(given if isinstance(given, str) else "", secret.get_secret_value())


def spelled(value: object, place: str = "") -> str:
    """How a JSON value stands in a text that is signed: a text as it is, an integer in digits, nothing as "".

    Raises `Untranslatable` for what has no one spelling (a fraction, a flag, a list, an object, half a character).
    """
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise Untranslatable("unsignable", "is neither text nor a whole number", place)
    if any("\ud800" <= sign <= "\udfff" for sign in value):
        raise Untranslatable("surrogate", "contains half a surrogate pair", place)
    return value


def piped(values: Iterable[object]) -> str:
    """The values joined by `|`, as they are: see `unpiped`, which must have looked at them before."""
    return PIPE.join(spelled(value) for value in values)


def unpiped(name: str, value: object) -> str:
    """`value` as it is signed. Raises `Untranslatable` if it contains `|`: two messages would have one digest."""
    text = spelled(value, f"/{name}")
    if PIPE in text:
        raise Untranslatable(
            "pipe", "contains |, which the signature takes for the end of a field; remove it", f"/{name}"
        )
    return text


def fitting(text: str, longest: int) -> str:
    """`text` where it has at most `longest` signs, else as many hex digits that stand for it: no secret, only an id."""
    return text if len(text) <= longest else sha256(text)[:longest]


def whole(value: object) -> int | None:
    """A whole number that came as one or in digits; `None` for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and _INTEGER.fullmatch(value) else None


def _octets(secret: SecretStr) -> bytes:
    return secret.get_secret_value().encode()


def _equal(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "backslashreplace"), expected.encode())


__all__ = [
    "PIPE",
    "fitting",
    "hmac_sha256",
    "hmac_sha512",
    "md5",
    "piped",
    "same",
    "same_secret",
    "sha256",
    "spelled",
    "unpiped",
    "whole",
]
