"""What the relay asks of the ledger: which deliveries need a hint, and which lanes were left without a wake-up."""

from __future__ import annotations

from collections.abc import Iterable

from .session import Session

_OUTSTANDING = """
SELECT count(*) FROM (SELECT 1 FROM delivery WHERE system = :system AND state = 'ready'
  AND publish_after > {now} AND publish_after <= {now} + :hint_timeout AND due_at <= {now} LIMIT :window) AS hinted
"""

# Materialised: PostgreSQL may otherwise run a sub-select with LIMIT and SKIP LOCKED more than once.
_PUBLISH = """
WITH wanted AS MATERIALIZED (
  SELECT id FROM delivery WHERE system = :system AND state = 'ready' AND publish_after <= {now}
  ORDER BY publish_after, position LIMIT :most {skip})
UPDATE delivery SET publish_after = {now} + :hint_timeout
WHERE id IN (SELECT id FROM wanted) AND state = 'ready' RETURNING id, position
"""

_ORPHANS = """
SELECT d.id FROM delivery d WHERE d.state = 'waiting' AND NOT EXISTS (
  SELECT 1 FROM delivery p WHERE p.system = d.system AND p.lane = d.lane AND p.is_open AND p.lane IS NOT NULL
  AND p.position < d.position)
"""

_WAKE = """
UPDATE delivery SET state = 'ready', publish_after = {now}
WHERE state = 'waiting' AND id IN (SELECT x.id FROM {rows:id bigint}) RETURNING id
"""

_RESET = """
UPDATE delivery SET publish_after = due_at WHERE state = 'ready' AND due_at <= {now} AND publish_after > {now}
"""


def due(session: Session, system: str, window: int, hint_timeout: float) -> tuple[list[int], int]:
    """Deliveries to hint now, in order, and how many hints are out already. Moves their `publish_after` forward."""
    out = session.run(_OUTSTANDING, system=system, hint_timeout=hint_timeout, window=window)[0][0]
    if out >= window:
        return [], out
    statement = _PUBLISH.replace("{skip}", "FOR UPDATE SKIP LOCKED" if session.postgres else "")
    rows = session.run(statement, system=system, hint_timeout=hint_timeout, most=window - out)
    return [row.id for row in sorted(rows, key=lambda row: row.position)], out


def orphans(session: Session) -> set[int]:
    """Deliveries that wait behind nobody: somebody is about to claim them, or their wake-up was lost with a crash."""
    return {row.id for row in session.run(_ORPHANS)}


def wake(session: Session, ids: Iterable[int]) -> int:
    """Make ready what still waits; how many that were."""
    return len(session.run(_WAKE, rows=[{"id": id} for id in ids]))


def look_again(session: Session, id: int) -> None:
    """Consider one delivery again at once."""
    session.run("UPDATE delivery SET publish_after = {now} WHERE id = :id AND state = 'ready'", id=id)


def reset(session: Session, system: str | None = None) -> None:
    """Nothing is known of the hints that are out: consider every due delivery again at once."""
    if system is None:
        session.run(_RESET)
    else:
        session.run(_RESET + " AND system = :system", system=system)
