"""Reading the evidence again, chain by chain, beside whoever writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import OperationalError

from . import engine as opening
from .evidence import broken
from .records import Unavailable
from .tables import evidence

# Records of one read: each is a transaction of its own, so that a long verification holds up no checkpoint.
_PAGE = 5000


@dataclass(frozen=True, slots=True)
class Broken:
    """The first record of a chain that does not fit what stands before it."""

    chain: str
    seq: int


@dataclass(frozen=True, slots=True)
class Verified:
    """What was read. Records that were appended meanwhile may be among them."""

    chains: int
    records: int
    broken: tuple[Broken, ...]


def verify(url: str, begin: Callable[[int], None], read: Callable[[int], None]) -> Verified:
    """Check every chain of the ledger at `url`; changes nothing, needs no lock, and a bus may run beside it.

    `begin` is told how many records there are, `read` each time how many more were read. Raises `LedgerError`.
    """
    opening.check_exists(url)
    engine = opening.open_for_reading(url)
    try:
        opening.check_version(engine)
        return _verify(engine, begin, read)
    except OperationalError as error:
        raise Unavailable(f"the database cannot be read: {str(error.orig).strip().splitlines()[0]}") from error
    finally:
        engine.dispose()


def _verify(engine: Engine, begin: Callable[[int], None], read: Callable[[int], None]) -> Verified:
    with engine.connect() as connection:
        chains = _chains(connection)
    begin(sum(chains.values()))
    wrong: list[Broken] = []
    count = 0

    def counted(rows: int) -> None:
        nonlocal count
        count += rows
        read(rows)

    for chain in chains:
        if (seq := broken(_records(engine, chain, counted))) is not None:
            wrong.append(Broken(chain, seq))
    return Verified(len(chains), count, tuple(wrong))


def _chains(connection: Connection) -> dict[str, int]:
    counted = select(evidence.c.chain, func.count()).group_by(evidence.c.chain).order_by(evidence.c.chain)
    return {row[0]: row[1] for row in connection.execute(counted)}


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
