"""The move: deliveries of a system that left the configuration become deliveries of another, step by step.

The old delivery is cancelled and a new one made in the same transaction, so that a process that still has the old
system cannot claim, under an id that it was told of, what is meant for another target. The new one keeps its position:
positions count over all systems, so it stands before whatever was accepted after it, as it would have from the start.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from .evidence import Chain, Deed
from .moving import TOLD, Left, Move, Place, Standing, judge
from .operate import MOVED
from .records import State
from .session import Session
from .tables import delivery

# So many at once hold up other commits for some tens of milliseconds.
STEP = 500
# A lane goes whole, or a newer message of it could go before its older ones; one longer than this holds up everybody.
LONGEST_LANE = 5_000

# Two moves of one message from two systems would each find it absent at the target. Any number that is ours alone.
_MOVE_LOCK = 4_902_350


@dataclass(frozen=True, slots=True)
class Moved:
    """`id` was cancelled, and `successor` takes its place at the new system."""

    id: int
    message: str
    successor: int


@dataclass(frozen=True, slots=True)
class Step:
    """What one transaction did. `next`: where the next step goes on; `None` after the last."""

    moved: list[Moved]
    left: list[Left]
    next: int | None


_CANDIDATES = """
SELECT d.id, d.lane, d.is_open FROM delivery d WHERE d.system = :origin AND d.id > :after {filter}
  AND (d.is_open OR (:finished AND d.state IN ('rejected', 'dead'))) ORDER BY d.id LIMIT :most
"""

_LANES = """
SELECT m.id, m.lane FROM (
  SELECT d.id, d.lane, row_number() OVER (PARTITION BY d.lane ORDER BY d.position) AS place FROM delivery d
  WHERE d.system = :origin AND d.is_open AND d.lane IS NOT NULL AND d.lane IN (SELECT x.lane FROM {rows:lane text})
) AS m WHERE m.place <= :longest ORDER BY m.lane, m.place
"""

# Locked in key order, and read as it is behind the locks.
_STANDING = """
SELECT d.id, CAST(d.message_id AS text) AS message, d.operation, d.lane, d.position, d.state, d.is_open,
  d.in_doubt_since, d.reference, d.verdict, d.code, d.reason, d.pointer, d.value,
  (SELECT m.type FROM message m WHERE m.id = d.message_id) AS type,
  (SELECT m.subject FROM message m WHERE m.id = d.message_id) AS subject,
  (SELECT max(t.id) FROM delivery t WHERE t.message_id = d.message_id AND t.system = :target
    AND (t.state <> 'cancelled' OR t.code <> 'moved')) AS there
FROM delivery d WHERE d.id IN (SELECT x.id FROM {rows:id bigint}) AND d.system = :origin
  AND (d.is_open OR (:finished AND d.state IN ('rejected', 'dead'))) ORDER BY d.id {lock}
"""

_LEAVE = """
UPDATE delivery SET state = 'cancelled', is_open = false, code = 'moved', reason = x.reason, pointer = NULL,
  value = NULL, in_doubt_since = NULL, settled_at = {now}
FROM {rows:id bigint, reason text} WHERE delivery.id = x.id
"""


@dataclass(frozen=True, slots=True)
class _Portion:
    """The deliveries of one step: `asked` in the order of ids, `ids` with all that shares their lanes."""

    ids: list[int]
    asked: set[int]
    next: int | None


def step(session: Session, chain: Chain, move: Move, actor: str, after: int, most: int = STEP) -> Step:
    """Move the next deliveries with an id above `after`, about `most`, each lane whole."""
    if session.postgres:
        session.run("SELECT pg_advisory_xact_lock(:lock)", lock=_MOVE_LOCK)
    portion = _portion(session, move, after, most)
    judged = judge(_standing(session, move, portion.ids), move)
    now, successors = session.now(), session.positions(len(judged.going)) if judged.going else []
    moved = [Moved(one.id, one.message, id) for id, (one, _) in zip(successors, judged.going, strict=True)]
    session.run(_LEAVE, rows=[{"id": one.id, "reason": _farewell(one, move)} for one in moved])
    rows = [_arrival(one, place, id, move, now) for id, (one, place) in zip(successors, judged.going, strict=True)]
    session.insert(delivery, rows)
    chain.append(session, [Deed(now, actor, MOVED, one.message, one.id, _detail(one, move)) for one in moved])
    # What shares a lane with this step's and stays has its own turn to be told of.
    return Step(moved, [one for one in judged.left if one.id in portion.asked], portion.next)


def _portion(session: Session, move: Move, after: int, most: int) -> _Portion:
    found = session.run(
        _CANDIDATES.replace("{filter}", _filter(session, move)),
        origin=move.origin,
        after=after,
        finished=move.finished,
        most=most,
        **_filtered(move),
    )
    lanes = _lanes(session, move.origin, {row.lane for row in found if row.is_open and row.lane is not None})
    ids: dict[int, None] = {}
    asked: set[int] = set()
    for row in found:
        group = lanes.get(row.lane, []) if row.is_open and row.lane is not None else [row.id]
        if ids and row.id not in ids and len(ids) + len(group) > most:
            return _Portion(list(ids), asked, after)
        ids.update(dict.fromkeys(group))
        asked.add(row.id)
        after = row.id
    return _Portion(list(ids), asked, after if len(found) == most else None)


def _filter(session: Session, move: Move) -> str:
    by_operation = "AND d.operation = :operation" if move.operation is not None else ""
    id = "CAST(:message AS uuid)" if session.postgres else ":message"
    return by_operation + (f" AND d.message_id = {id}" if move.message is not None else "")


def _filtered(move: Move) -> dict[str, str]:
    named = {"operation": move.operation, "message": move.message}
    return {name: value for name, value in named.items() if value is not None}


def _lanes(session: Session, origin: str, lanes: Iterable[str]) -> dict[str, list[int]]:
    rows = [{"lane": lane} for lane in lanes]
    found: dict[str, list[int]] = {}
    for row in session.run(_LANES, rows=rows, origin=origin, longest=LONGEST_LANE) if rows else ():
        found.setdefault(row.lane, []).append(row.id)
    return found


def _standing(session: Session, move: Move, ids: Sequence[int]) -> list[Standing]:
    rows = [{"id": id} for id in ids]
    found = session.run(_STANDING, rows=rows, origin=move.origin, target=move.target, finished=move.finished)
    return [_read(row) for row in found]


def _read(row: Row[Any]) -> Standing:
    return Standing(
        id=row.id,
        message=row.message,
        operation=row.operation,
        lane=row.lane,
        position=row.position,
        state=row.state,
        is_open=bool(row.is_open),
        in_doubt_since=row.in_doubt_since,
        type=row.type,
        subject=row.subject,
        there=row.there,
        told={name: row._mapping[name] for name in TOLD},
    )


_BLANK: dict[str, Any] = dict.fromkeys(str(column.name) for column in delivery.columns) | {
    "leads": False,
    "attempts": 0,
    "generation": 0,
    "attempts_before": 0,
    "takeovers": 0,
}


def _arrival(one: Standing, place: Place, id: int, move: Move, now: float) -> dict[str, Any]:
    """The new delivery. Why it is held goes along; what the old target said only where the new one is the same."""
    held = one.state == State.HELD
    due = now if one.in_doubt_since is None else max(now, one.in_doubt_since + place.settle_after)
    return {
        **_BLANK,
        **(one.told if move.same_target or held else {}),
        "reference": one.told["reference"] if move.same_target else None,
        "id": id,
        "message_id": one.message,
        "system": move.target,
        "operation": place.operation,
        "lane": one.subject if place.ordered else None,
        # The lane went on without what is finished: as after a replay, that takes a new place at the end.
        "position": one.position if one.is_open else id,
        "state": State.HELD.value if held else State.READY.value,
        "is_open": True,
        "created_at": now,
        "due_at": due,
        "publish_after": due,
        "in_doubt_since": one.in_doubt_since,
        "policy": place.policy,
    }


def _farewell(one: Moved, move: Move) -> str:
    said = f": {move.reason}" if move.reason else ""
    return f"moved to {move.target} as delivery {one.successor}{said}"


def _detail(one: Moved, move: Move) -> str:
    said = f": {move.reason}" if move.reason else ""
    return f"{move.origin} -> {move.target} as {one.successor}{said}"
