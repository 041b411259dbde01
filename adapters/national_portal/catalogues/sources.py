"""The lists that are read: the portal's service of each, and how its answer becomes a listing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import BaseModel, ValidationError

from adapters.changes import Listing, digest
from adapters.fields import Untranslatable
from lienthong.verdicts import Unreadable

from ..reading import capitals
from ..unread import unreadable
from . import translate
from .model import TTHC
from .settings import CataloguesSettings


@dataclass(frozen=True, slots=True)
class Source:
    """One list: its name in the cursor and in keys, its catalogue, service, field of the code, and reader of a row."""

    name: str
    catalogue: str
    service: str
    code: str
    read: Callable[[Any], BaseModel]


def _row(row: Any) -> TTHC:
    """A row of the list of procedures; the procedure itself is another service's."""
    found = TTHC.model_validate(capitals(row))
    if found.MATTHC is None:
        raise Untranslatable("missing", "is required", "/MATTHC")
    return found


_LISTS: Mapping[str, tuple[str, str, Callable[[Any], BaseModel]]] = {
    "agencies": ("LayDanhMucCoQuan", "MADONVI", translate.agency),
    "fields": ("LayDanhMucLinhVuc", "MALINHVUC", translate.field),
    "services": ("LayDVC", "MADVC", translate.service),
    "procedures": ("LayDanhSachTTHC", "MATTHC", _row),
}


def sources(settings: CataloguesSettings) -> list[Source]:
    """The lists of a round, in order."""
    own = [Source(name, name, *_LISTS[name]) for name in settings.lists]
    return own + [
        Source(
            f"codes/{name}",
            "codes",
            one.service,
            one.code.upper(),
            partial(translate.entry, name=name, code=one.code, label=one.label),
        )
        for name, one in settings.codes.items()
    ]


def listing(source: Source, rows: Sequence[Any], wanted: Callable[[BaseModel], bool]) -> Listing:
    """The records by code. What cannot be read is told in `bad`, and its code, if that can be, counts as listed."""
    records: dict[str, BaseModel] = {}
    bad: dict[str, Unreadable] = {}
    codes: set[str | None] = set()
    for row in rows:
        try:
            record = source.read(row)
        except (ValidationError, Untranslatable) as error:
            found = unreadable(f"{source.name}/{digest(row)}", row, error)
            bad[found.key] = found
            codes.add(_code(row, source.code))
            continue
        code = record.MATTHC if isinstance(record, TTHC) else getattr(record, "code", None)
        if wanted(record) and records.setdefault(str(code), record) != record:
            key = f"{source.name}/{digest(row)}"
            bad[key] = Unreadable(key, row, "ambiguous-code", "another record of this list has the same code")
    return Listing(records, frozenset(code for code in codes if code), tuple(bad.values()), None not in codes)


def _code(row: Any, name: str) -> str | None:
    value = {str(key).upper(): item for key, item in row.items()}.get(name) if isinstance(row, Mapping) else None
    return str(value) if isinstance(value, int | str) and value else None


__all__ = ["Source", "listing", "sources"]
