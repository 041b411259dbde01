"""Reading the evidence again, chain by chain, beside whoever writes it, and the archives where they are at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import OperationalError

from . import engine as opening
from . import read as reading
from .evidence import broken
from .records import Unavailable
from .retention.links import Span, Spans
from .retention.proof import Proof, compare, prove
from .tables import archived_evidence, evidence, identity

# Records of one read: each is a transaction of its own, so that a long verification holds up no checkpoint.
_PAGE = 5000

# A chain that does not fit is read again so often, if records of it left for an archive meanwhile.
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Broken:
    """The first record of a chain that does not fit what stands before it."""

    chain: str
    seq: int


@dataclass(frozen=True, slots=True)
class Verified:
    """What was read. Records that were appended meanwhile may be among them. `archived`: records that are in archives
    according to the ledger; `proof`: what the archives themselves say, if they were asked."""

    chains: int
    records: int
    broken: tuple[Broken, ...]
    archived: int = 0
    proof: Proof | None = None

    @property
    def ok(self) -> bool:
        """Whether everything fits."""
        return not self.broken and (self.proof is None or not self.proof.wrong)


def verify(
    url: str, begin: Callable[[int], None], read: Callable[[int], None], archives: Path | None = None
) -> Verified:
    """Check every chain of the ledger at `url`; changes nothing, needs no lock, and a bus may run beside it.

    `begin` is told how many records there are, `read` each time how many more were read. `archives`: the folder, to
    check them too. Raises `LedgerError`.
    """
    opening.check_exists(url)
    engine = opening.open_for_reading(url)
    try:
        opening.check_version(engine)
        return _verify(engine, begin, read, archives)
    except OperationalError as error:
        raise Unavailable(f"the database cannot be read: {str(error.orig).strip().splitlines()[0]}") from error
    finally:
        engine.dispose()


def _verify(
    engine: Engine, begin: Callable[[int], None], read: Callable[[int], None], archives: Path | None
) -> Verified:
    with engine.connect() as connection:
        counts = _counts(connection)
        spans = _spans(connection)
    begin(sum(counts.values()))
    chains = sorted(counts.keys() | spans.keys())
    wrong: list[Broken] = []
    count = 0

    def counted(rows: int) -> None:
        nonlocal count
        count += rows
        read(rows)

    for chain in chains:
        if (seq := _first_broken(engine, chain, counted)) is not None:
            wrong.append(Broken(chain, seq))
    archived = sum(span.last - span.first + 1 for parts in spans.values() for span in parts)
    return Verified(len(chains), count, tuple(wrong), archived, _proof(engine, archives))


def _proof(engine: Engine, folder: Path | None) -> Proof | None:
    if folder is None:
        return None
    with engine.connect() as connection:
        ledger = str(connection.execute(select(identity.c.id)).scalar_one())
        rows, spans = reading.archives(connection), _spans(connection)
    proof = prove(folder, ledger, rows)
    compare(proof, spans)
    return proof


def _counts(connection: Connection) -> dict[str, int]:
    counted = select(evidence.c.chain, func.count()).group_by(evidence.c.chain)
    return {row[0]: row[1] for row in connection.execute(counted)}


def _spans(connection: Connection, chain: str | None = None) -> Spans:
    wanted = select(archived_evidence).order_by(archived_evidence.c.chain, archived_evidence.c.first)
    found: Spans = {}
    for row in connection.execute(wanted if chain is None else wanted.where(archived_evidence.c.chain == chain)):
        found.setdefault(row.chain, []).append(Span(row.first, row.last, row.before, row.hash))
    return found


def _first_broken(engine: Engine, chain: str, read: Callable[[int], None]) -> int | None:
    """A chain that lost records to an archive while it was read is read again."""
    spans, found = None, None
    for _ in range(_TRIES):
        with engine.connect() as connection:
            now = _spans(connection, chain).get(chain, [])
        if now == spans:
            return found
        spans = now
        if (found := broken(_records(engine, chain, read), spans)) is None:
            return None
    return found


def _records(engine: Engine, chain: str, read: Callable[[int], None]) -> Iterator[Mapping[str, Any]]:
    after = None
    while True:
        wanted = select(evidence).where(evidence.c.chain == chain).order_by(evidence.c.seq).limit(_PAGE)
        with engine.connect() as connection:
            rows = (
                connection.execute(wanted if after is None else wanted.where(evidence.c.seq > after)).mappings().all()
            )
        # plain texts: SQLAlchemy's own names of columns are a kind of text that orjson refuses
        yield from ({str(name): value for name, value in row.items()} for row in rows)
        read(len(rows))
        if len(rows) < _PAGE:
            return
        after = rows[-1]["seq"]
