"""How archives hang together, and how chains of evidence go on where a part of them was archived. Pure.

The chain of files follows X-Road's `linkinginfo`: digest_n = hex(H(utf8(digest_{n-1} in hex + hex(H(file bytes))))),
digest_0 is empty; H is SHA-256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from ..records import LedgerError

FIRST = ""


def chained(previous: str, digest: str) -> str:
    """The chained digest of a file, from that of the file before it and the digest of its own bytes (all in hex)."""
    return hashlib.sha256((previous + digest).encode()).hexdigest()


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Successive records of one chain that were archived: `first` to `last`. `before` is the hash of the record before
    them, `hash` that of the last one."""

    first: int
    last: int
    before: str
    hash: str


Spans = dict[str, list[Span]]


def extend(spans: list[Span], seq: int, before: str, hash: str) -> None:
    """Add one record. Records of a chain mostly come one after the other: neighbours are united as they come."""
    last = spans[-1] if spans else None
    if last is not None and last.last + 1 == seq and last.hash == before:
        spans[-1] = Span(last.first, seq, last.before, hash)
    else:
        spans.append(Span(seq, seq, before, hash))


class Unfit(LedgerError):
    """Archived parts of a chain that cannot both be right."""


def united(spans: Iterable[Span]) -> list[Span]:
    """The spans of one chain in order, neighbours that fit put together. Raises `Unfit` where two overlap, or
    touch and do not fit."""
    found: list[Span] = []
    for span in sorted(spans):
        last = found[-1] if found else None
        if last is None or span.first > last.last + 1:
            found.append(span)
        elif span.first == last.last + 1 and span.before == last.hash:
            found[-1] = Span(last.first, span.last, last.before, span.hash)
        else:
            raise Unfit(f"record {span.first} does not fit record {last.last}")
    return found
