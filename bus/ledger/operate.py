"""What operators do: replay, skip, cancel, pause and resume. Each is one transaction with its evidence."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import orjson

from .evidence import Chain, Deed
from .session import Session


@dataclass(frozen=True, slots=True)
class Replayed:
    """`moved`: it takes a new place at the end of its lane, because the lane went on without it."""

    id: int
    system: str
    moved: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a delivery was left as it is."""

    id: int
    system: str
    state: str
    reason: str


# The operation of a follow-up that was not fit to be sent and is kept as a dead letter.
UNFIT = "follow-up"
# The code of a delivery that was cancelled because another one, to another system, took its place.
MOVED = "moved"

_FIND = """
SELECT d.id, d.system, d.operation, d.state, d.is_open, d.lane, d.in_doubt_since, d.code, d.reason,
  (SELECT p.body FROM policy p WHERE p.id = d.policy) AS policy FROM delivery d
WHERE d.message_id = {id} AND (CAST(:system AS text) IS NULL OR d.system = :system) ORDER BY d.id {lock}
"""

_REPLAY = """
UPDATE delivery SET state = 'ready', is_open = true, due_at = :due, publish_after = :due, created_at = {now},
  generation = generation + 1, attempts_before = attempts, takeovers = 0,
  position = coalesce(CAST(:position AS bigint), position),
  in_doubt_since = CASE WHEN :force THEN coalesce(in_doubt_since, {now}) ELSE in_doubt_since END, settled_at = NULL
WHERE id = :id AND state = :state RETURNING id
"""

_CANCEL = """
UPDATE delivery SET state = 'cancelled', is_open = false, code = 'cancelled', reason = :reason, settled_at = {now}
WHERE id = :id AND state = :state RETURNING id
"""


def replay(
    session: Session, chain: Chain, message: str, system: str | None, actor: str, force: bool
) -> list[Replayed | Refused]:
    """Send again what was rejected, dead, held or cancelled; what was delivered only with `force`, and then in doubt,
    so that the target is asked first where the operation can."""
    outcomes: list[Replayed | Refused] = []
    for row in session.run(_find(session), message=message, system=system):
        if row.operation == UNFIT:
            outcomes.append(
                Refused(row.id, row.system, row.state, "its data was never valid; send a corrected message")
            )
        elif row.state in ("ready", "waiting", "sending"):
            outcomes.append(Refused(row.id, row.system, row.state, "it is on its way already"))
        elif row.code == MOVED and row.state == "cancelled":
            outcomes.append(Refused(row.id, row.system, row.state, f"it was {row.reason}; replay that one"))
        elif row.state == "delivered" and not force:
            outcomes.append(Refused(row.id, row.system, row.state, "it was delivered; say force to send it again"))
        else:
            moved = not row.is_open and row.lane is not None
            position = session.positions(1)[0] if moved else None
            again = row.state == "delivered"
            due = _due(session.now(), row.in_doubt_since, row.policy)
            session.run(_REPLAY, id=row.id, state=row.state, position=position, force=again, due=due)
            outcomes.append(Replayed(row.id, row.system, moved))
    _record(session, chain, actor, "replayed", message, [one.id for one in outcomes if isinstance(one, Replayed)])
    return outcomes


def cancel(
    session: Session, chain: Chain, message: str, system: str | None, actor: str, reason: str
) -> list[int | Refused]:
    """Give deliveries up. What is being sent or was delivered cannot be cancelled. The next of the lane may go."""
    outcomes: list[int | Refused] = []
    for row in session.run(_find(session), message=message, system=system):
        if row.state in ("sending", "delivered", "cancelled"):
            outcomes.append(Refused(row.id, row.system, row.state, f"it is {row.state}"))
        elif session.run(_CANCEL, id=row.id, state=row.state, reason=reason):
            outcomes.append(row.id)
    _record(session, chain, actor, "cancelled", message, [one for one in outcomes if isinstance(one, int)])
    return outcomes


def pause(session: Session, chain: Chain, system: str, actor: str, reason: str) -> None:
    """Send nothing more to `system`; everything is kept."""
    session.run(
        """INSERT INTO system (name, paused_at, reason, actor) VALUES (:system, {now}, :reason, :actor)
        ON CONFLICT (name) DO UPDATE SET paused_at = {now}, reason = excluded.reason, actor = excluded.actor""",
        system=system,
        reason=reason,
        actor=actor,
    )
    chain.append(session, [Deed(session.now(), actor, "paused", detail=f"{system}: {reason}")])


_RESUME = "DELETE FROM system WHERE name = :system AND paused_at IS NOT NULL RETURNING name"

# A row without a time of pause: resumed, although the configuration says paused.
_RESUME_CONFIGURED = """
INSERT INTO system (name, paused_at, reason, actor) VALUES (:system, NULL, NULL, :actor)
ON CONFLICT (name) DO UPDATE SET paused_at = NULL, reason = NULL, actor = excluded.actor
WHERE system.paused_at IS NOT NULL RETURNING name
"""


def resume(session: Session, chain: Chain, system: str, actor: str, configured: bool = False) -> bool:
    """Send again; False if `system` was not paused. `configured`: the configuration pauses it; the resume is kept, and
    holds for every process until the configuration says otherwise (`forget_resumed`)."""
    rows = session.run(_RESUME_CONFIGURED if configured else _RESUME, system=system, actor=actor)
    if rows:
        chain.append(session, [Deed(session.now(), actor, "resumed", detail=system)])
    return bool(rows)


def resumed(session: Session) -> set[str]:
    """The systems that were resumed although the configuration pauses them."""
    return {row.name for row in session.run("SELECT name FROM system WHERE paused_at IS NULL")}


def forget_resumed(session: Session, configured: Collection[str]) -> set[str]:
    """The same; those that the configuration no longer pauses (it pauses `configured`) are forgotten."""
    found = resumed(session)
    if done := found - set(configured):
        session.run(
            "DELETE FROM system WHERE paused_at IS NULL AND name IN (SELECT x.name FROM {rows:name text})",
            rows=[{"name": name} for name in done],
        )
    return found - done


def paused(session: Session) -> dict[str, str]:
    """The paused systems and why."""
    rows = session.run("SELECT name, reason FROM system WHERE paused_at IS NOT NULL")
    return {row.name: row.reason for row in rows}


def _due(now: float, in_doubt_since: float | None, policy: str | None) -> float:
    """What is in doubt is looked up or sent again only when its effect cannot come late any more."""
    if in_doubt_since is None or policy is None:
        return now
    return max(now, in_doubt_since + float(orjson.loads(policy)["settle_after"]))


def _find(session: Session) -> str:
    return _FIND.replace("{id}", "CAST(:message AS uuid)" if session.postgres else ":message")


def _record(session: Session, chain: Chain, actor: str, action: str, message: str, ids: list[int]) -> None:
    now = session.now()
    chain.append(session, [Deed(now, actor, action, message, id) for id in ids])
