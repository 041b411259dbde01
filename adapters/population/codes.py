"""The codes of the population database's answers: which list reads which field.

The lists are data in `schemas.codes`. What the database itself answers with beyond the first three ethnic groups is not
proven, so by default only a code on which both numberings agree is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from schemas.citizen_codes import ETHNIC_LISTS, AmbiguousCode, known_code, read_code

# list and width of codes whose leading zeros a number in JSON has lost
SEX = ("sexes", 1)
MARITAL = ("marital-statuses", 1)
BLOOD = ("blood-groups", 2)
RELIGION = ("religions", 2)
RELATION = ("household-relations", 0)
COUNTRY = ("countries", 0)
ETHNIC_WIDTH = 2

Read = Callable[[str], str | None]
BOTH = "ethnic-groups"


def ethnic_reader(numbering: str) -> tuple[str, Read]:
    """The list's name, and what reads a code of it. Raises as `read_code` does."""
    if numbering == "agreed":
        return BOTH, _agreed
    name = ETHNIC_LISTS[numbering]  # type: ignore[index]  # checked by the settings
    return name, lambda code: read_code(name, code)


def _agreed(code: str) -> str | None:
    found = {read_code(name, code) for name in ETHNIC_LISTS.values()}
    if len(found) > 1:
        raise AmbiguousCode(BOTH, code)
    return found.pop()


def reader(name: str) -> Read:
    """What reads a code of that list: our word for it, or the code itself where names are not public."""
    return lambda code: (known_code if name in _UNNAMED else read_code)(name, code)


_UNNAMED: Mapping[str, None] = dict.fromkeys(("religions", "countries"))

__all__ = [
    "BLOOD",
    "COUNTRY",
    "ETHNIC_WIDTH",
    "MARITAL",
    "RELATION",
    "RELIGION",
    "SEX",
    "Read",
    "ethnic_reader",
    "reader",
]
