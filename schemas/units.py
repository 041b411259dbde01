"""Codes of state bodies (mã định danh), in the old and in the new form.

Old: QCVN 102:2016/BTTTT, `000.00.15.H49`: level 4, level 3, level 2, level 1, zeros where there is no such level.
New: QĐ 20/2020/QĐ-TTg, `H49.21.05`: level 1 first, as many levels as there are. Both are in use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_OLD = re.compile(r"(\d{3})\.(\d{2})\.(\d{2})\.([A-Z]\d{2})", re.ASCII)
_NEW = re.compile(r"[A-Z]\d{2}(\.[0-9A-Z]{1,10})*", re.ASCII)
LONGEST = 35


@dataclass(frozen=True, slots=True)
class UnitCode:
    """A unit code taken apart: its form and its levels, level 1 first, down to the lowest that is not zeros."""

    code: str
    form: Literal["old", "new"]
    levels: tuple[str, ...]


def unit_code(value: str) -> UnitCode:
    """Take a unit code of either form apart."""
    old = _OLD.fullmatch(value)
    if old is not None:
        return UnitCode(value, "old", _old_levels(*old.groups()))
    if len(value) <= LONGEST and _NEW.fullmatch(value):
        return UnitCode(value, "new", tuple(value.split(".")))
    raise ValueError("is not a unit code; write 000.00.15.H49 or H49.21.05")


def _old_levels(fourth: str, third: str, second: str, first: str) -> tuple[str, ...]:
    levels = [first, second, third, fourth]
    while not levels[-1].strip("0"):
        levels.pop()
    return tuple(levels)


def level_1(value: str) -> str:
    """The code of the ministry or province that the unit belongs to, e.g. H49."""
    return unit_code(value).levels[0]


def from_old(value: str) -> str:
    """The new form of an old code, where the law defines one: for level 1 alone (`000.00.00.H49` is `H49`).

    Lower units were numbered anew under QĐ 20/2020, so theirs is a table that each province decides.
    """
    unit = unit_code(value)
    if unit.form == "new":
        return value
    if len(unit.levels) > 1:
        raise ValueError("has no computable new form: units below level 1 were numbered anew; use the province's table")
    return unit.levels[0]


__all__ = ["UnitCode", "from_old", "level_1", "unit_code"]
