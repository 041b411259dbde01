"""Evidence: who did what to which message, hash-chained. One chain a writer, so that no writer waits for another's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from .retention.links import Span
from .session import Session
from .tables import evidence

GENESIS = "0" * 64

# Of a process that was idle for long even the last record may be in an archive.
_HEAD = """
SELECT seq, hash FROM (SELECT seq, hash FROM evidence WHERE chain = :chain
  UNION ALL SELECT last AS seq, hash FROM archived_evidence WHERE chain = :chain) AS known ORDER BY seq DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done. `detail` never holds personal data: codes, references and reasons only."""

    at: float
    actor: str
    action: str
    message_id: str | None = None
    delivery_id: int | None = None
    detail: str | None = None


class Chain:
    """The head of one chain. `append` belongs in the transaction that does the deeds, `advance` after its commit."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._seq = 0
        self._hash = GENESIS
        self._next: tuple[int, str] = (0, GENESIS)

    @property
    def head(self) -> tuple[int, str]:
        """Place and hash of the last committed record."""
        return self._seq, self._hash

    def append(self, session: Session, deeds: Iterable[Deed]) -> None:
        """Write the deeds behind the last committed record."""
        seq, head = self._seq, self._hash
        rows: list[dict[str, Any]] = []
        for deed in deeds:
            seq += 1
            row = {
                "chain": self.name,
                "seq": seq,
                "at": deed.at,
                "actor": deed.actor,
                "action": deed.action,
                "message_id": deed.message_id,
                "delivery_id": deed.delivery_id,
                "detail": deed.detail,
            }
            head = link(head, row)
            rows.append({**row, "hash": head})
        session.insert(evidence, rows)
        self._next = (seq, head)

    def rewind(self) -> None:
        """Forget what a transaction wrote that was not committed."""
        self._next = (self._seq, self._hash)

    def advance(self) -> None:
        """The transaction was committed."""
        self._seq, self._hash = self._next

    def reload(self, session: Session) -> None:
        """Read the head again: after a COMMIT whose answer was lost nobody knows whether it moved."""
        rows = session.run(_HEAD, chain=self.name)
        self._seq, self._hash = (rows[0].seq, rows[0].hash) if rows else (0, GENESIS)


def link(previous: str, record: Mapping[str, Any]) -> str:
    """The hash of a record: SHA-256 of the previous hash and the record as JSON with sorted keys, without `hash`."""
    plain = {name: value for name, value in record.items() if name != "hash"}
    return hashlib.sha256(previous.encode() + orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)).hexdigest()


def broken(records: Iterable[Mapping[str, Any]], archived: Sequence[Span] = ()) -> int | None:
    """The `seq` of the first record of one chain (in order) that does not fit, or `None` where all do.

    `archived`: the parts that are in archives, in order; behind each, the hash of its last record goes on.
    """
    head, expected, gone = GENESIS, 1, list(archived)
    for record in records:
        while gone and gone[0].first == expected:
            if gone[0].before != head:
                return expected
            head, expected = gone[0].hash, gone.pop(0).last + 1
        head = link(head, record)
        if record["seq"] != expected or record["hash"] != head:
            return int(record["seq"])
        expected += 1
    for span in gone:
        if span.first != expected or span.before != head:
            return span.first
        head, expected = span.hash, span.last + 1
    return None
