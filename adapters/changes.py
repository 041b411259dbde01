"""What changed between the last listing and this one. Pure: the cursor goes in and a new one comes out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from lienthong.verdicts import Unreadable

# 64 bits: among a million versions two alike are as likely as one in thirty million
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Change:
    """One record that is not as it was. `record` is `None` after `withdrawn`."""

    code: str
    change: Literal["added", "changed", "withdrawn"]
    digest: str
    record: BaseModel | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The records of a complete listing by code.

    `spoilt` are codes that are listed with a record that could not be read, `bad` is what to say of those. Where not
    even the code could be read (`whole` is false), nothing can be said to be missing.
    """

    records: Mapping[str, BaseModel]
    spoilt: frozenset[str] = frozenset()
    bad: tuple[Unreadable, ...] = ()
    whole: bool = True

    def __len__(self) -> int:
        return len({*self.records, *self.spoilt})

    def missing(self, known: Iterable[str]) -> Iterator[Change]:
        """What is listed no longer."""
        gone = [code for code in known if code not in self.records and code not in self.spoilt] if self.whole else []
        return (Change(code, "withdrawn", "gone") for code in gone)


def digest(value: BaseModel | Any) -> str:
    """What tells one version from another, whatever the order of its fields."""
    data = value.model_dump(mode="json", exclude_none=True) if isinstance(value, BaseModel) else value
    text = json.dumps(data, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def plausible(found: int, known: int, least_share: float) -> bool:
    """Whether a listing of so many can be the successor of one of so many."""
    return known == 0 or (found > 0 and found >= known * least_share)


def compared(listing: Listing, known: Mapping[str, str]) -> Iterator[Change]:
    """The changes, in the order of the listing, the withdrawn last."""
    for code, record in listing.records.items():
        now = digest(record)
        if code not in known:
            yield Change(code, "added", now, record)
        elif known[code] != now:
            yield Change(code, "changed", now, record)
    yield from listing.missing(known)


__all__ = ["Change", "Listing", "compared", "digest", "plausible"]
