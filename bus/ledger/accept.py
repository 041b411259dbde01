"""Intake's transaction: receipts, messages, deliveries, evidence. Each request whole or not at all, many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .evidence import Chain, Deed
from .records import Accepted, Conflict, NewMessage, State
from .session import Session
from .tables import delivery, message

Request = Sequence[NewMessage]
Answer = list[Accepted] | Conflict
Known = dict[str, tuple[str, str]]
Deliveries = dict[str, list[tuple[str, int]]]

_INSERT_RECEIPTS = """
INSERT INTO receipt (key, message_id, digest, at)
SELECT x.key, {id}, x.digest, x.at FROM {{rows:key text, message_id text, digest text, at double precision}}
WHERE true ORDER BY x.key ON CONFLICT (key) DO NOTHING RETURNING key
"""
_READ_RECEIPTS = "SELECT r.key, r.message_id, r.digest FROM {rows:key text} JOIN receipt r ON r.key = x.key"


def accept(session: Session, chain: Chain, requests: Sequence[Request], hint_timeout: float) -> list[Answer]:
    """Store what is new. Receipts go in key order (no deadlocks), positions in the order of `requests`."""
    answers, fresh = take(session, requests)
    deliveries = store(session, fresh, hint_timeout)
    chain.append(session, [Deed(new.received_at, new.client, "accepted", new.id) for new in fresh])
    return [_with_deliveries(answer, deliveries) for answer in answers]


def take(session: Session, requests: Sequence[Request]) -> tuple[list[Answer], list[NewMessage]]:
    """Put the receipts in: what each request is answered, and the messages that are new."""
    known: Known = {}
    while True:
        answers, fresh = judge(requests, known)
        inserted = _insert_receipts(session, fresh)
        if len(inserted) == len(fresh):
            return answers, fresh
        # Rare: some key was known. What was inserted is taken back, because its request may have to be refused now.
        _forget(session, [new for new in fresh if new.receipt in inserted])
        known |= _read_receipts(session, [new.receipt for new in fresh if new.receipt not in inserted])


def judge(requests: Sequence[Request], known: Mapping[str, tuple[str, str]]) -> tuple[list[Answer], list[NewMessage]]:
    """Each request against the known receipts and against the requests before it. Pure."""
    seen: Known = dict(known)
    answers: list[Answer] = []
    fresh: list[NewMessage] = []
    for request in requests:
        own: Known = {}
        answer = _judge_one(request, seen, own)
        answers.append(answer)
        if not isinstance(answer, Conflict):
            fresh += [new for new in request if new.receipt in own and own[new.receipt][0] == new.id]
            seen |= own
    return answers, fresh


def _judge_one(request: Request, seen: Known, own: Known) -> Answer:
    answer: list[Accepted] = []
    for index, new in enumerate(request):
        id, digest = seen.get(new.receipt) or own.setdefault(new.receipt, (new.id, new.digest))
        if digest != new.digest:
            return Conflict(index, id)
        answer.append(Accepted(id, duplicate=id != new.id))
    return answer


def store(session: Session, fresh: Sequence[NewMessage], hint_timeout: float) -> Deliveries:
    """Insert messages and their deliveries; the deliveries of each message id as (system, delivery id)."""
    if not fresh:
        return {}
    session.insert(message, [_message_row(new) for new in fresh])
    pairs = [(new, target) for new in fresh for target in new.targets]
    now, ids = session.now(), session.positions(len(pairs))
    deliveries: Deliveries = {}
    rows = []
    for id, (new, target) in zip(ids, pairs, strict=True):
        if target.state is State.READY:
            deliveries.setdefault(new.id, []).append((target.system, id))
        rows.append(
            {
                **_DELIVERY,
                "id": id,
                "message_id": new.id,
                "system": target.system,
                "operation": target.operation,
                "lane": target.lane,
                "position": id,
                "created_at": now,
                "due_at": now,
                "publish_after": now + hint_timeout if target.hinted else now,
                "policy": target.policy,
                "state": target.state.value,
                "is_open": target.state is State.READY,
                "code": target.code,
                "reason": target.reason,
                "pointer": target.pointer,
                "value": target.value,
            }
        )
    session.insert(delivery, rows)
    return deliveries


_DELIVERY: dict[str, Any] = dict.fromkeys(str(column.name) for column in delivery.columns) | {
    "leads": False,
    "attempts": 0,
    "generation": 0,
    "attempts_before": 0,
    "takeovers": 0,
}


def _message_row(new: NewMessage) -> dict[str, Any]:
    return {
        "id": new.id,
        "client": new.client,
        "source": new.source,
        "key": new.key,
        "type": new.type,
        "subject": new.subject,
        "time": new.time,
        "received_at": new.received_at,
        "schema": new.schema,
        "data": new.data,
        "trace": new.trace,
        "cause": new.cause,
    }


def _insert_receipts(session: Session, fresh: Sequence[NewMessage]) -> set[str]:
    if not fresh:
        return set()
    rows = [{"key": new.receipt, "message_id": new.id, "digest": new.digest, "at": new.received_at} for new in fresh]
    id = "CAST(x.message_id AS uuid)" if session.postgres else "x.message_id"
    return {row[0] for row in session.run(_INSERT_RECEIPTS.format(id=id), rows=rows)}


def _read_receipts(session: Session, keys: Iterable[str]) -> Known:
    rows = session.run(_READ_RECEIPTS, rows=[{"key": key} for key in keys])
    return {row.key: (str(row.message_id), row.digest) for row in rows}


def forget_receipts(session: Session, age: float, most: int = 10_000) -> int:
    """Forget receipts older than `age` seconds, at most `most` at once; how many that were."""
    rows = session.run(
        """DELETE FROM receipt WHERE key IN (SELECT key FROM receipt WHERE at < {now} - :age ORDER BY at LIMIT :most)
        RETURNING key""",
        age=age,
        most=most,
    )
    return len(rows)


def _forget(session: Session, fresh: Sequence[NewMessage]) -> None:
    session.run(
        "DELETE FROM receipt WHERE key IN (SELECT x.key FROM {rows:key text})",
        rows=[{"key": new.receipt} for new in fresh],
    )


def _with_deliveries(answer: Answer, deliveries: Deliveries) -> Answer:
    if isinstance(answer, Conflict):
        return answer
    return [
        accepted if accepted.duplicate else Accepted(accepted.id, deliveries=tuple(deliveries.get(accepted.id, ())))
        for accepted in answer
    ]
