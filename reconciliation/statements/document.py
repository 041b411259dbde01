"""JSON: a list of objects somewhere in a document, or one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from reconciliation.layout import AnyLayout
from reconciliation.refusals import Flaw, Refused
from reconciliation.statements.rows import Row, same

MOST_MB = 64  # of one document, which is in memory as a whole; lines have no limit


class _Number(str):
    """A number as it was written."""


_DECODER = json.JSONDecoder(parse_int=_Number, parse_float=_Number)


class Document:
    """The first row is made of the names of all wanted columns, in the order of the layout."""

    def __init__(self, path: Path, name: str, encoding: str, size: int, layout: AnyLayout) -> None:
        self._path, self._name, self._encoding, self._layout = path, name, encoding, layout
        self._columns = list(dict.fromkeys(str(column) for column in layout.needed()))
        self._lined = not layout.records and _is_lines(path, encoding)
        if not self._lined and size > MOST_MB << 20:
            values = {"size": str(size >> 20), "most": str(MOST_MB)}
            raise Refused(name, [Flaw("json-large", values=values)])

    def rows(self) -> Iterator[Row]:
        """See `Source`."""
        yield Row(0, self._columns)
        for line, value in self._by_line() if self._lined else enumerate((one for _, one in self._elements()), 1):
            if not isinstance(value, dict):
                raise self._no_list()
            known = {same(key): one for key, one in value.items()}
            yield Row(line, [self._text(known.get(same(column))) for column in self._columns])

    def place(self, line: int, index: int) -> tuple[int, int, str]:
        """See `Source`."""
        if self._lined:
            return line, 1, f"/{self._columns[index]}"
        at, _ = next(islice(self._elements(), line - 1, None))
        text = self._text_of_file()[:at]
        pointer = f"{self._layout.records}/{line - 1}/{self._columns[index]}"
        return text.count("\n") + 1, at - text.rfind("\n"), pointer

    def _text_of_file(self) -> str:
        return self._path.read_text(encoding=self._encoding)

    def _text(self, value: Any) -> str | None:
        if isinstance(value, _Number):
            return value.replace(".", self._layout.amount.decimal)
        if value is None or isinstance(value, str):
            return value
        return json.dumps(value, ensure_ascii=False)

    def _by_line(self) -> Iterator[tuple[int, Any]]:
        with self._path.open(encoding=self._encoding) as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    try:
                        yield number, _DECODER.decode(line)
                    except json.JSONDecodeError as error:
                        raise self._broken(error, number) from error

    def _elements(self) -> Iterator[tuple[int, Any]]:
        """Every record with the place of its first character."""
        text = self._text_of_file()
        try:
            json.loads(text)
            start = _list_at(text, self._layout.records)
        except json.JSONDecodeError as error:
            raise self._broken(error, error.lineno) from error
        except RecursionError as error:
            raise Refused(self._name, [Flaw("json", values={"reason": "nested too deeply"})]) from error
        if start is None:
            raise self._no_list()
        yield from _items(text, start)

    def _no_list(self) -> Refused:
        return Refused(self._name, [Flaw("json-records", values={"pointer": self._layout.records or "/"})])

    def _broken(self, error: json.JSONDecodeError, line: int) -> Refused:
        return Refused(self._name, [Flaw("json", line, error.colno, values={"reason": error.msg})])


def _is_lines(path: Path, encoding: str) -> bool:
    with path.open(encoding=encoding) as file:
        first = next((line for line in file if line.strip()), "")
        second = next((line for line in file if line.strip()), "")
    try:
        return isinstance(json.loads(first), dict) and (not second or second.lstrip().startswith("{"))
    except (json.JSONDecodeError, RecursionError):
        return False


def _list_at(text: str, pointer: str) -> int | None:
    """Where the list at `pointer` begins in `text`, which is JSON."""
    at = _space(text, 0)
    for step in pointer.split("/")[1:]:
        if text[at] != "{" or (found := _member(text, at, step)) is None:
            return None
        at = found
    return at if text[at] == "[" else None


def _member(text: str, at: int, key: str) -> int | None:
    at = _space(text, at + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        at = _space(text, _space(text, at) + 1)
        if name == key:
            return at
        at = _space(text, _DECODER.raw_decode(text, at)[1])
        at = _space(text, at + 1) if text[at] == "," else at
    return None


def _items(text: str, at: int) -> Iterator[tuple[int, Any]]:
    at = _space(text, at + 1)
    while text[at] != "]":
        value, end = _DECODER.raw_decode(text, at)
        yield at, value
        at = _space(text, end)
        at = _space(text, at + 1) if text[at] == "," else at


def _space(text: str, at: int) -> int:
    while text[at] in " \t\r\n":
        at += 1
    return at


__all__ = ["MOST_MB", "Document"]
