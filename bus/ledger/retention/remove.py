"""The transaction in which a batch leaves the ledger: its archives are recorded and its rows removed, or neither.

In PostgreSQL a partition that is due and of which only a little stays is dropped, and what stays moves to the default
partition. Heavy work comes first: the tables are locked for the last few milliseconds only. `delivery` has no
partitions, because the unique index on lanes is over all of it; its rows are deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy.exc import DBAPIError

from ..evidence import Chain, Deed
from ..session import Session
from ..tables import archive, archived_evidence
from .calendar import moment_of
from .links import Span, Spans, united
from .partitions import KEYS, PATIENCE, Partition, due, listed, timed_out
from .plan import Batch, Changed
from .select import FINISHED

# Rows that move to the default partition so that theirs can be dropped; if more stay, the others are deleted instead.
_MOVED = 10_000
_CHUNK = 10_000

# What leaves of a table `t`: one set of rows a line, none of them in two.
_GONE = {
    "message": ("t.id IN (SELECT g.id FROM gone_message g)",),
    "attempt": ("t.delivery_id IN (SELECT g.id FROM gone_delivery g)",),
    "evidence": (
        "t.message_id IN (SELECT g.id FROM gone_message g)",
        "(t.chain, t.seq) IN (SELECT g.chain, g.seq FROM gone_loose g)",
    ),
}
# The same turned round, in words for which PostgreSQL needs no memory that grows.
_STAYS = {
    "message": "NOT EXISTS (SELECT 1 FROM gone_message g WHERE g.id = t.id)",
    "attempt": "NOT EXISTS (SELECT 1 FROM gone_delivery g WHERE g.id = t.delivery_id)",
    "evidence": """NOT EXISTS (SELECT 1 FROM gone_message g WHERE g.id = t.message_id)
      AND NOT EXISTS (SELECT 1 FROM gone_loose g WHERE g.chain = t.chain AND g.seq = t.seq)""",
}
_TEMPORARY = ("gone_message", "gone_delivery", "gone_loose")

_LOCK_DELIVERIES = """
INSERT INTO gone_delivery SELECT l.id FROM (
  SELECT d.id FROM delivery d WHERE d.message_id IN (SELECT g.id FROM gone_message g) ORDER BY d.id {lock}) l
"""


@dataclass(frozen=True, slots=True)
class Removed:
    """How many rows are gone, and the partitions that were dropped."""

    messages: int
    partitions: tuple[str, ...] = ()


def remove(session: Session, chain: Chain, batch: Batch, cutoff: float, actor: str) -> Removed:
    """Record the archives of `batch` and remove what is in them. Raises `Changed` if the ledger does not hold exactly
    that any more. Done a second time, after a COMMIT whose answer was lost, it does nothing."""
    if batch.files and _recorded(session, batch):
        return Removed(len(batch.messages))
    _note(session, batch)
    _check(session, batch)
    dropped = _droppable(session, cutoff) if session.postgres else []
    for table in _GONE:
        for name in _places(session, table, batch, dropped):
            _delete(session, table, name)
    session.run("DELETE FROM delivery WHERE id IN (SELECT g.id FROM gone_delivery g)")
    _record(session, chain, batch, actor)
    done = _drop(session, dropped)
    for name in _TEMPORARY:
        session.run(f"DROP TABLE {name}")
    return Removed(len(batch.messages), tuple(one.name for one in done))


def _recorded(session: Session, batch: Batch) -> bool:
    statement = "SELECT chained FROM archive WHERE number = :number"
    found = session.run(statement, number=batch.files[-1]["number"])
    if found and found[0].chained != batch.files[-1]["chained"]:
        raise Changed(f"archive {batch.files[-1]['number']} was made by somebody else meanwhile")
    return bool(found)


def _note(session: Session, batch: Batch) -> None:
    id = "uuid" if session.postgres else "text"
    session.run(f"CREATE TEMPORARY TABLE gone_message (id {id} PRIMARY KEY)")
    session.run("CREATE TEMPORARY TABLE gone_delivery (id bigint PRIMARY KEY)")
    session.run("CREATE TEMPORARY TABLE gone_loose (chain text, seq int, PRIMARY KEY (chain, seq))")
    for place in range(0, len(batch.messages), _CHUNK):
        rows = [{"id": id} for id in batch.messages[place : place + _CHUNK]]
        session.run(f"INSERT INTO gone_message SELECT CAST(x.id AS {id}) FROM {{rows:id text}}", rows=rows)
    for place in range(0, len(batch.loose), _CHUNK):
        keys = [{"chain": chain, "seq": seq} for chain, seq in batch.loose[place : place + _CHUNK]]
        session.run("INSERT INTO gone_loose SELECT x.chain, x.seq FROM {rows:chain text, seq int}", rows=keys)
    if session.postgres:
        session.run("ANALYZE gone_message, gone_loose")
    session.run(_LOCK_DELIVERIES)
    if session.postgres:
        session.run("ANALYZE gone_delivery")


def _check(session: Session, batch: Batch) -> None:
    """Whatever an operator or a late answer does leaves a record or an attempt behind, so counting is enough."""
    open = f"SELECT count(*) FROM delivery d JOIN gone_delivery g ON g.id = d.id WHERE NOT {FINISHED}"
    found = {"deliveries": _count(session, "SELECT count(*) FROM gone_delivery")}
    for what, table in (("messages", "message"), ("attempts", "attempt"), ("evidence", "evidence")):
        found[what] = sum(_count(session, f"SELECT count(*) FROM {table} t WHERE {gone}") for gone in _GONE[table])
    wrong = [
        f"{found[what]} {what} instead of {batch.count(what)}" for what in found if found[what] != batch.count(what)
    ]
    if (opened := _count(session, open)) > 0:
        wrong.append(f"{opened} deliveries were opened again")
    if wrong:
        raise Changed(f"the ledger changed while it was read: {', '.join(wrong)}")


def _count(session: Session, statement: str) -> int:
    return int(session.run(statement)[0][0])


def _droppable(session: Session, cutoff: float) -> list[Partition]:
    """Due partitions of which little stays; that is noted, and nobody writes to them until the end."""
    found = []
    for table in KEYS:
        for one in due(listed(session, table), cutoff):
            stays = f"SELECT * FROM {one.name} t WHERE {_STAYS[table]}"
            if _count(session, f"SELECT count(*) FROM ({stays} LIMIT {_MOVED + 1}) AS kept") <= _MOVED:
                session.run(f"LOCK TABLE {one.name} IN SHARE MODE")
                session.run(f"CREATE TEMPORARY TABLE stays_{one.name} ON COMMIT DROP AS {stays}")
                found.append(one)
    return found


def _places(session: Session, table: str, batch: Batch, dropped: Sequence[Partition]) -> list[str]:
    """Where rows have to be deleted one by one. Messages are in no partition that begins after the last of them."""
    if not session.postgres:
        return [table]
    newest = moment_of(max(batch.messages)) if batch.messages else 0.0
    found = [one for one in listed(session, table) if one not in dropped]
    return [one.name for one in found if table != "message" or one.begin is None or one.begin <= newest]


def _delete(session: Session, table: str, name: str) -> None:
    for gone in _GONE[table]:
        session.run(f"DELETE FROM {name} AS t WHERE {gone}")


def _drop(session: Session, partitions: Sequence[Partition]) -> Sequence[Partition]:
    """Drop them all; or, where the tables are busy, none, and delete their rows."""
    if not partitions:
        return ()
    session.run("SAVEPOINT dropping")
    try:
        session.run(f"SET LOCAL lock_timeout = {PATIENCE}")
        session.run("LOCK TABLE message, attempt, evidence IN ACCESS EXCLUSIVE MODE")
        for one in partitions:
            session.run(f"ALTER TABLE {one.table} DETACH PARTITION {one.name}")
            session.run(f"INSERT INTO {one.table} SELECT * FROM stays_{one.name}")
            session.run(f"DROP TABLE {one.name}")
    except DBAPIError as error:
        if not timed_out(error):
            raise
        session.run("ROLLBACK TO SAVEPOINT dropping")
        for one in partitions:
            _delete(session, one.table, one.name)
        return ()
    session.run("RELEASE SAVEPOINT dropping")
    return partitions


def _record(session: Session, chain: Chain, batch: Batch, actor: str) -> None:
    session.insert(archive, batch.files)
    _unite(session, batch.spans)
    chain.append(
        session,
        [Deed(file["at"], actor, "archived", detail=f"{file['number']} {file['chained']}") for file in batch.files],
    )


def _unite(session: Session, spans: Spans) -> None:
    for chain, new in spans.items():
        rows = session.run(
            "SELECT first, last, before, hash FROM archived_evidence WHERE chain = :chain ORDER BY first", chain=chain
        )
        old = [Span(row.first, row.last, row.before, row.hash) for row in rows]
        session.run("DELETE FROM archived_evidence WHERE chain = :chain", chain=chain)
        session.insert(archived_evidence, [{"chain": chain, **asdict(span)} for span in united([*old, *new])])
