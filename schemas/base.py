"""What every canonical model is made of: strict models, texts, times, money and the mark of personal data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from annotated_types import GroupedMetadata, Len
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StrictBool,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
EARLIEST, LATEST = 1990, 2200
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")


class Canonical(BaseModel):
    """Immutable, and closed: a field nobody knows is a mistake, not a remark."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Personal:
    """Marks a field as personal data: `name: Annotated[Name | None, Personal()] = None`.

    The JSON Schema says `"x-personal": true`; logs, errors and the console show the value masked (schemas.masking).
    """

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "x-personal": True}

    def __repr__(self) -> str:
        return "Personal()"


def storable(value: str) -> str:
    """Refuse what Python and SQLite store and PostgreSQL does not: NUL and lone surrogates."""
    found = _UNSTORABLE.search(value)
    if found is None:
        return value
    if found[0] == "\0":
        raise PydanticCustomError("nul", "contains the character NUL; send the text without it")
    raise PydanticCustomError("surrogate", "contains half a surrogate pair; send well-formed Unicode")


@dataclass(frozen=True, slots=True)
class UpTo(GroupedMetadata):
    """A text of 1 to `limit` characters (code points). An absent text is None, never ""."""

    limit: int

    def __iter__(self) -> Iterator[object]:
        yield Len(1, self.limit)
        yield AfterValidator(storable)


def _written_as_time(value: object) -> object:
    """Pydantic would take 20261122081000 for a number of seconds; only a datetime or ISO 8601 text is a time here."""
    if isinstance(value, datetime) or (isinstance(value, str) and _ISO.fullmatch(value)):
        return value
    raise PydanticCustomError("time_format", "is not a time; write ISO 8601 with an offset, 2026-11-22T08:30:00+07:00")


def _local(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise PydanticCustomError("time_naive", "has no offset from UTC; write it out, 2026-11-22T08:30:00+07:00")
    if not EARLIEST < value.year < LATEST:
        raise PydanticCustomError(
            "time_range",
            "lies outside {first} to {last}; check the year",
            {"first": EARLIEST + 1, "last": LATEST - 1},
        )
    return value.astimezone(ZONE)


def _whole(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise PydanticCustomError("money_type", "is not a whole number; write the amount in dong without quotes, 45000")


Flag = StrictBool
Name = Annotated[str, UpTo(500)]
Text = Annotated[str, UpTo(10_000)]
Code = Annotated[str, UpTo(100)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$"), UpTo(2000)]
Instant = Annotated[
    datetime, BeforeValidator(_written_as_time, json_schema_input_type=datetime), AfterValidator(_local)
]
Dong = Annotated[int, BeforeValidator(_whole, json_schema_input_type=int), Field(ge=0, le=10**15)]

__all__ = [
    "ZONE",
    "Canonical",
    "Code",
    "Dong",
    "Flag",
    "Instant",
    "Name",
    "Personal",
    "Text",
    "UpTo",
    "Url",
    "storable",
]
