"""Reading tasks: one, a page of them, and how many wait."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, tuple_

from .tables import task
from .tasks import GONE, OPEN, STATES, TAKEN, Place


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; `None` is any. `states` empty: whatever somebody still has to look at. `after`: a cursor."""

    states: tuple[str, ...] = ()
    process: str | None = None
    kind: str | None = None
    owner: str | None = None
    key: str | None = None
    after: tuple[float, str, str, str] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """Tasks of one process and kind in one state, and since when the oldest is open."""

    process: str
    kind: str
    state: str
    count: int
    oldest: float


def one(connection: Connection, place: Place) -> dict[str, Any] | None:
    """A task's row, or `None`."""
    wanted = select(task).where(task.c.process == place.process, task.c.key == place.key, task.c.name == place.name)
    found = connection.execute(wanted).mappings().first()
    return None if found is None else dict(found)


def search(connection: Connection, wanted: Search) -> list[dict[str, Any]]:
    """The longest open first."""
    return [dict(row) for row in connection.execute(_select(wanted)).mappings()]


def cursor(row: dict[str, Any]) -> str:
    """Where the page after `row` begins."""
    place = [row["opened_at"], row["process"], row["key"], row["name"]]
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def after(cursor: str) -> tuple[float, str, str, str]:
    """Raises `ValueError` for what is no cursor."""
    found = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    if not (isinstance(found, list) and [type(one) for one in found] == [float, str, str, str]):
        raise ValueError("no cursor")
    if any("\0" in part for part in found[1:]):
        raise ValueError("what no database may hold")
    return found[0], found[1], found[2], found[3]


def waiting(connection: Connection) -> list[Waiting]:
    """What people have not done yet."""
    columns = (task.c.process, task.c.kind, task.c.state)
    wanted = select(*columns, func.count(), func.min(task.c.opened_at)).where(task.c.state.in_((OPEN, TAKEN)))
    return [Waiting(*row) for row in connection.execute(wanted.group_by(*columns))]


def _select(wanted: Search) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = [
        task.c[name] == value
        for name in ("process", "kind", "owner", "key")
        if (value := getattr(wanted, name)) is not None
    ]
    # one that fell away in somebody's hands is shown to him until he settles it
    unseen = or_(task.c.state.in_((OPEN, TAKEN)), and_(task.c.state == GONE, task.c.owner.is_not(None)))
    conditions.append(task.c.state.in_(wanted.states) if wanted.states else unseen)
    order = (task.c.opened_at, task.c.process, task.c.key, task.c.name)
    if wanted.after is not None:
        conditions.append(tuple_(*order) > tuple_(*wanted.after))
    return select(task).where(*conditions).order_by(*order).limit(wanted.limit)


__all__ = ["STATES", "Search", "Waiting", "after", "cursor", "one", "search", "waiting"]
