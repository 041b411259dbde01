"""The form of an archive: JSON Lines in members of gzip, with the same bytes for the same rows. Pure.

The first line is the head: `{"archive": 1, "ledger", "number", "previous", "previous_file"}`. Every other line is a
message with all that happened to it, `{"message", "deliveries", "attempts", "evidence"}`, or evidence that belongs to
no message, `{"evidence"}`; rows have the columns of the ledger. A record of the evidence also has `previous`, the hash
of the record before it in its chain, so that every line proves itself. Each member of gzip holds whole lines: one can
be read without those before it.
"""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

VERSION = 1
Row = dict[str, Any]

# A member of gzip is closed at so many bytes or lines: a look-up reads one of them.
MEMBER = 1 << 20
LINES = 500
_LEVEL = 6
_NAME = re.compile(r"lienthong-([0-9a-f]{8})-(\d{6,})-\d{14}-\d{14}-([0-9a-f]{16})\.jsonl\.gz")


@dataclass(frozen=True, slots=True)
class Name:
    """What the name of an archive says: whose it is (first digits of the ledger's id), its place, the beginning of its
    chained digest."""

    ledger: str
    number: int
    chained: str


@dataclass(frozen=True, slots=True)
class Archived:
    """A message with all that happened to it, and its bounds for the time that `keep` counts from."""

    message: Row
    deliveries: list[Row]
    attempts: list[Row]
    evidence: list[Row]

    def line(self) -> bytes:
        """One line of an archive."""
        return _line(
            {
                "message": self.message,
                "deliveries": self.deliveries,
                "attempts": self.attempts,
                "evidence": self.evidence,
            }
        )

    def row(self) -> Row:
        """As `bus.ledger.read.one` gives a message of the ledger."""
        deliveries = [
            {
                **one,
                "tries": one["attempts"],
                "attempts": [each for each in self.attempts if each["delivery_id"] == one["id"]],
            }
            for one in self.deliveries
        ]
        return {**self.message, "deliveries": deliveries, "evidence": sorted(self.evidence, key=lambda one: one["at"])}


def file_name(ledger: str, number: int, oldest: float, newest: float, chained: str) -> str:
    """`lienthong-LEDGER-NUMBER-FROM-TO-DIGEST.jsonl.gz`; times are UTC."""
    return f"{stem(ledger, number)}-{_stamp(oldest)}-{_stamp(newest)}-{chained[:16]}.jsonl.gz"


def stem(ledger: str, number: int) -> str:
    """The part of a name that is known before the archive is written."""
    return f"lienthong-{ledger[:8]}-{number:06d}"


def parsed(name: str) -> Name | None:
    """What a file name says; `None` if it is not an archive's."""
    match = _NAME.fullmatch(name)
    return None if match is None else Name(match[1], int(match[2]), match[3])


def head(ledger: str, number: int, previous: str, previous_file: str | None) -> bytes:
    """The first line."""
    return _line(
        {
            "archive": VERSION,
            "ledger": ledger,
            "number": number,
            "previous": previous,
            "previous_file": previous_file,
        }
    )


def loose(evidence: Sequence[Row]) -> bytes:
    """A line of evidence that belongs to no message."""
    return _line({"evidence": evidence})


def member(lines: Sequence[bytes]) -> bytes:
    """A member of gzip; no name and no time go into it."""
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=packed, mtime=0) as file:
        file.write(b"".join(lines))
    return packed.getvalue()


def read_line(line: bytes) -> Archived | list[Row]:
    """A line after the head: a message, or evidence of none."""
    found: Mapping[str, Any] = orjson.loads(line)
    if "message" not in found:
        return list(found["evidence"])
    return Archived(found["message"], found["deliveries"], found["attempts"], found["evidence"])


def records(line: Archived | list[Row]) -> Iterator[Row]:
    """The evidence of a line."""
    yield from line.evidence if isinstance(line, Archived) else line


def _line(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%d%H%M%S")
