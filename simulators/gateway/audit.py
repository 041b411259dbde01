"""Compares what the bus says of each order with the books. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from .books import Books


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of one reference, in dong."""

    reference: str
    received: int = 0
    reversed: int = 0
    refunded: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One sum that differs: what was said, and what the books hold."""

    reference: str
    what: str
    said: int
    held: int


@dataclass(slots=True)
class Audit:
    """`lost`: money in the books, of which less was said. `invented`: more was said than there is."""

    lost: list[Finding] = field(default_factory=list)
    invented: list[Finding] = field(default_factory=list)
    references: int = 0

    @property
    def ok(self) -> bool:
        """Every reference right, to the dong."""
        return not (self.lost or self.invented)

    def as_json(self) -> dict[str, Any]:
        """The counts, and what they count."""
        findings = {name: [asdict(one) for one in getattr(self, name)] for name in ("lost", "invented")}
        counts = {name: len(found) for name, found in findings.items()}
        return {"ok": self.ok, "references": self.references, **counts, "findings": findings}


def audit(books: Books, said: Iterable[Said]) -> Audit:
    """Compare. A reference of which nothing was said counts as nothing received; one that comes twice is summed."""
    found, told = Audit(), dict[str, Said]()
    for one in said:
        before = told.get(one.reference, Said(one.reference))
        sums = (before.received + one.received, before.reversed + one.reversed, before.refunded + one.refunded)
        told[one.reference] = Said(one.reference, *sums)
    for reference in dict.fromkeys([*books.references, *told]):
        found.references += 1
        _compare(books, told.get(reference, Said(reference)), found)
    return found


def _compare(books: Books, told: Said, found: Audit) -> None:
    money = books.money(told.reference)
    for what in ("received", "reversed", "refunded"):
        said, held = getattr(told, what), getattr(money, what)
        if said != held:
            kind = found.lost if said < held else found.invented
            kind.append(Finding(told.reference, what, said, held))


__all__ = ["Audit", "Finding", "Said", "audit"]
