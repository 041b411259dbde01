"""A polled record that could not be read, with the place and the cure."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from adapters.fields import Untranslatable
from lienthong.verdicts import Reject, Unreadable
from schemas.flaws import flaws


def unreadable(key: str, raw: Any, error: ValidationError | Untranslatable) -> Unreadable:
    """The first mistake of the record; the reason does not show values."""
    if isinstance(error, Untranslatable):
        return Unreadable(key, raw, error.code, error.reason, error.place or None)
    first = flaws(error)[0]
    return Unreadable(key, raw, first.code, first.reason, first.pointer)


def rejected(error: ValidationError | Untranslatable) -> Reject:
    """The same of something that was to be sent."""
    if isinstance(error, Untranslatable):
        return Reject(error.code, error.reason, error.place)
    first = flaws(error)[0]
    return Reject(first.code, first.reason, first.pointer)


__all__ = ["rejected", "unreadable"]
