"""Single facts of an answer: what cannot be read is noted and left out, never guessed and never fatal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from schemas.base import ZONE
from schemas.citizen import EARLIEST, LATEST, Unread
from schemas.codes import UnknownCode

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})", re.ASCII)
_LONGEST_CODE = 100


class Facts:
    """The facts of one record, and what of it could not be read."""

    def __init__(self) -> None:
        self.unread: list[Unread] = []

    def note(self, pointer: str, code_list: str, value: Any) -> None:
        """`value` stood where `pointer` stays empty."""
        shown = value if isinstance(value, str) else "?" if isinstance(value, Mapping | list) else str(value)
        shown = _UNSTORABLE.sub("", shown).strip()[:_LONGEST_CODE]
        self.unread.append(Unread(pointer=pointer, code_list=code_list, code=shown or "?"))

    def text(self, value: Any, pointer: str, limit: int) -> str | None:
        """A text in NFC; empty is not said."""
        said = plain_text(value)
        if said is not None and len(said) > limit:
            self.note(pointer, "longest-text", said)
            return None
        if said is None and value not in (None, "", [], {}) and not isinstance(value, str):
            self.note(pointer, "text", value)
        return said

    def coded(self, value: Any, pointer: str, name: str, read: Callable[[str], str | None], width: int) -> str | None:
        """A code by its list. A number has lost its leading zeros: it gets them back."""
        said = digits(value, width)
        if said is None:
            if isinstance(value, Mapping | list) and value:
                self.note(pointer, name, value)
            return None
        try:
            return read(said)
        except UnknownCode:
            self.note(pointer, name, said)
            return None

    def shaped(self, value: Any, pointer: str, name: str, width: int) -> str | None:
        """A code of a place: exactly so many digits."""
        said = digits(value, width)
        if said is None or re.fullmatch(rf"\d{{{width}}}", said, re.ASCII):
            return said
        self.note(pointer, name, said)
        return None

    def checked(self, value: Any, pointer: str, name: str, check: Callable[[str], object], width: int) -> str | None:
        """A number that has to pass `check`, which raises `ValueError`."""
        said = digits(value, width)
        if said is None:
            return None
        try:
            check(said)
        except ValueError:
            self.note(pointer, name, said)
            return None
        return said

    def birth(self, value: Any) -> dict[str, Any]:
        """`birth_date`, or `birth_year` where the day is not known."""
        said = value if isinstance(value, Mapping) else {"NgayThangNam": value}
        year = self._year(said.get("Nam"))
        written = digits(said.get("NgayThangNam"), 0)
        match = _DAY.fullmatch(written) if written is not None else None
        if written is not None and match is None:
            self.note("/birth_date", "days", written)
        if match is None:
            return {"birth_year": year} if year is not None else {}
        if match[2] == "00" or match[3] == "00":
            known = self._year(match[1])
            return {"birth_year": known} if known is not None else {}
        day = self._day(match)
        if day is None:
            return {"birth_year": year} if year is not None else {}
        if year not in (None, day.year):
            self.note("/birth_year", "years", str(year))
        return {"birth_date": day}

    def _day(self, match: re.Match[str]) -> date | None:
        try:
            day = date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            day = None
        if day is not None and EARLIEST <= day.year <= LATEST:
            return day
        self.note("/birth_date", "days", match[0])
        return None

    def _year(self, value: Any) -> int | None:
        said = digits(value, 0)
        if said is None:
            return None
        if re.fullmatch(r"\d{4}", said, re.ASCII) and EARLIEST <= int(said) <= LATEST:
            return int(said)
        self.note("/birth_year", "years", said)
        return None

    def moment(self, value: Any) -> datetime | None:
        """xsd:dateTime; without an offset it is Vietnamese time."""
        said = plain_text(value)
        if said is None:
            return None
        try:
            found = datetime.fromisoformat(said)
            found = found.replace(tzinfo=ZONE) if found.utcoffset() is None else found.astimezone(ZONE)
        except (ValueError, OverflowError):
            found = None
        if found is not None and 1991 <= found.year <= LATEST - 1:
            return found
        self.note("/as_of", "times", said)
        return None


def plain_text(value: Any) -> str | None:
    """A text or a number as text, trimmed, in NFC, without what no database keeps; `None` where nothing is said."""
    if isinstance(value, Mapping):
        value = value.get("#text")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return unicodedata.normalize("NFC", _UNSTORABLE.sub("", str(value))).strip() or None


def digits(value: Any, width: int) -> str | None:
    """The same of a code or number."""
    said = plain_text(value)
    return said.zfill(width) if said is not None and isinstance(value, int) and said.isdigit() else said


__all__ = ["Facts", "digits", "plain_text"]
