"""Reading records that the portal gives: names in capitals, numbers as numbers or texts, lists that may be null."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from adapters.fields import Untranslatable

T = TypeVar("T")

# deeper than any published record
_DEPTH = 12


class Read(BaseModel):
    """A record of a read. Open: the portal may tell more than is published."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _said(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise PydanticCustomError("said_type", "is neither text nor number")


def _list(value: Any) -> Any:
    if value is None or value == "":
        return []
    return [value] if isinstance(value, Mapping) else value


Said = Annotated[str | None, BeforeValidator(_said)]
Rows = Annotated[list[T], BeforeValidator(_list), Field(default_factory=list)]


def capitals(value: Any, depth: int = _DEPTH) -> Any:
    """The value with all names in capitals. Raises `Untranslatable` where it is nested too deeply."""
    if depth == 0:
        raise Untranslatable("too-deep", f"is nested more than {_DEPTH} deep", "")
    if isinstance(value, Mapping):
        return {str(name).upper(): capitals(item, depth - 1) for name, item in value.items()}
    return [capitals(item, depth - 1) for item in value] if isinstance(value, list) else value


__all__ = ["Read", "Rows", "Said", "capitals"]
