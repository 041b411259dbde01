"""From records of a category to canonical entries, and from two states of it to what changed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from adapters.changes import Change, Listing
from lienthong.verdicts import Draft, Unreadable
from schemas.catalogue import CatalogueChange, ListedCode
from schemas.flaws import flaws


def listing(rows: list[Any], name: str, code: str, label: str, key: str) -> Listing:
    """The entries by code; of a code that comes twice the last, because the service forbids it and nobody says more."""
    records: dict[str, BaseModel] = {}
    spoilt: set[str] = set()
    bad: list[Unreadable] = []
    whole = True
    for number, row in enumerate(rows):
        try:
            found = entry(row, name, code, label)
        except ValidationError as error:
            flaw = flaws(error)[0]
            bad.append(Unreadable(f"{key}-{number}", row, flaw.code, flaw.reason, flaw.pointer))
            named = str(row.get(code) or "").strip() if isinstance(row, Mapping) else ""
            spoilt |= {named} if named else set()
            whole = whole and bool(named)
        else:
            records[found.code] = found
    return Listing(records, frozenset(spoilt - records.keys()), tuple(bad), whole)


def entry(row: Any, name: str, code: str, label: str) -> ListedCode:
    """A record as a canonical entry; fields that say nothing are left out. Raises `pydantic.ValidationError`."""
    known: Mapping[str, Any] = row if isinstance(row, Mapping) else {}
    other = {field: value for field, value in known.items() if field not in (code, label) and value not in (None, "")}
    said = {"list": name, "code": _text(known.get(code)), "name": _text(known.get(label)), "other": other}
    return ListedCode.model_validate({field: value for field, value in said.items() if value is not None})


def _text(value: Any) -> Any:
    """Codes come as numbers too; blanks around them mean nothing."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() or None if isinstance(value, str) else value


def draft(change: Change, name: str, system: str, round: int) -> Draft:
    """What is told of a change. `round` keeps a change that comes again apart from the first one."""
    told = CatalogueChange(
        system=system,
        catalogue="codes",
        change=change.change,
        code=change.code,
        list=name,
        entry=change.record if isinstance(change.record, ListedCode) else None,
    )
    return Draft(
        "catalogue.changed", f"{name}/{change.code}"[:200], told, f"{name}/{change.code}/{change.digest}/{round}"
    )


__all__ = ["draft", "entry", "listing"]
