"""Code lists as data: one CSV a list, with certainty and validity by entry, and title and source in index.json.

An unknown code is an error that names list and code, never a guess.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


class UnknownCode(LookupError):
    """A code list has no such entry (on that date). `list_name` and `code` say which."""

    def __init__(self, list_name: str, code: str, on: date | None = None, hint: str = "") -> None:
        self.list_name, self.code, self.on = list_name, code, on
        when = f" on {on.isoformat()}" if on else ""
        super().__init__(f"code list {list_name} has no {code!r}{when}{hint}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One code. `value` is our English word for it, where we have one; `parent` the code above it in `parent_list`.

    `certainty`: V stated in a published document, C seen in a client, I inferred, D taken from a data set.
    """

    code: str
    label: str
    value: str | None
    parent: str | None
    valid_from: date | None
    valid_to: date | None
    certainty: str

    def valid(self, on: date) -> bool:
        """Both ends belong to the validity; an end that is not given is open."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


class CodeList:
    """A code list; entries in the order of the file, of one code the oldest first."""

    def __init__(self, name: str, title: str, source: str, entries: tuple[Entry, ...]) -> None:
        self.name, self.title, self.source = name, title, source
        self._entries = entries
        self._by_code: dict[str, list[Entry]] = {}
        self._by_value: dict[str, list[Entry]] = {}
        for entry in entries:
            self._by_code.setdefault(entry.code, []).append(entry)
            if entry.value is not None:
                self._by_value.setdefault(entry.value, []).append(entry)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def get(self, code: str, on: date | None = None) -> Entry:
        """The entry of `code` on that date, or its newest without a date. Raises `UnknownCode`."""
        return self._pick(self._by_code, code, on)

    def of(self, value: str, on: date | None = None) -> Entry:
        """The entry whose English value is `value`. Raises `UnknownCode`."""
        return self._pick(self._by_value, value, on)

    def label(self, code: str, on: date | None = None) -> str:
        """The Vietnamese label of `code`. Raises `UnknownCode`."""
        return self.get(code, on).label

    def entries(self, on: date | None = None, parent: str | None = None) -> tuple[Entry, ...]:
        """All entries, or those valid on a date, or those below `parent`."""
        return tuple(
            entry
            for entry in self._entries
            if (on is None or entry.valid(on)) and (parent is None or entry.parent == parent)
        )

    def _pick(self, index: dict[str, list[Entry]], key: str, on: date | None) -> Entry:
        known = index.get(key, [])
        fitting = [entry for entry in known if on is None or entry.valid(on)]
        if not fitting:
            raise UnknownCode(self.name, key, on, "; it is valid on other dates" if known else "")
        return fitting[-1]


@cache
def names() -> tuple[str, ...]:
    """The names of all code lists, sorted."""
    return tuple(sorted(_index()))


@cache
def code_list(name: str) -> CodeList:
    """The code list of that name, read once. Raises `LookupError` for a list that does not exist."""
    about = _index().get(name)
    if about is None:
        raise LookupError(f"there is no code list {name!r}; there are {', '.join(names())}")
    rows = csv.DictReader(io.StringIO(_read(f"{name}.csv")))
    return CodeList(name, about["title"], about["source"], tuple(_entry(row) for row in rows))


@cache
def _index() -> dict[str, dict[str, str]]:
    index: dict[str, dict[str, str]] = json.loads(_read("index.json"))
    return index


def _read(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8")


def _entry(row: dict[str, str]) -> Entry:
    return Entry(
        code=row["code"],
        label=row["label"],
        value=row.get("value") or None,
        parent=row.get("parent") or None,
        valid_from=_date(row.get("valid_from")),
        valid_to=_date(row.get("valid_to")),
        certainty=row["certainty"],
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


__all__ = ["CodeList", "Entry", "UnknownCode", "code_list", "names"]
