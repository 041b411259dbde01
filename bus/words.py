"""What is said to people: in two languages, with a stable code and a cure. Imports nothing, so that help is quick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]
Language = Literal["en", "vi"]


class Words(NamedTuple):
    """One text in both languages."""

    en: str
    vi: str


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of mistake. `meaning` is for the reference; `what` and `cure` are templates."""

    id: str
    name: str
    meaning: str
    what: Words
    cure: Words
    severity: Severity = "error"
