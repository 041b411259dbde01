"""How single values are written: times, flags, numbers and codes, for the tables of `adapters.fields`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from schemas.base import ZONE

from .fields import Untranslatable


@dataclass(frozen=True, slots=True)
class Text:
    """Text as it is. `empty` is how the native form says nothing; an empty native text always says nothing."""

    empty: str | None = ""

    def write(self, value: Any, place: str) -> str | None:
        return self.empty if value is None else str(value)

    def read(self, value: Any, place: str) -> str | None:
        return value if value else None


@dataclass(frozen=True, slots=True)
class Limited:
    """Text of at most `at` characters; a longer one is cut, or refused with the limit."""

    at: int
    cut: bool = False

    def write(self, value: Any, place: str) -> str:
        text = "" if value is None else str(value)
        if len(text) <= self.at:
            return text
        if self.cut:
            return text[: self.at]
        raise Untranslatable("too-long", f"has {len(text)} characters; the target takes {self.at}", place)

    def read(self, value: Any, place: str) -> str | None:
        return value if value else None


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of day in Asia/Ho_Chi_Minh, to the second. `form` is a strftime pattern, `shape` what it matches."""

    form: str
    shape: str
    empty: str | None = ""

    def write(self, value: Any, place: str) -> str | None:
        return self.empty if value is None else value.astimezone(ZONE).strftime(self.form)

    def read(self, value: Any, place: str) -> datetime | None:
        if not value:
            return None
        if not isinstance(value, str) or re.fullmatch(self.shape, value, re.ASCII) is None:
            raise Untranslatable("invalid-time", f"is not a time of the form {self.form}", place)
        try:
            return datetime.strptime(value, self.form).replace(tzinfo=ZONE)
        except ValueError as error:
            raise Untranslatable("invalid-time", "is not a day of the calendar or hour of the day", place) from error


@dataclass(frozen=True, slots=True)
class Coded:
    """A code of this channel. `table` is the whole truth: what is not in it is refused by name, never guessed."""

    name: str
    table: Mapping[Any, Any]
    empty: Any = ""

    def write(self, value: Any, place: str) -> Any:
        if value is None:
            return self.empty
        if value not in self.table:
            raise Untranslatable("unknown-code", f"{_show(value)} has no code in the table {self.name}", place)
        return self.table[value]

    def read(self, value: Any, place: str) -> Any:
        if value is None or value == "":
            return None
        for canonical, native in self.table.items():
            if native == value and type(native) is type(value):
                return canonical
        raise Untranslatable("unknown-code", f"code {_show(value)} is not in the table {self.name}", place)


@dataclass(frozen=True, slots=True)
class Digits:
    """A whole number, written as a string."""

    def write(self, value: Any, place: str) -> str:
        return "" if value is None else str(value)

    def read(self, value: Any, place: str) -> int | None:
        if not value:
            return None
        if re.fullmatch(r"\d{1,18}", value, re.ASCII) is None:
            raise Untranslatable("invalid-number", "is not a whole number", place)
        return int(value)


@dataclass(frozen=True, slots=True)
class Plain:
    """A JSON value that both forms write alike; absent and null say nothing."""

    def write(self, value: Any, place: str) -> Any:
        return value

    def read(self, value: Any, place: str) -> Any:
        return value


def _show(value: object) -> str:
    return repr(value.value if isinstance(value, StrEnum) else value)[:60]


__all__ = ["Coded", "Digits", "Limited", "Moment", "Plain", "Text"]
