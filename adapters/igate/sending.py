"""A message in the connector's form, or why it cannot be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from adapters.fields import Untranslatable
from lienthong.ports import Message
from lienthong.verdicts import Reject
from schemas.flaws import flaws

M = TypeVar("M", bound=BaseModel)


def read(message: Message, model: type[M]) -> M | Reject:
    """The message's data."""
    try:
        return message.read(model)
    except ValidationError as error:
        return rejected(error)


def native_of(message: Message, model: type[M], translate: Callable[[M], Any]) -> Any | Reject:
    """The message's data, translated."""
    said = read(message, model)
    if isinstance(said, Reject):
        return said
    try:
        return translate(said)
    except Untranslatable as error:
        return rejected(error)


def rejected(error: ValidationError | Untranslatable) -> Reject:
    """The first mistake, without values."""
    if isinstance(error, Untranslatable):
        return Reject(error.code, error.reason, error.place or None)
    first = flaws(error)[0]
    return Reject(first.code, first.reason, first.pointer)


__all__ = ["native_of", "read", "rejected"]
