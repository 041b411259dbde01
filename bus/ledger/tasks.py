"""Work for people: found by a process (or whatever else compares and cannot decide), taken and settled by somebody.

`open -> taken -> settled`; `gone`: it fell away before it was settled. One that falls away while somebody works on it
keeps its owner and its note, and is his again if it comes back. What was settled and then says something else is open
again, with evidence; what was settled and falls away stays settled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID, uuid5

import orjson

from .evidence import Chain, Deed
from .records import TaskRow
from .session import Session
from .tables import task

OPEN, TAKEN, SETTLED, GONE = STATES = ("open", "taken", "settled", "gone")
Action = Literal["take", "release", "settle", "reopen"]

# of the ids by which evidence names tasks
_SPACE = UUID("6f0b9a4e-3c55-5d0e-9a53-0d6f5e2a7c11")

_LOOK = """
SELECT t.process, t.key, t.name FROM task t WHERE EXISTS
  (SELECT 1 FROM {rows:process text, key text, name text, kind text, state text, body text}
  WHERE x.process = t.process AND x.key = t.key AND x.name = t.name
  AND x.state = 'open' AND t.state = 'settled' AND (x.kind <> t.kind OR x.body <> t.body))
"""
_LOCK = """
SELECT t.process FROM task t WHERE EXISTS (SELECT 1 FROM {rows:process text, key text, name text}
  WHERE x.process = t.process AND x.key = t.key AND x.name = t.name) ORDER BY t.process, t.key, t.name {lock}
"""
_PUT = """
INSERT INTO task (process, key, name, kind, state, body, opened_at, changed_at)
SELECT x.process, x.key, x.name, x.kind, x.state, x.body, {now}, {now}
FROM {rows:process text, key text, name text, kind text, state text, body text}
WHERE x.state = 'open' OR EXISTS
  (SELECT 1 FROM task t WHERE t.process = x.process AND t.key = x.key AND t.name = x.name)
ON CONFLICT (process, key, name) DO UPDATE SET kind = excluded.kind, body = excluded.body, changed_at = {now},
  state = CASE WHEN excluded.state = 'gone' AND task.state <> 'settled' THEN 'gone'
    WHEN excluded.state = 'gone' THEN 'settled'
    WHEN task.state = 'gone' AND task.owner IS NOT NULL THEN 'taken'
    WHEN task.state = 'taken' THEN 'taken' ELSE 'open' END,
  owner = CASE WHEN task.state = 'settled' AND excluded.state = 'open' THEN NULL ELSE task.owner END,
  opened_at = CASE WHEN task.state IN ('settled', 'gone') AND excluded.state = 'open' THEN {now} ELSE task.opened_at END
WHERE task.kind <> excluded.kind OR task.body <> excluded.body
  OR (excluded.state = 'gone' AND task.state IN ('open', 'taken')) OR (excluded.state = 'open' AND task.state = 'gone')
"""
_HELD = """
SELECT state, owner, note, changed_at FROM task WHERE process = :process AND key = :key AND name = :name {lock}
"""
_CHANGE = """
UPDATE task SET state = :state, owner = CAST(:owner AS text), note = CAST(:note AS text), changed_at = {now},
  opened_at = CASE WHEN :again THEN {now} ELSE opened_at END
WHERE process = :process AND key = :key AND name = :name
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Which task. `process` is the process, or whatever else found it; `key` the business key."""

    process: str
    key: str
    name: str

    @property
    def id(self) -> str:
        """By which evidence names it: a UUIDv5 of its three names."""
        return str(uuid5(_SPACE, "\x1f".join((self.process, self.key, self.name))))


@dataclass(frozen=True, slots=True)
class Row:
    """A task as it is found. One that falls away (`open=False`) and was never there is not kept."""

    process: str
    key: str
    task: TaskRow


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does to a task. `owner`: whose it is now; without one the actor's, or as it was for `settle`.

    `note`: `None` leaves the one that is there. `seen`: its `changed_at` as the actor saw it; refused if it is another.
    """

    action: Action
    owner: str | None = None
    note: str | None = None
    seen: float | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """Why a task was left as it is."""

    state: str
    owner: str | None
    reason: str


def put(session: Session, rows: Iterable[Row]) -> list[Place]:
    """Keep what was found; those that had been settled and are open again, because their kind or body is another now.

    Their evidence (`reopened`) belongs in the same transaction; who writes none of his own calls `record`. Of one task
    that is there twice the last counts. A body that says whether it stands lets a settled one that fell away and came
    back be told from one that never changed.
    """
    known = {(row.process, row.key, row.task.name): row for row in rows}
    if not known:
        return []
    written = [_written(known[place]) for place in sorted(known)]
    session.run(_LOCK, rows=[{"process": one[0], "key": one[1], "name": one[2]} for one in sorted(known)])
    again = [Place(found.process, found.key, found.name) for found in session.run(_LOOK, rows=written)]
    session.run(_PUT, rows=written)
    return sorted(again, key=lambda place: (place.process, place.key, place.name))


def record(session: Session, chain: Chain, rows: Iterable[Row], actor: str) -> list[Place]:
    """`put` with its evidence, for `Ledger.call`."""
    again = put(session, rows)
    chain.append(session, [reopened(place, session.now(), actor) for place in again])
    return again


def reopened(place: Place, at: float, actor: str, delivery: int | None = None) -> Deed:
    """What is recorded of one that was settled and is open again; `delivery`: what the process heard."""
    return Deed(at, actor, "task-reopened", place.id, delivery, _told(place, None, None))


def act(session: Session, chain: Chain, place: Place, wanted: Act, actor: str) -> dict[str, Any] | Kept | None:
    """Compare-and-set on the state, with its evidence: the row as it is now, why it was left, or `None` for no task.

    What is so already is answered as it is, so that a request may be repeated.
    """
    where = {"process": place.process, "key": place.key, "name": place.name}
    found = session.run(_HELD, **where)
    if not found:
        return None
    now = found[0]
    state, owner = _after(now, wanted, actor)
    note = now.note if wanted.note is None else wanted.note
    if (state, owner, note) != (now.state, now.owner, now.note):
        if (kept := _refused(now, wanted, owner)) is not None:
            return kept
        session.run(_CHANGE, **where, state=state, owner=owner, note=note, again=wanted.action == "reopen")
        deed = Deed(session.now(), actor, f"task-{_DONE[wanted.action]}", place.id, None, _told(place, owner, note))
        chain.append(session, [deed])
    columns = ", ".join(column.name for column in task.c)
    row = session.run(f"SELECT {columns} FROM task WHERE process = :process AND key = :key AND name = :name", **where)
    return dict(row[0]._mapping)


# as far as times are told
_MILLISECOND = 0.001
_DONE: dict[str, str] = {"take": "taken", "release": "released", "settle": "settled", "reopen": "reopened"}
_FROM: dict[str, tuple[str, ...]] = {
    "take": (OPEN, TAKEN),
    "release": (TAKEN,),
    "settle": (OPEN, TAKEN, GONE),
    "reopen": (SETTLED,),
}


def _after(now: Any, wanted: Act, actor: str) -> tuple[str, str | None]:
    match wanted.action:
        case "take":
            return TAKEN, wanted.owner or actor
        case "settle":
            return SETTLED, wanted.owner or now.owner or actor
        case _:
            return OPEN, None


def _refused(now: Any, wanted: Act, owner: str | None) -> Kept | None:
    if now.state not in _FROM[wanted.action]:
        return Kept(now.state, now.owner, f"it is {now.state}")
    if wanted.action == "take" and now.state == TAKEN and now.owner != owner:
        return Kept(now.state, now.owner, f"{now.owner} has it; release it first")
    if wanted.seen is not None and abs(wanted.seen - now.changed_at) >= _MILLISECOND:
        return Kept(now.state, now.owner, "it changed meanwhile; look at it again")
    return None


def _written(row: Row) -> dict[str, Any]:
    found = row.task
    return {
        "process": row.process,
        "key": row.key,
        "name": found.name,
        "kind": found.kind,
        "state": OPEN if found.open else GONE,
        "body": found.body,
    }


def _told(place: Place, owner: str | None, note: str | None) -> str:
    told = {"process": place.process, "key": place.key, "name": place.name, "owner": owner, "note": note}
    return orjson.dumps({name: value for name, value in told.items() if value is not None}).decode()
