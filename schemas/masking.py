"""Personal data made unreadable, for logs, errors, metrics and the console.

Masked is what the schema marks, and whatever the schema cannot vouch for: unknown fields, values of the wrong shape,
data of an unknown type. So data that failed validation can be shown as safely as data that passed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from .base import Personal
from .registry import model_for

HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class _Shape:
    personal: bool
    model: type[BaseModel] | None


def mask(what: type[BaseModel] | str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of `data` (JSON-like) with personal values masked. `what` is a model or a message type."""
    model = model_for(what) if isinstance(what, str) else what
    if model is None:
        return {key: hide(value) for key, value in data.items()}
    return _masked(model, data)


def hide(value: Any) -> Any:
    """A value and everything in it, masked: `N***ụ`, `022*****000`. Null stays null."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {key: hide(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [hide(part) for part in value]
    return hide_text(value) if isinstance(value, str) else HIDDEN


def hide_text(value: str) -> str:
    """First and last character of a text; of a number a quarter of its digits, at most three, at both ends."""
    composed = unicodedata.normalize("NFC", value)
    if composed.isdigit() and len(composed) >= 8:
        kept = min(3, len(composed) // 4)
        return f"{composed[:kept]}*****{composed[-kept:]}"
    return f"{composed[0]}{HIDDEN}{composed[-1]}" if len(composed) > 3 else HIDDEN


def personal_pointers(model: type[BaseModel]) -> tuple[str, ...]:
    """Where personal data stands, as JSON pointers in which `*` stands for every item of a list."""
    return tuple(_pointers(model, ""))


def _pointers(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, shape in _shapes(model).items():
        many = "/*" if _is_list(model.model_fields[name].annotation) else ""
        if shape.personal:
            yield f"{prefix}/{name}{many}"
        elif shape.model is not None:
            yield from _pointers(shape.model, f"{prefix}/{name}{many}")


def _masked(model: type[BaseModel], data: Mapping[str, Any]) -> dict[str, Any]:
    shapes = _shapes(model)
    return {key: _field(shapes.get(key), value) for key, value in data.items()}


def _field(shape: _Shape | None, value: Any) -> Any:
    if shape is None or shape.personal:
        return hide(value)
    if isinstance(value, list | tuple):
        return [_field(shape, item) for item in value]
    if isinstance(value, Mapping):
        return _masked(shape.model, value) if shape.model else hide(value)
    return value if shape.model is None else hide(value)


@cache
def _shapes(model: type[BaseModel]) -> Mapping[str, _Shape]:
    return {
        name: _Shape(any(isinstance(mark, Personal) for mark in field.metadata), _submodel(field.annotation))
        for name, field in model.model_fields.items()
    }


def _submodel(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _submodel(part))), None)


def _is_list(annotation: Any) -> bool:
    origin = getattr(annotation, "__origin__", None)
    return origin in (tuple, list) or any(_is_list(part) for part in get_args(annotation))


__all__ = ["hide", "hide_text", "mask", "personal_pointers"]
