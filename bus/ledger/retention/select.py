"""Reading what may leave the ledger. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from ..evidence import GENESIS
from ..session import Session
from ..tables import archive, archived_evidence, attempt, delivery, evidence, identity, message, standing
from .calendar import lowest_id
from .form import Archived, Row
from .partitions import listed, settled
from .plan import Edge, Origin

PAGE = 500

# A delivery that nothing will change any more but an operator's replay. What was refused or given up in doubt may still
# be told by a late answer, and stays until somebody decides; what an operator cancelled, somebody has decided.
FINISHED = """(d.state IN ('delivered', 'cancelled') OR d.state IN ('rejected', 'dead')
  AND d.in_doubt_since IS NULL AND NOT (d.is_open AND d.lane IS NOT NULL))"""


def finished() -> ColumnElement[bool]:
    """See `FINISHED`."""
    stands = and_(delivery.c.is_open, delivery.c.lane.is_not(None))
    refused = and_(delivery.c.state.in_(("rejected", "dead")), delivery.c.in_doubt_since.is_(None), ~stands)
    return or_(delivery.c.state.in_(("delivered", "cancelled")), refused)


def origin(connection: Connection) -> Origin:
    """Which ledger it is, and where its chain of archives ends."""
    id = connection.execute(select(identity.c.id)).scalar_one()
    columns = (archive.c.number, archive.c.file, archive.c.chained)
    last = connection.execute(select(*columns).order_by(archive.c.number.desc()).limit(1)).first()
    return Origin(id, 0, None, "") if last is None else Origin(id, *last)


def edge(connection: Connection, keep: float, now: float | None = None) -> Edge:
    """What is old enough `now`, which is the database's time unless given."""
    session = Session(connection)
    now = session.now() if now is None else now
    cutoff = now - keep
    if not session.postgres:
        return Edge(now, cutoff, cutoff, cutoff)
    return Edge(now, cutoff, *(settled(listed(session, table), cutoff) for table in ("message", "evidence")))


def leaving(edge: Edge, after: str | None) -> Select[str]:
    """Ids of messages, in order, all of whose deliveries are finished since `edge.cutoff`. A poll is never finished:
    also one that left the configuration keeps how far it read."""
    last = func.coalesce(delivery.c.settled_at, delivery.c.created_at)
    open = or_(~and_(finished(), last < edge.cutoff), delivery.c.id.in_(select(standing.c.delivery_id)))
    stays = exists(select(1).where(delivery.c.message_id == message.c.id, open))
    wanted = select(message.c.id).where(
        message.c.id < lowest_id(edge.messages), message.c.received_at < edge.cutoff, ~stays
    )
    return (wanted if after is None else wanted.where(message.c.id > after)).order_by(message.c.id)


def count(connection: Connection, edge: Edge) -> int:
    """How many messages may leave, the causes of open follow-ups among them."""
    return int(connection.execute(select(func.count()).select_from(leaving(edge, None).subquery())).scalar_one())


def oldest(connection: Connection, edge: Edge) -> float | None:
    """When the first message was received that may leave."""
    ids = leaving(edge, None).limit(1).subquery()
    return connection.execute(select(message.c.received_at).where(message.c.id.in_(select(ids.c.id)))).scalar()


def causes(connection: Connection) -> set[int]:
    """Deliveries with a follow-up that is not finished: whoever looks at that one asks what it came from."""
    open = select(message.c.cause).join(delivery, delivery.c.message_id == message.c.id)
    rows = connection.execute(open.where(message.c.cause.is_not(None), ~finished()).distinct())
    return {int(row[0]) for row in rows}


def messages(connection: Connection, edge: Edge, most: int) -> Iterator[list[Archived]]:
    """Pages of messages that may leave, in the order of their ids; at most `most` of them."""
    needed, after = causes(connection), None
    while most > 0:
        ids = list(connection.execute(leaving(edge, after).limit(PAGE)).scalars())
        page = [one for one in whole(connection, ids) if not needed & {row["id"] for row in one.deliveries}]
        if page:
            yield page[:most]
        most -= len(page)
        if len(ids) < PAGE:
            return
        after = ids[-1]


def whole(connection: Connection, ids: Sequence[str]) -> list[Archived]:
    """These messages with all that happened to them, in the order of their ids."""
    found = {
        str(row["id"]): Archived(row, [], [], [])
        for row in _rows(connection, select(message).where(message.c.id.in_(ids)).order_by(message.c.id))
    }
    owner = {}
    for row in _rows(connection, select(delivery).where(delivery.c.message_id.in_(ids)).order_by(delivery.c.id)):
        found[str(row["message_id"])].deliveries.append(row)
        owner[row["id"]] = str(row["message_id"])
    tried = select(attempt).where(attempt.c.delivery_id.in_(list(owner)))
    for row in _rows(connection, tried.order_by(attempt.c.delivery_id, attempt.c.number, attempt.c.response_out)):
        found[owner[row["delivery_id"]]].attempts.append(row)
    for row in _records(connection, evidence.c.message_id.in_(ids)):
        found[str(row["message_id"])].evidence.append(row)
    return list(found.values())


def loose(connection: Connection, edge: Edge, most: int) -> Iterator[list[Row]]:
    """Pages of evidence of no message of the ledger (who paused what, who asked what), by chain and place."""
    after: tuple[str, int] | None = None
    of_none = ~exists(select(1).where(message.c.id == evidence.c.message_id))
    while most > 0:
        wanted: list[ColumnElement[bool]] = [evidence.c.at < edge.evidence, of_none]
        if after is not None:
            chain, seq = after
            wanted.append(or_(evidence.c.chain > chain, and_(evidence.c.chain == chain, evidence.c.seq > seq)))
        page = _records(connection, and_(*wanted), min(PAGE, most))
        if page:
            yield page
        most -= len(page)
        if len(page) < PAGE:
            return
        after = page[-1]["chain"], page[-1]["seq"]


def present(connection: Connection, ids: Sequence[str]) -> int:
    """How many of these messages the ledger holds."""
    wanted = select(func.count()).select_from(message).where(message.c.id.in_(ids))
    return int(connection.execute(wanted).scalar_one())


def _records(connection: Connection, wanted: ColumnElement[bool], most: int | None = None) -> list[Row]:
    """Evidence, each record with `previous`: the hash of the one before it, which may be in an archive already."""
    before, gone = aliased(evidence), aliased(archived_evidence)
    statement = (
        select(evidence, func.coalesce(before.c.hash, gone.c.hash).label("previous"))
        .outerjoin(before, and_(before.c.chain == evidence.c.chain, before.c.seq == evidence.c.seq - 1))
        .outerjoin(gone, and_(gone.c.chain == evidence.c.chain, gone.c.last == evidence.c.seq - 1))
        .where(wanted)
        .order_by(evidence.c.chain, evidence.c.seq)
    )
    found = _rows(connection, statement if most is None else statement.limit(most))
    for row in found:
        if row["seq"] == 1:
            row["previous"] = GENESIS
    return found


def _rows(connection: Connection, statement: Select[Any]) -> list[Row]:
    # plain texts: SQLAlchemy's own names of columns are a kind of text that orjson refuses
    return [{str(name): value for name, value in row.items()} for row in connection.execute(statement).mappings()]
