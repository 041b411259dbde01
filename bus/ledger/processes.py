"""States of process managers: changed by compare-and-set in the transaction that settles the event.

A change is for one version. Where another step came before, the event is given back and steps again from the new state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from . import accept
from .records import Change, NewMessage, TaskRow
from .session import Session
from .tables import process, process_name

_CREATE = """
INSERT INTO process (process, key, version, state, changed_at)
SELECT x.process, x.key, 0, NULL, {now} FROM {rows:process text, key text}
WHERE true ORDER BY x.process, x.key ON CONFLICT (process, key) DO NOTHING
"""
_LOCK = """
SELECT p.process, p.key, p.version FROM process p WHERE EXISTS
  (SELECT 1 FROM {rows:process text, key text} WHERE x.process = p.process AND x.key = p.key)
ORDER BY p.process, p.key {lock}
"""
_WRITE = """
UPDATE process SET version = x.version + 1, state = x.state, changed_at = {now}
FROM {rows:process text, key text, version int, state text} WHERE process.process = x.process AND process.key = x.key
"""
_NAME = """
INSERT INTO process_name (name, process, key)
SELECT x.name, x.process, x.key FROM {rows:name text, process text, key text}
WHERE true ORDER BY x.name, x.process ON CONFLICT (name, process) DO NOTHING
"""
_SET = """
INSERT INTO timer (process, key, name, generation, due_at)
SELECT x.process, x.key, x.name, x.generation, {now} + x.due_in
FROM {rows:process text, key text, name text, generation int, due_in double precision}
WHERE true ON CONFLICT (process, key, name) DO UPDATE SET generation = excluded.generation, due_at = excluded.due_at
WHERE timer.generation < excluded.generation
"""
_CANCEL = """
DELETE FROM timer WHERE EXISTS (SELECT 1 FROM {rows:process text, key text, name text, generation int}
  WHERE x.process = timer.process AND x.key = timer.key AND x.name = timer.name AND timer.generation < x.generation)
"""
_TASKS = """
INSERT INTO task (process, key, name, kind, state, body, opened_at, changed_at)
SELECT x.process, x.key, x.name, x.kind, x.state, x.body, {now}, {now}
FROM {rows:process text, key text, name text, kind text, state text, body text}
WHERE true ON CONFLICT (process, key, name) DO UPDATE SET kind = excluded.kind, body = excluded.body,
  changed_at = excluded.changed_at,
  state = CASE WHEN excluded.state = 'gone' THEN CASE WHEN task.state = 'settled' THEN task.state ELSE 'gone' END
    WHEN task.state = 'taken' THEN task.state ELSE 'open' END
"""
_FIRE = """
DELETE FROM timer WHERE EXISTS (SELECT 1 FROM (SELECT t.process, t.key, t.name FROM timer t WHERE t.due_at <= {now}
  AND t.process IN (SELECT x.process FROM {rows:process text}) ORDER BY t.due_at LIMIT :most {lock}) d
  WHERE d.process = timer.process AND d.key = timer.key AND d.name = timer.name)
RETURNING process, key, name, generation
"""


@dataclass(frozen=True, slots=True)
class Known:
    """A state and its version."""

    version: int = 0
    state: str | None = None


def lock(session: Session, changes: Sequence[Change]) -> list[bool]:
    """Whether each change is from the version that stands; the states are locked until the end of the transaction.

    Of two changes of one state in one transaction only the first is.
    """
    if not changes:
        return []
    keys = sorted({(one.process, one.key) for one in changes})
    if new := sorted({(one.process, one.key) for one in changes if one.version == 0}):
        session.run(_CREATE, rows=_pairs(new))
    versions = {(row.process, row.key): row.version for row in session.run(_LOCK, rows=_pairs(keys))}
    fit = []
    for one in changes:
        place = (one.process, one.key)
        fit.append(versions.get(place) == one.version)
        if fit[-1]:
            versions[place] = -1
    return fit


def write(session: Session, changes: Sequence[Change]) -> None:
    """Write states that are locked, and their timers, tasks and names."""
    if not changes:
        return
    session.run(
        _WRITE,
        rows=[{"process": c.process, "key": c.key, "version": c.version, "state": c.state} for c in changes],
    )
    _many(session, _NAME, [{"process": c.process, "key": c.key, "name": name} for c in changes for name in c.names])
    timers = [(c, timer) for c in changes for timer in c.timers]
    rows = [{"process": c.process, "key": c.key, "name": t.name, "generation": t.generation} for c, t in timers]
    _many(session, _CANCEL, rows)
    set_anew = [row | {"due_in": t.due_in} for row, (_, t) in zip(rows, timers, strict=True) if t.due_in is not None]
    _many(session, _SET, set_anew)
    _many(session, _TASKS, [_task(c, one) for c in changes for one in c.tasks])


def fire(
    session: Session, processes: Sequence[str], made: Callable[[str, str, str, int], NewMessage], most: int
) -> list[tuple[str, int]]:
    """Turn what is due into messages, each once; their deliveries as (system, id). `made` is told process, key, name
    and generation."""
    rows = session.run(_FIRE, rows=[{"process": name} for name in processes], most=most)
    news = [made(row.process, row.key, row.name, row.generation) for row in rows]
    _, fresh = accept.take(session, [[one] for one in news])
    return [pair for pairs in accept.store(session, fresh, 0.0).values() for pair in pairs]


def states(connection: Connection, name: str, keys: Sequence[str]) -> dict[str, Known]:
    """The states of these keys; one that is not there is missing."""
    wanted = select(process).where(process.c.process == name, process.c.key.in_(sorted(set(keys))))
    return {row.key: Known(row.version, row.state) for row in connection.execute(wanted)}


def named(connection: Connection, name: str) -> list[tuple[str, str]]:
    """The states that have this name: (process, state)."""
    joined = process_name.join(
        process, (process.c.process == process_name.c.process) & (process.c.key == process_name.c.key)
    )
    wanted = select(process.c.process, process.c.state).select_from(joined).where(process_name.c.name == name)
    return [(row.process, row.state) for row in connection.execute(wanted) if row.state is not None]


def every(connection: Connection, name: str, since: float = 0.0) -> Iterator[tuple[str, str]]:
    """All states of a process that changed since then, as (key, state), by key."""
    wanted = (
        select(process.c.key, process.c.state)
        .where(process.c.process == name, process.c.state.is_not(None), process.c.changed_at >= since)
        .order_by(process.c.key)
    )
    for row in connection.execution_options(yield_per=500).execute(wanted):
        yield row.key, row.state


def _pairs(keys: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"process": name, "key": key} for name, key in keys]


def _task(change: Change, one: TaskRow) -> dict[str, Any]:
    return {
        "process": change.process,
        "key": change.key,
        "name": one.name,
        "kind": one.kind,
        "state": "open" if one.open else "gone",
        "body": one.body,
    }


def _many(session: Session, statement: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.run(statement, rows=rows)
