"""Code tables of one adapter: `codes.csv` beside its code, with certainty and source by entry."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Entry:
    """One code. `outcome` is our word for what follows, "" where nothing does.

    `certainty`: H official page or two independent code bases, M one credible source, L inferred.
    """

    outcome: str
    label: str
    certainty: str
    source: str


@cache
def table(package: str, name: str) -> Mapping[str, Entry]:
    """The table `name` of `package` (`adapters.vnpay`) by code. Raises `KeyError` for a table that is not there."""
    text = files(package).joinpath("codes.csv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["table"] == name]
    if not rows:
        raise KeyError(name)
    found = {row["code"]: Entry(row["outcome"], row["label"], row["certainty"], row["source"]) for row in rows}
    if len(found) != len(rows):
        raise ValueError(f"{package}: a code of {name} comes twice")
    return MappingProxyType(found)


__all__ = ["Entry", "table"]
