"""Two-way translation by table: one line a field says where it stands in both languages and how its value is written.

A `Record` is read and written from the same lines, so the two directions cannot drift apart, and a pointer into the
canonical data can be turned into the place in the native form where the sender finds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Untranslatable(ValueError):
    """A value that the other language cannot say. `place` is the RFC 6901 pointer into what was to be translated."""

    def __init__(self, code: str, reason: str, place: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.code = code
        self.reason = reason
        self.place = place


class Codec(Protocol):
    """How one value is written. `None` in canonical data means "not said" in both directions."""

    def write(self, value: Any, place: str) -> Any:
        """Canonical to native. Raises `Untranslatable` with `place`, a pointer into the canonical data."""

    def read(self, value: Any, place: str) -> Any:
        """Native to canonical. Raises `Untranslatable` with `place`, a pointer into the native data."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its path in the native and in the canonical form (`/` goes into a nested object), and its codec."""

    native: str
    canonical: str
    codec: Codec


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of one object, in the order in which they are written."""

    fields: tuple[Field, ...]

    def write(self, data: Mapping[str, Any], place: str = "") -> dict[str, Any]:
        """Canonical data (`model_dump()`) to the native object."""
        native: dict[str, Any] = {}
        for field in self.fields:
            value = field.codec.write(_get(data, field.canonical), f"{place}/{field.canonical}")
            _put(native, field.native, value)
        return native

    def read(self, native: Mapping[str, Any], place: str = "") -> dict[str, Any]:
        """A native object to canonical data, in which what was not said is left out."""
        data: dict[str, Any] = {}
        for field in self.fields:
            value = field.codec.read(_get(native, field.native), f"{place}/{field.native}")
            if value is not None:
                _put(data, field.canonical, value)
        return data

    def native_place(self, pointer: str) -> str | None:
        """Where a canonical pointer stands in the native form: `/fees/0/amount` -> `LePhi[0].Gia`.

        A pointer to something that the native form does not have on its own gives the nearest object around it, or
        `None` for the record as a whole.
        """
        return ".".join(_places(self, [_unescape(token) for token in pointer.split("/")[1:]])) or None


@dataclass(frozen=True, slots=True)
class Many:
    """A list of objects. Not said and empty are the same."""

    record: Record

    def write(self, value: Any, place: str) -> list[Any]:
        return [self.record.write(item, f"{place}/{n}") for n, item in enumerate(value or ())]

    def read(self, value: Any, place: str) -> list[Any]:
        return [self.record.read(item, f"{place}/{n}") for n, item in enumerate(value or ())]


@dataclass(frozen=True, slots=True)
class Each:
    """A list of simple values."""

    codec: Codec

    def write(self, value: Any, place: str) -> list[Any]:
        return [self.codec.write(item, f"{place}/{n}") for n, item in enumerate(value or ())]

    def read(self, value: Any, place: str) -> list[Any]:
        return [self.codec.read(item, f"{place}/{n}") for n, item in enumerate(value or ())]


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A list of simple values, each written as an object with one field."""

    name: str
    codec: Codec

    def write(self, value: Any, place: str) -> list[Any]:
        return [{self.name: self.codec.write(item, f"{place}/{n}")} for n, item in enumerate(value or ())]

    def read(self, value: Any, place: str) -> list[Any]:
        return [self.codec.read(item.get(self.name), f"{place}/{n}/{self.name}") for n, item in enumerate(value or ())]


def _get(data: Mapping[str, Any], path: str) -> Any:
    value: Any = data
    for name in path.split("/"):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    *parents, name = path.split("/")
    for parent in parents:
        data = data.setdefault(parent, {})
    data[name] = value


def _places(record: Record, tokens: list[str]) -> Iterator[str]:
    """The parts of a native path; stops where the native form knows nothing more exact."""
    field = next((f for f in record.fields if f.canonical.split("/") == tokens[: f.canonical.count("/") + 1]), None)
    if field is None:
        yield from _around(record, tokens)
        return
    rest = tokens[field.canonical.count("/") + 1 :]
    name = field.native.replace("/", ".")
    if not rest or not rest[0].isdigit():
        yield name
        return
    yield f"{name}[{rest[0]}]"
    if isinstance(field.codec, Many):
        yield from _places(field.codec.record, rest[1:])


def _around(record: Record, tokens: list[str]) -> Iterator[str]:
    """A canonical object that stands nested in both forms, e.g. `/applicant` -> `ChuHoSo`."""
    inside = [f.native.split("/") for f in record.fields if tokens and f.canonical.split("/")[0] == tokens[0]]
    parents = {tuple(path[:-1]) for path in inside}
    if len(parents) == 1:
        yield from parents.pop()


def _unescape(token: str) -> str:
    return token.replace("~1", "/").replace("~0", "~")


__all__ = ["Codec", "Each", "Field", "Many", "Record", "Untranslatable", "Wrapped"]
