"""Reading the ledger: one message with all that happened to it, search, and the counts that operations watch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Select, and_, exists, func, select, text

from .tables import archive, attempt, delivery, evidence, message, receipt, standing

# Literal, as in the indexes: a database does not use a partial index for what it is told only later.
_READY = text("state = 'ready'")
_ATTENTION = text("state IN ('waiting', 'sending', 'held', 'rejected', 'dead')")


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; `None` is any. Times are seconds since 1970. `before`: only ids lower than this (paging)."""

    type: str | None = None
    subject: str | None = None
    source: str | None = None
    client: str | None = None
    system: str | None = None
    state: str | None = None
    since: float | None = None
    until: float | None = None
    before: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Backlog:
    """Deliveries of one system in one state, and when the oldest was made."""

    system: str
    state: str
    count: int
    oldest: float


@dataclass(frozen=True, slots=True)
class BlockedLanes:
    """Lanes of one system that a rejected or dead head stops."""

    system: str
    count: int
    oldest: float


def one(connection: Connection, id: str) -> dict[str, Any] | None:
    """A message with `deliveries`, each with `attempts` (and their number as `tries`), and its `evidence`; `None` if
    there is no such id."""
    row = connection.execute(select(message).where(message.c.id == id)).mappings().first()
    if row is None:
        return None
    deliveries = _rows(connection, select(delivery).where(delivery.c.message_id == id).order_by(delivery.c.id))
    attempts = _rows(
        connection,
        select(attempt)
        .where(attempt.c.delivery_id.in_([one["id"] for one in deliveries]))
        .order_by(attempt.c.delivery_id, attempt.c.number),
    )
    deeds = _rows(connection, select(evidence).where(evidence.c.message_id == id).order_by(evidence.c.at))
    for found in deliveries:
        found["tries"], found["attempts"] = (
            found["attempts"],
            [one for one in attempts if one["delivery_id"] == found["id"]],
        )
    return {**row, "deliveries": deliveries, "evidence": deeds}


def search(connection: Connection, wanted: Search) -> list[dict[str, Any]]:
    """Newest first, without data; each with its deliveries (system, state, attempts, code, reason)."""
    rows = _rows(connection, _select(wanted))
    ids = [row["id"] for row in rows]
    found = _rows(connection, select(delivery).where(delivery.c.message_id.in_(ids)).order_by(delivery.c.id))
    return [{**row, "deliveries": [one for one in found if one["message_id"] == row["id"]]} for row in rows]


def _select(wanted: Search) -> Select[Any]:
    columns = [column for column in message.c if column.name != "data"]
    conditions = [
        message.c[name] == value
        for name in ("type", "subject", "source", "client")
        if (value := getattr(wanted, name)) is not None
    ]
    if wanted.since is not None:
        conditions.append(message.c.received_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(message.c.received_at < wanted.until)
    if wanted.before is not None:
        conditions.append(message.c.id < wanted.before)
    if wanted.system is not None or wanted.state is not None:
        inner = [delivery.c.message_id == message.c.id]
        inner += [delivery.c.system == wanted.system] if wanted.system is not None else []
        inner += [delivery.c.state == wanted.state] if wanted.state is not None else []
        conditions.append(exists(select(1).where(and_(*inner))))
    return select(*columns).where(*conditions).order_by(message.c.id.desc()).limit(wanted.limit)


def newest(connection: Connection, subject: str) -> dict[str, Any] | None:
    """The newest message about `subject`."""
    statement = select(message).where(message.c.subject == subject).order_by(message.c.id.desc()).limit(1)
    return next(iter(_rows(connection, statement)), None)


def known(connection: Connection, key: str) -> dict[str, Any] | None:
    """The message that was accepted under the receipt `key` (see `bus.intake.inspect.receipt`)."""
    statement = select(message).join(receipt, receipt.c.message_id == message.c.id).where(receipt.c.key == key)
    return next(iter(_rows(connection, statement)), None)


def deeds(connection: Connection, ids: Sequence[str], action: str | None = None) -> list[dict[str, Any]]:
    """The evidence about some messages or questions, of one kind or of all, oldest first."""
    about = select(evidence).where(evidence.c.message_id.in_(ids))
    found = about if action is None else about.where(evidence.c.action == action)
    return _rows(connection, found.order_by(evidence.c.at, evidence.c.chain, evidence.c.seq))


def outcomes(connection: Connection) -> dict[str, int]:
    """How what was asked before deliveries ended, over all of them: counts by outcome."""
    details = connection.execute(select(evidence.c.detail).where(evidence.c.action == "enriched")).scalars()
    return dict(Counter(orjson.loads(detail)["outcome"] for detail in details))


def archives(connection: Connection) -> list[dict[str, Any]]:
    """Every archive, in order: the rows of the table."""
    return _rows(connection, select(archive).order_by(archive.c.number))


def archives_of(connection: Connection, id: str) -> list[dict[str, Any]]:
    """The archives that may hold the message `id`: those with an earlier and a later id."""
    return _rows(connection, select(archive).where(archive.c.first_id <= id, archive.c.last_id >= id))


def backlog(connection: Connection) -> list[Backlog]:
    """What is not done, by system and state. Polls are never done and do not count."""
    columns = (delivery.c.system, delivery.c.state, func.count(), func.min(delivery.c.created_at))
    polls = exists().where(standing.c.delivery_id == delivery.c.id)
    rows = [
        row
        for states in (_READY, _ATTENTION)  # apart, because each has a partial index of its own
        for row in connection.execute(
            select(*columns).where(states, ~polls).group_by(delivery.c.system, delivery.c.state)
        )
    ]
    return [Backlog(*row) for row in rows]


def blocked(connection: Connection) -> list[BlockedLanes]:
    """Lanes whose head was refused or given up: nothing behind it goes until an operator acts."""
    rows = connection.execute(
        select(delivery.c.system, func.count(), func.min(delivery.c.settled_at))
        .where(delivery.c.state.in_(("rejected", "dead")), delivery.c.is_open, delivery.c.lane.is_not(None))
        .group_by(delivery.c.system)
    )
    return [BlockedLanes(*row) for row in rows]


def totals(connection: Connection) -> dict[str, dict[str, int]]:
    """Every delivery ever made, counted by system and state."""
    rows = connection.execute(
        select(delivery.c.system, delivery.c.state, func.count()).group_by(delivery.c.system, delivery.c.state)
    )
    counts: dict[str, dict[str, int]] = {}
    for system, state, count in rows:
        counts.setdefault(system, {})[state] = count
    return counts


def systems(connection: Connection) -> set[str]:
    """Systems that have deliveries which are not done."""
    open_states = ("ready", "waiting", "sending", "held")
    return set(
        connection.execute(select(delivery.c.system).where(delivery.c.state.in_(open_states)).distinct()).scalars()
    )


def _rows(connection: Connection, statement: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(statement).mappings()]
