"""States of process managers: changed by compare-and-set in the transaction that settles the event.

A change is for one version. Where another step came before, the event is given back and steps again from the new state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from lienthong import Timer

from . import accept, tasks
from .records import Change, NewMessage
from .session import Session
from .tables import process, process_name, timer

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
            del versions[place]  # whatever version a second one claims to be from
    return fit


def write(session: Session, changes: Sequence[Change]) -> list[tasks.Place]:
    """Write states that are locked, and their timers, tasks and names; the settled tasks that are open again."""
    if not changes:
        return []
    session.run(
        _WRITE,
        rows=[{"process": c.process, "key": c.key, "version": c.version, "state": c.state} for c in changes],
    )
    _many(session, _NAME, [{"process": c.process, "key": c.key, "name": name} for c in changes for name in c.names])
    _timers(session, changes)
    return tasks.put(session, [tasks.Row(c.process, c.key, one) for c in changes for one in c.tasks])


def _timers(session: Session, changes: Sequence[Change]) -> None:
    """Of a name that one step sets twice the higher generation counts, and of one generation what was said last."""
    newest: dict[tuple[str, str, str], Timer] = {}
    for change in changes:
        for one in change.timers:
            place = (change.process, change.key, one.name)
            if place not in newest or newest[place].generation <= one.generation:
                newest[place] = one
    rows = [
        {"process": process, "key": key, "name": name, "generation": one.generation, "due_in": one.due_in}
        for (process, key, name), one in sorted(newest.items())
    ]
    _many(session, _CANCEL, rows)
    _many(session, _SET, [row for row in rows if row["due_in"] is not None])


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


def whole(connection: Connection, name: str, key: str) -> dict[str, Any] | None:
    """The state of a process under `key`, or under the name `key`, with all its `names` and its `timers` by due time;
    `None` if there is none."""
    by_name = select(process_name.c.key).where(process_name.c.process == name, process_name.c.name == key)
    for place in (key, connection.execute(by_name).scalar()):
        wanted = select(process).where(process.c.process == name, process.c.key == place, process.c.state.is_not(None))
        row = connection.execute(wanted).mappings().first()
        if row is not None:
            return {**row, **_around(connection, name, row["key"])}
    return None


def _around(connection: Connection, name: str, key: str) -> dict[str, Any]:
    names = select(process_name.c.name).where(process_name.c.process == name, process_name.c.key == key)
    set_for = select(timer.c.name, timer.c.generation, timer.c.due_at).where(
        timer.c.process == name, timer.c.key == key
    )
    return {
        "names": sorted(connection.execute(names).scalars()),
        "timers": [dict(row) for row in connection.execute(set_for.order_by(timer.c.due_at, timer.c.name)).mappings()],
    }


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


def _many(session: Session, statement: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.run(statement, rows=rows)
