"""Standing deliveries: a poll is a delivery that is never done. It comes due, asks, and comes due again.

So one mechanism serves polls too: claims, leases, pauses, breakers, retries. What a poll found and how far it read are
committed together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from . import accept
from .records import NewMessage
from .session import Session
from .tables import standing

OPERATION = "poll:"

_FIND = """
SELECT d.id, d.system, d.operation FROM standing s JOIN delivery d ON d.id = s.delivery_id
"""
_RENEW = """
UPDATE delivery SET policy = x.policy,
  state = CASE WHEN state = 'sending' THEN state ELSE 'ready' END,
  is_open = true, code = NULL, settled_at = NULL,
  due_at = CASE WHEN due_at > {now} + x.every THEN {now} ELSE due_at END,
  publish_after = CASE WHEN publish_after > {now} + x.every THEN {now} ELSE publish_after END
FROM {rows:id bigint, policy text, every double precision} WHERE delivery.id = x.id
"""
_RETIRE = """
UPDATE delivery SET state = 'cancelled', is_open = false, code = 'not-configured', settled_at = {now}
WHERE id IN (SELECT x.id FROM {rows:id bigint}) AND state NOT IN ('sending', 'cancelled')
"""
_KEEP = """
UPDATE standing SET cursor = x.cursor FROM {rows:id bigint, cursor text}
WHERE standing.delivery_id = x.id AND coalesce(standing.cursor, '') <> x.cursor
"""


def establish(session: Session, wanted: Sequence[tuple[NewMessage, float]], hint_timeout: float) -> None:
    """Have exactly these polls (each a message with one target, and how often in seconds): new ones come due at once,
    known ones go on from their cursor, others end."""
    known = {(row.system, row.operation): row.id for row in session.run(_FIND)}
    targets = {(new.targets[0].system, new.targets[0].operation): (new, every) for new, every in wanted}
    renewed = [
        {"id": known[key], "policy": new.targets[0].policy, "every": every}
        for key, (new, every) in targets.items()
        if key in known
    ]
    if renewed:
        session.run(_RENEW, rows=renewed)
    if gone := [{"id": id} for key, id in known.items() if key not in targets]:
        session.run(_RETIRE, rows=gone)
    missing = [new for key, (new, _) in targets.items() if key not in known]
    _, fresh = accept.take(session, [[new] for new in missing])
    made = accept.store(session, fresh, hint_timeout)
    session.insert(standing, [{"delivery_id": id, "cursor": None} for pairs in made.values() for _, id in pairs])


def keep(session: Session, cursors: Mapping[int, str]) -> None:
    """Remember how far was read, by delivery."""
    if cursors:
        session.run(_KEEP, rows=[{"id": id, "cursor": value} for id, value in sorted(cursors.items())])


def read(connection: Connection, delivery: int) -> str | None:
    """How far was read: JSON."""
    statement = select(standing.c.cursor).where(standing.c.delivery_id == delivery)
    found: str | None = connection.execute(statement).scalar_one_or_none()
    return found
