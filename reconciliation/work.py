"""Differences that people work on: each with a number, an owner and a state, in a small database beside the runs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    event,
    insert,
    select,
    update,
)

from reconciliation.runs import Day

FILE = "work.db"
IDENTITY = ("outcome", "kind", "reference", "gateway_reference", "refund_reference")


class State(StrEnum):
    """Where an item stands. `accepted`: the difference stays, and somebody said why that is right."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    SETTLED = "settled"
    ACCEPTED = "accepted"


class NoItem(Exception):
    """There is no item of this number."""


@dataclass(frozen=True, slots=True)
class Item:
    """One difference of one day. `run`: the last one that found it; `closed_run`: the one that did not any more.

    `difference` in dong, the gateway less us; times in ISO 8601.
    """

    number: int
    kind: str
    system: str
    day: str
    outcome: str
    cause: str
    reference: str | None
    gateway_reference: str | None
    refund_reference: str | None
    subject: str | None
    difference: int
    state: State
    owner: str
    note: str | None
    run: int
    closed_run: int | None
    opened_at: str
    changed_at: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a run did to the items of its day: `left` are still there, `closed` were gone."""

    opened: int = 0
    left: int = 0
    closed: int = 0


_TEXTS = ("kind", "system", "day", "outcome", "cause", "reference", "gateway_reference", "refund_reference", "subject")
_METADATA = MetaData()
_ITEM = Table(
    "item",
    _METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    *(Column(name, String) for name in _TEXTS),
    Column("key", String, nullable=False),
    Column("difference", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("note", String),
    Column("run", Integer, nullable=False),
    Column("closed_run", Integer),
    Column("opened_at", String, nullable=False),
    Column("changed_at", String, nullable=False),
    UniqueConstraint("kind", "system", "day", "key", name="one_difference"),
    sqlite_autoincrement=True,
)
_COLUMNS = [_ITEM.c[field.name] for field in fields(Item)]


class Work:
    """The items of all runs in the folder `out`. Several processes may use them at once.

    All methods raise `sqlalchemy.exc.OperationalError` for a database that cannot be used.
    """

    def __init__(self, out: Path) -> None:
        self._path = out / FILE

    def record(
        self, place: Day, run: int, found: Sequence[Mapping[str, Any]], owner: str | None, now: datetime
    ) -> Recorded:
        """The differences of a run. What is gone is settled by that run, what is back is open again.

        Without an owner no new items are made. Differences that the next session settles are none.
        """
        keyed = dict(_keyed(one for one in found if not one["carried"]))
        stamp, opened, left, closed = now.isoformat(timespec="seconds"), 0, 0, 0
        with self._open() as connection:
            where = (_ITEM.c.kind == place.kind, _ITEM.c.system == place.system, _ITEM.c.day == place.day.isoformat())
            known = {row.key: row for row in connection.execute(select(_ITEM).where(*where))}
            for key, row in known.items():
                changes = _changes(row, keyed.get(key), run, stamp)
                left, closed = left + (key in keyed), closed + (changes.get("closed_run") is not None)
                if changes:
                    connection.execute(update(_ITEM).where(_ITEM.c.number == row.number).values(changes))
            for key, one in keyed.items():
                if key not in known and owner is not None:
                    connection.execute(insert(_ITEM).values(_new(place, key, one, run, owner, stamp)))
                    opened += 1
        return Recorded(opened, left, closed)

    def items(
        self,
        *,
        kind: str | None = None,
        system: str | None = None,
        day: date | None = None,
        states: Sequence[State] = (),
        owner: str | None = None,
    ) -> list[Item]:
        """By number."""
        wanted = {"kind": kind, "system": system, "day": None if day is None else day.isoformat(), "owner": owner}
        where = [_ITEM.c[name] == value for name, value in wanted.items() if value is not None]
        where += [_ITEM.c.state.in_(states)] if states else []
        with self._open() as connection:
            rows = connection.execute(select(*_COLUMNS).where(*where).order_by(_ITEM.c.number))
            return [_item(row) for row in rows]

    def take(self, number: int, owner: str, note: str | None, now: datetime) -> Item:
        """Somebody works on it. Raises `NoItem`."""
        return self._change(number, {"state": State.IN_PROGRESS, "owner": owner, "closed_run": None}, note, now)

    def settle(self, number: int, state: State, note: str, now: datetime) -> Item:
        """It is done with. If a later run finds a settled one again, that is open again. Raises `NoItem`."""
        return self._change(number, {"state": state}, note, now)

    def _change(self, number: int, values: Mapping[str, Any], note: str | None, now: datetime) -> Item:
        said = {**values, "changed_at": now.isoformat(timespec="seconds"), **({} if note is None else {"note": note})}
        with self._open() as connection:
            changed = connection.execute(update(_ITEM).where(_ITEM.c.number == number).values(said))
            if not changed.rowcount:
                raise NoItem(f"there is no work item {number}")
            return _item(connection.execute(select(*_COLUMNS).where(_ITEM.c.number == number)).one())

    @contextmanager
    def _open(self) -> Iterator[Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        engine = sqlalchemy.create_engine(f"sqlite:///{self._path}", connect_args={"timeout": 10})
        event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        try:
            with engine.begin() as connection:
                _METADATA.create_all(connection)
                yield connection
        finally:
            engine.dispose()


def _keyed(found: Iterator[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Two of the same identity are two: the second has another key."""
    seen: dict[str, int] = {}
    for one in found:
        identity = "\x1f".join(str(one[name] or "") for name in IDENTITY)
        seen[identity] = seen.get(identity, 0) + 1
        yield hashlib.sha256(f"{identity}\x1f{seen[identity]}".encode()).hexdigest(), one


def _changes(row: Any, found: Mapping[str, Any] | None, run: int, stamp: str) -> dict[str, Any]:
    if found is None:
        gone = {"state": State.SETTLED, "closed_run": run, "changed_at": stamp}
        return {} if row.state == State.SETTLED else gone
    back = {"state": State.OPEN, "closed_run": None, "changed_at": stamp} if row.state == State.SETTLED else {}
    return {**back, "run": run, "cause": found["cause"], "difference": found["difference"] or 0}


def _new(place: Day, key: str, one: Mapping[str, Any], run: int, owner: str, stamp: str) -> dict[str, Any]:
    kept = {name: one[name] for name in ("outcome", "cause", "reference", "gateway_reference", "refund_reference")}
    where = {"kind": place.kind, "system": place.system, "day": place.day.isoformat(), "key": key}
    told = {"subject": one["subject"], "difference": one["difference"] or 0, "owner": owner, "run": run}
    return {**kept, **where, **told, "state": State.OPEN, "opened_at": stamp, "changed_at": stamp}


def _item(row: Any) -> Item:
    return Item(**{**row._mapping, "state": State(row.state)})


__all__ = ["FILE", "Item", "NoItem", "Recorded", "State", "Work"]
