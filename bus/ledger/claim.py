"""The claim: from `ready` (or `waiting`) to `sending`, by one worker, for the head of a lane and what may go with it.

"Write, commit, then look": a delivery found behind another becomes `waiting` here; `heads` is asked after the commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Row

from lienthong import Message

from .records import Claimed, State
from .session import Session


@dataclass(frozen=True, slots=True)
class Wanted:
    """A delivery to claim. `only`: leave it unless it is of this operation. `runs`: by operation, how many successive
    deliveries of its lane, itself included, may be claimed in one run."""

    id: int
    only: str | None = None
    runs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """`claimed` in lane order; `waiting` were found behind another of their lane."""

    claimed: list[Claimed]
    waiting: list[int]


# Behind an open one of its lane; or the lane is in flight with a later one, which was committed before it.
_BEHIND = """(EXISTS (SELECT 1 FROM delivery p
  WHERE p.system = d.system AND p.lane = d.lane AND p.is_open AND p.lane IS NOT NULL AND p.position < d.position)
OR EXISTS (SELECT 1 FROM delivery p
  WHERE p.system = d.system AND p.lane = d.lane AND p.state = 'sending' AND p.leads))"""

_HEADS = f"""
UPDATE delivery SET state = 'sending', leads = true, lease = :lease, claim = :claim, attempts = attempts + 1
WHERE id IN (
  SELECT d.id FROM {{rows:id bigint, only_ text}} JOIN delivery d ON d.id = x.id
  WHERE d.state IN ('ready', 'waiting') AND d.due_at <= {{now}} AND (x.only_ IS NULL OR x.only_ = d.operation)
  AND NOT {_BEHIND} ORDER BY d.id {{lock}} )
AND state IN ('ready', 'waiting')
RETURNING id, system, lane, operation, position
"""

_FOLLOWERS = """
SELECT f.id, f.operation, f.state, f.in_doubt_since, f.due_at <= {now} AS due FROM delivery f
WHERE f.system = :system AND f.lane = :lane AND f.is_open AND f.lane IS NOT NULL AND f.position > :position
ORDER BY f.position LIMIT :most
"""

_FOLLOW = """
UPDATE delivery SET state = 'sending', leads = false, lease = :lease, claim = :claim, attempts = attempts + 1
WHERE id IN (SELECT x.id FROM {rows:id bigint}) AND state IN ('ready', 'waiting')
"""

_MARK_WAITING = f"""
UPDATE delivery SET state = 'waiting' WHERE id IN (
  SELECT d.id FROM {{rows:id bigint}} JOIN delivery d ON d.id = x.id
  WHERE d.state = 'ready' AND d.due_at <= {{now}} AND d.lane IS NOT NULL AND {_BEHIND})
AND state = 'ready' RETURNING id
"""

_READ = """
SELECT d.id, d.lease, d.system, d.operation, d.lane, d.attempts, d.attempts_before, d.generation, d.takeovers, d.leads,
  d.created_at, d.in_doubt_since, d.policy, {now} AS now, CAST(m.id AS text) AS message_id, m.source, m.type,
  m.subject, m.key, m.time, m.received_at, m.schema, m.data, m.trace
FROM delivery d JOIN message m ON m.id = d.message_id
WHERE d.lease = :lease AND d.claim = :claim AND d.state = 'sending' ORDER BY d.position
"""


def claim(session: Session, wanted: Sequence[Wanted], lease: int, number: int) -> Claim:
    """Claim what can be claimed. `number` names this claim of the worker `lease`, so that it can be repeated safely."""
    rows = [{"id": want.id, "only_": want.only} for want in wanted]
    heads = session.run(_HEADS, rows=rows, lease=lease, claim=number)
    runs = {want.id: want.runs for want in wanted}
    for head in heads:
        most = runs[head.id].get(head.operation, 1)
        if head.lane is not None and most > 1:
            _follow(session, head, most - 1, lease, number)
    waiting: list[int] = []
    if len(heads) < len(rows):
        taken = {head.id for head in heads}
        rest = [row for row in rows if row["id"] not in taken]
        waiting = [row.id for row in session.run(_MARK_WAITING, rows=rest)]
    return Claim(read(session, lease, number), waiting)


def _follow(session: Session, head: Row[Any], most: int, lease: int, number: int) -> None:
    """Claim the contiguous run behind `head` that may share its call: same operation, due, never in doubt."""
    rows = session.run(_FOLLOWERS, system=head.system, lane=head.lane, position=head.position, most=most)
    fit = takewhile(lambda row: _fits(row, head.operation), rows)
    if ids := [{"id": row.id} for row in fit]:
        session.run(_FOLLOW, rows=ids, lease=lease, claim=number)


def _fits(row: Row[Any], operation: str) -> bool:
    ready = row.state in (State.READY, State.WAITING)
    return ready and bool(row.due) and row.operation == operation and row.in_doubt_since is None


def read(session: Session, lease: int, number: int) -> list[Claimed]:
    """What this claim holds, in lane order."""
    return [_claimed(row) for row in session.run(_READ, lease=lease, claim=number)]


def _claimed(row: Row[Any]) -> Claimed:
    return Claimed(
        id=row.id,
        lease=row.lease,
        system=row.system,
        operation=row.operation,
        lane=row.lane,
        attempt=row.attempts,
        attempts_before=row.attempts_before,
        generation=row.generation,
        takeovers=row.takeovers,
        leads=bool(row.leads),
        created_at=row.created_at,
        doubt_before=row.in_doubt_since,
        policy=row.policy,
        claimed_at=row.now,
        message=_message(row),
    )


def _message(row: Row[Any]) -> Message:
    return Message(
        id=row.message_id,
        source=row.source,
        type=row.type,
        subject=row.subject,
        key=row.key,
        time=datetime.fromtimestamp(row.time, UTC),
        received_at=datetime.fromtimestamp(row.received_at, UTC),
        schema=row.schema,
        data=row.data.encode(),
        trace=row.trace,
    )


def heads(session: Session, ids: Iterable[int]) -> list[int]:
    """Those of the given deliveries that stand at the head of their lane now and may be claimed."""
    statement = f"""SELECT d.id FROM {{rows:id bigint}} JOIN delivery d ON d.id = x.id
      WHERE d.state IN ('ready', 'waiting') AND d.due_at <= {{now}} AND NOT {_BEHIND}"""
    return [row.id for row in session.run(statement, rows=[{"id": id} for id in ids])]
