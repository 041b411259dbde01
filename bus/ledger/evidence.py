"""Evidence: who did what to which message, hash-chained. One chain a writer, so that no writer waits for another's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from .session import Session
from .tables import evidence

GENESIS = "0" * 64


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

    def advance(self) -> None:
        """The transaction was committed."""
        self._seq, self._hash = self._next

    def reload(self, session: Session) -> None:
        """Read the head again: after a COMMIT whose answer was lost nobody knows whether it moved."""
        rows = session.run(
            "SELECT seq, hash FROM evidence WHERE chain = :chain ORDER BY seq DESC LIMIT 1", chain=self.name
        )
        self._seq, self._hash = (rows[0].seq, rows[0].hash) if rows else (0, GENESIS)


def link(previous: str, record: Mapping[str, Any]) -> str:
    """The hash of a record: SHA-256 of the previous hash and the record as JSON with sorted keys, without `hash`."""
    plain = {name: value for name, value in record.items() if name != "hash"}
    return hashlib.sha256(previous.encode() + orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)).hexdigest()


def broken(records: Iterable[Mapping[str, Any]]) -> int | None:
    """The `seq` of the first record of one chain (in order) that does not fit, or `None` where all do."""
    head, expected = GENESIS, 1
    for record in records:
        head = link(head, record)
        if record["seq"] != expected or record["hash"] != head:
            return int(record["seq"])
        expected += 1
    return None
