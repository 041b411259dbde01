"""Worker incarnations and their leases. A worker that is silent for a whole lease is gone; what it sent is in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .evidence import Chain, Deed
from .session import Session


@dataclass(frozen=True, slots=True)
class Worker:
    """Another incarnation as it stands in the ledger."""

    id: int
    counter: int


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A delivery whose worker is gone, with the body of the policy that was stamped on it (`None`: not known)."""

    id: int
    system: str
    operation: str
    takeovers: int
    policy: str | None


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What becomes of deliveries in doubt: by (system, operation), `held`, or `ready` after `delay` seconds.

    `quarantine`: so many take-overs, and the delivery is held whatever its operation says.
    """

    hold: bool
    delay: float
    quarantine: int


def register(session: Session, id: int, host: str, pid: int) -> None:
    """A new incarnation."""
    session.run(
        "INSERT INTO worker (id, host, pid, started_at, counter, state) VALUES (:id, :host, :pid, {now}, 0, 'alive')",
        id=id,
        host=host,
        pid=pid,
    )


def beat(session: Session, id: int) -> bool:
    """Renew all leases of `id`; False if it was declared gone and may send nothing more."""
    statement = "UPDATE worker SET counter = counter + 1 WHERE id = :id AND state = 'alive' RETURNING counter"
    return bool(session.run(statement, id=id))


def sign_off(session: Session, id: int) -> None:
    """An orderly end."""
    session.run("UPDATE worker SET state = 'stopped' WHERE id = :id AND state = 'alive'", id=id)


def others(session: Session, id: int) -> list[Worker]:
    """Every other incarnation that may still be sending."""
    statement = "SELECT id, counter FROM worker WHERE state = 'alive' AND id <> :id"
    return [Worker(row.id, row.counter) for row in session.run(statement, id=id)]


def declare_gone(session: Session, worker: Worker) -> bool:
    """Compare-and-set on the counter that was seen; False if it moved meanwhile."""
    statement = (
        "UPDATE worker SET state = 'gone' WHERE id = :id AND counter = :counter AND state = 'alive' RETURNING id"
    )
    return bool(session.run(statement, id=worker.id, counter=worker.counter))


def abandoned(session: Session, most: int) -> Sequence[TakenOver]:
    """Deliveries that are being sent by workers which are gone or stopped."""
    statement = """SELECT d.id, d.system, d.operation, d.takeovers,
        (SELECT p.body FROM policy p WHERE p.id = d.policy) AS policy FROM delivery d
      WHERE d.state = 'sending' AND NOT EXISTS (SELECT 1 FROM worker w WHERE w.id = d.lease AND w.state = 'alive')
      ORDER BY d.id LIMIT :most {lock}"""
    return [
        TakenOver(row.id, row.system, row.operation, row.takeovers, row.policy)
        for row in session.run(statement, most=most)
    ]


_TAKE_OVER = """
UPDATE delivery SET state = x.state, leads = false, lease = NULL, claim = NULL, takeovers = takeovers + 1,
  in_doubt_since = coalesce(in_doubt_since, {now}),
  due_at = {now} + x.delay, publish_after = {now} + x.delay, verdict = 'unknown', code = x.code,
  reason = 'the worker that was sending it is gone'
FROM {rows:id bigint, state text, delay double precision, code text}
WHERE delivery.id = x.id AND delivery.state = 'sending' RETURNING delivery.id, delivery.message_id, delivery.code
"""


def take_over(
    session: Session, chain: Chain, found: Sequence[TakenOver], after: Sequence[Aftermath]
) -> list[TakenOver]:
    """Put abandoned deliveries where `after` says; those for which it was not too late. They are in doubt."""
    rows = [
        {"id": one.id, "state": "held" if hold else "ready", "delay": what.delay, "code": code}
        for one, what in zip(found, after, strict=True)
        for hold, code in [_judge(one, what)]
    ]
    done = session.run(_TAKE_OVER, rows=rows)
    now = session.now()
    chain.append(session, [Deed(now, "bus", "taken-over", str(row.message_id), row.id, row.code) for row in done])
    ids = {row.id for row in done}
    return [one for one in found if one.id in ids]


def _judge(one: TakenOver, what: Aftermath) -> tuple[bool, str]:
    if one.takeovers + 1 >= what.quarantine:
        return True, "quarantined"
    return what.hold, "worker-gone"
