"""Reading a notice of the portal: the canonical message in it, or every mistake with its place in the notice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from pydantic import BaseModel, TypeAdapter, ValidationError

from adapters.fields import Record
from lienthong.requests import Problem
from lienthong.verdicts import Draft
from schemas.flaws import flaw

from .model import TIME, Key

MOST_MISTAKES = 100
_KEY: TypeAdapter[str] = TypeAdapter(Key)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a notice; `place` as in `HoSo.LePhi[0].Gia`, "" for the whole."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of notice: the field that holds its content, and the message of `type` that it becomes.

    `subject` is the canonical field that names what the message is about. `translate` raises
    `pydantic.ValidationError` with canonical places, which `record` turns round.
    """

    name: str
    type: str
    subject: str
    record: Record
    translate: Callable[[Any], BaseModel]


@dataclass(frozen=True, slots=True)
class Form:
    """What may come at one place: the model of the whole, and its parts by `LoaiBanTin`."""

    model: type[BaseModel]
    parts: Mapping[str, Part]


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that could be read."""

    key: str
    part: Part
    draft: Draft


@dataclass(frozen=True, slots=True)
class Misread:
    """A notice that could not be read. `key` is "" where not even that could."""

    key: str
    mistakes: tuple[Mistake, ...]


def read(content: bytes, form: Form) -> Notice | Misread:
    """The notice in a request body."""
    try:
        document = json.loads(content, parse_constant=_no_constant)
    except RecursionError:
        return Misread("", (Mistake("", "is nested too deeply; send the notice as documented"),))
    except ValueError:
        return Misread("", (Mistake("", "is not JSON in UTF-8; send one JSON object"),))
    try:
        notice: Any = form.model.model_validate(document)
    except ValidationError as error:
        return Misread(_key(document), tuple(_native_mistakes(error)))
    part = form.parts[notice.LoaiBanTin]
    mistakes = _wrong_parts(notice, part, form)
    return Misread(notice.MaGiaoDich, mistakes) if mistakes else _content(notice, part)


def place(part: Part, pointer: str) -> str:
    """Where in the notice a pointer into the canonical event stands (`/data/fees/0/amount`, `/id`, `/subject`)."""
    if pointer == "/data" or pointer.startswith("/data/"):
        inside = part.record.native_place(pointer.removeprefix("/data"))
        return f"{part.name}.{inside}" if inside else part.name
    if pointer == "/subject":
        return f"{part.name}.{part.record.native_place(f'/{part.subject}')}"
    return {"/id": "MaGiaoDich", "/time": "ThoiGianGui"}.get(pointer, "")


def told(part: Part, problems: Sequence[Problem]) -> tuple[Mistake, ...]:
    """What the bus found wrong, with the places of the notice."""
    return tuple(Mistake(place(part, problem.pointer), problem.reason) for problem in problems[:MOST_MISTAKES])


def _content(notice: Any, part: Part) -> Notice | Misread:
    try:
        said = part.translate(getattr(notice, part.name))
    except ValidationError as error:
        flaws = [flaw(details) for details in error.errors(include_url=False, include_input=False)[:MOST_MISTAKES]]
        places = (place(part, f"/data{found.pointer}") for found in flaws)
        return Misread(notice.MaGiaoDich, tuple(map(Mistake, places, (found.reason for found in flaws))))
    time = TIME.read(notice.ThoiGianGui, "/ThoiGianGui")
    draft = Draft(part.type, getattr(said, part.subject), said, key=notice.MaGiaoDich, time=time)
    return Notice(notice.MaGiaoDich, part, draft)


def _native_mistakes(error: ValidationError) -> Iterator[Mistake]:
    for details in error.errors(include_url=False, include_input=False)[:MOST_MISTAKES]:
        yield Mistake(_path(details["loc"]), flaw(details).reason)


def _path(location: tuple[int | str, ...]) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).removeprefix(".")


def _wrong_parts(notice: Any, part: Part, form: Form) -> tuple[Mistake, ...]:
    others = sorted({one.name for one in form.parts.values()} - {part.name})
    mistakes = []
    if getattr(notice, part.name) is None:
        mistakes.append(Mistake(part.name, f"is required with LoaiBanTin {notice.LoaiBanTin}; add it"))
    for other in others:
        if getattr(notice, other) is not None:
            mistakes.append(Mistake(other, f"does not belong to LoaiBanTin {notice.LoaiBanTin}; leave it out"))
    if not notice.ThoiGianGui:
        mistakes.append(Mistake("ThoiGianGui", "is required; add it"))
    return tuple(mistakes)


def _key(document: Any) -> str:
    """The portal's id of a notice that is otherwise wrong, for the answer."""
    try:
        return _KEY.validate_python(document.get("MaGiaoDich") if isinstance(document, dict) else None, strict=True)
    except ValidationError:
        return ""


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


__all__ = ["Form", "Misread", "Mistake", "Notice", "Part", "place", "read", "told"]
