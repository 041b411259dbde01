"""Reading a notice of the portal: the canonical message in it, or every mistake with its place in the notice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from pydantic import TypeAdapter, ValidationError

from adapters.fields import Record
from lienthong.requests import Problem
from lienthong.verdicts import Draft
from schemas.dossier import Dossier
from schemas.flaws import flaw
from schemas.progress import ProgressStep

from .codes import NOTICES
from .model import TIME, BanTin, Key
from .translate import DOSSIER, STEP, dossier_from_native, step_from_native

N = TypeVar("N")
C = TypeVar("C")
MOST_MISTAKES = 100
_TYPES = {notice: type for type, notice in NOTICES.items()}
_KEY: TypeAdapter[str] = TypeAdapter(Key)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a notice; `place` as in `HoSo.LePhi[0].Gia`, "" for the whole."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that could be read. `part` is the field that holds its content."""

    key: str
    part: str
    draft: Draft


@dataclass(frozen=True, slots=True)
class Misread:
    """A notice that could not be read. `key` is "" where not even that could."""

    key: str
    mistakes: tuple[Mistake, ...]


def read(content: bytes) -> Notice | Misread:
    """The notice in a request body."""
    try:
        document = json.loads(content, parse_constant=_no_constant)
    except RecursionError:
        return Misread("", (Mistake("", "is nested too deeply; send the notice as documented"),))
    except ValueError:
        return Misread("", (Mistake("", "is not JSON in UTF-8; send one JSON object"),))
    try:
        notice = BanTin.model_validate(document)
    except ValidationError as error:
        return Misread(_key(document), tuple(_native_mistakes(error)))
    part = "TienDo" if notice.LoaiBanTin == "TienDo" else "HoSo"
    mistakes = _wrong_parts(notice, part)
    return Misread(notice.MaGiaoDich, mistakes) if mistakes else _content(notice, part)


def place(part: str, pointer: str) -> str:
    """Where in the notice a pointer into the canonical event stands (`/data/fees/0/amount`, `/id`, `/subject`)."""
    if pointer == "/data" or pointer.startswith("/data/"):
        inside = (STEP if part == "TienDo" else DOSSIER).native_place(pointer.removeprefix("/data"))
        return f"{part}.{inside}" if inside else part
    return {"/id": "MaGiaoDich", "/time": "ThoiGianGui", "/subject": f"{part}.MaHoSo"}.get(pointer, "")


def told(part: str, problems: Sequence[Problem]) -> tuple[Mistake, ...]:
    """What the bus found wrong, with the places of the notice."""
    return tuple(Mistake(place(part, problem.pointer), problem.reason) for problem in problems[:MOST_MISTAKES])


def _content(notice: BanTin, part: str) -> Notice | Misread:
    said: Dossier | ProgressStep | tuple[Mistake, ...] = ()
    if notice.TienDo is not None:
        said = _canonical(step_from_native, notice.TienDo, STEP, part)
    elif notice.HoSo is not None:
        said = _canonical(dossier_from_native, notice.HoSo, DOSSIER, part)
    if isinstance(said, tuple):
        return Misread(notice.MaGiaoDich, said)
    subject = said.code if isinstance(said, Dossier) else said.dossier_code
    time = TIME.read(notice.ThoiGianGui, "/ThoiGianGui")
    return Notice(
        notice.MaGiaoDich, part, Draft(_TYPES[notice.LoaiBanTin], subject, said, key=notice.MaGiaoDich, time=time)
    )


def _canonical(translate: Callable[[N], C], native: N, record: Record, part: str) -> C | tuple[Mistake, ...]:
    try:
        return translate(native)
    except ValidationError as error:
        flaws = [flaw(details) for details in error.errors(include_url=False, include_input=False)]
        return tuple(
            Mistake(f"{part}.{inside}" if (inside := record.native_place(found.pointer)) else part, found.reason)
            for found in flaws[:MOST_MISTAKES]
        )


def _native_mistakes(error: ValidationError) -> Iterator[Mistake]:
    for details in error.errors(include_url=False, include_input=False)[:MOST_MISTAKES]:
        yield Mistake(_path(details["loc"]), flaw(details).reason)


def _path(location: tuple[int | str, ...]) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).removeprefix(".")


def _wrong_parts(notice: BanTin, part: str) -> tuple[Mistake, ...]:
    other = "HoSo" if part == "TienDo" else "TienDo"
    mistakes = []
    if getattr(notice, part) is None:
        mistakes.append(Mistake(part, f"is required with LoaiBanTin {notice.LoaiBanTin}; add it"))
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


__all__ = ["Misread", "Mistake", "Notice", "place", "read", "told"]
