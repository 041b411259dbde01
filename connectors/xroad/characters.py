"""Which characters an identifier part may hold: three checks of different strictness.

- `strict`: what may be registered today (PR-MESS 2.7, PR-REST 4.8);
- `flaws`: what the administration interface has always refused, each by its name;
- `doubtful`: what the proxy writes a warning about and carries all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

_STRICT = re.compile(r"[A-Za-z0-9'()+,\-.=?]*")
# ISO control characters, zero-width space, byte order mark
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b\ufeff]")
_UNCARRIED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Flaw(StrEnum):
    """One kind of character that does not belong into an identifier."""

    COLON = "COLON"
    SEMICOLON = "SEMICOLON"
    FORWARDSLASH = "FORWARDSLASH"
    BACKSLASH = "BACKSLASH"
    PERCENT = "PERCENT"
    CONTROL_CHAR = "CONTROL_CHAR"


_SINGLE = {
    ":": Flaw.COLON,
    ";": Flaw.SEMICOLON,
    "/": Flaw.FORWARDSLASH,
    "\\": Flaw.BACKSLASH,
    "%": Flaw.PERCENT,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one part. An `error` cannot be carried; a `warning` is carried, but no longer registered."""

    severity: Literal["error", "warning"]
    part: str
    reason: str


def strict(part: str | None) -> bool:
    """Whether every character may stand in a newly registered identifier; a part that is absent is fine."""
    return part is None or _STRICT.fullmatch(part) is not None


def flaws(part: str | None) -> frozenset[Flaw]:
    """The kinds of forbidden characters in `part`."""
    text = part or ""
    found = {flaw for character, flaw in _SINGLE.items() if character in text}
    return frozenset(found | {Flaw.CONTROL_CHAR} if _CONTROL.search(text) else found)


def doubtful(parts: Iterable[str | None]) -> bool:
    """Whether a proxy would write a warning about an identifier of these parts."""
    return any(flaws(part) for part in parts)


def advice(parts: Iterable[tuple[str, str | None]]) -> tuple[Finding, ...]:
    """What to tell the person who configured an identifier, given its parts as (name, value)."""
    return tuple(found for name, part in parts if part is not None for found in _advice(name, part))


def _advice(name: str, part: str) -> tuple[Finding, ...]:
    if not part:
        return (Finding("error", name, "is empty; leave it out or name it"),)
    if _UNCARRIED.search(part):
        return (Finding("error", name, "holds a character that XML cannot carry; remove it"),)
    found = flaws(part)
    if found:
        named = ", ".join(sorted(flaw.value.lower().replace("_", " ") for flaw in found))
        return (Finding("warning", name, f"holds what security servers warn about ({named})"),)
    if not strict(part):
        return (Finding("warning", name, "holds characters outside A-Z a-z 0-9 '()+,-.=? of today's rule"),)
    return ()


__all__ = ["Finding", "Flaw", "advice", "doubtful", "flaws", "strict"]
