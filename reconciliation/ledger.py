"""Our side out of the ledger: what gateways said and proved (`payment.noticed`), and attempts that nobody spoke of.

Money is one line for each reference and gateway reference that a notice or answer called paid; a reversal changes its
status. An attempt without money is one line. A refund is one line for each of its references. What left the ledger for
an archive is not seen: keep messages for longer than days are reconciled.

With the books of the payment process, money and refunds are as those have them, and whatever the messages say otherwise
is told apart: see `reconciliation.own_books`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from duckdb import DuckDBPyConnection
from sqlalchemy import Connection

from bus.ledger.look import look
from reconciliation.engine import LIMITS, engine
from reconciliation.events import last_id, write_events
from reconciliation.ledger_sql import BOOKED, DIFFER, EVENTS, LINES, OUTSIDE, OWN_LINES
from reconciliation.lines import HEADER, TIME_FORMAT
from reconciliation.own_books import OWN_HEADER, rows
from reconciliation.ports import Exported
from schemas.base import ZONE
from schemas.payments import SettlementLine

# the lines of a process's books that changed since a time, in the transaction of the connection, order by order
Books = Callable[[Connection, float], Iterable[SettlementLine]]


class LedgerLines:
    """The ledger at `url`, read beside a bus that may be running. See `reconciliation.ports.Ours`."""

    def __init__(self, url: str, books: Books | None = None) -> None:
        self._url, self._books = url, books

    def export(self, system: str, since: datetime, until: datetime, folder: Path) -> Exported:
        """Raises `bus.ledger.LedgerError` for a ledger that is away, besides what the port says."""
        events, booked = folder / "events.csv", folder / "booked.csv"
        target, own = folder / "ours.lines.csv", folder / "own.csv"
        as_of = look(self._url, lambda connection: self._read(connection, system, since, events, booked))
        with engine(LIMITS, folder) as (connection, _):
            connection.execute(EVENTS, [str(events)])
            connection.execute(f"CREATE TABLE lines AS {LINES}")
            window = " AND ".join(
                f"moment {sign} TIMESTAMP '{one.astimezone(ZONE).replace(tzinfo=None)}'"
                for sign, one in ((">=", since), ("<", until))
            )
            events.unlink()
            if self._books is None:
                _leave(connection, f"SELECT * FROM lines WHERE {window}", target)
                return Exported(target, as_of)
            undated = self._compared(connection, booked, window, own)
            _leave(connection, f"SELECT * FROM ({OWN_LINES}) WHERE {window}", target)
            return Exported(target, as_of, own, undated)

    def _read(self, connection: Connection, system: str, since: datetime, events: Path, booked: Path) -> str:
        """Gives the id of the last message of the ledger, which is what both files are as of."""
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        last = last_id(connection)
        write_events(connection, system, since, last, events)
        if self._books is not None:
            with booked.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows(self._books(connection, since.timestamp()), system))
        return str(last or "empty")

    def _compared(self, connection: DuckDBPyConnection, booked: Path, window: str, own: Path) -> int:
        """Writes what differs to `own`; gives how many lines of the process have no time, not even a message's."""
        connection.execute(BOOKED, [str(booked)])
        booked.unlink()
        columns = ", ".join(OWN_HEADER)
        quoted = str(own).replace("'", "''")
        connection.execute(
            f"COPY (SELECT {columns} FROM ({DIFFER}) WHERE {window} ORDER BY ALL) TO '{quoted}' (FORMAT csv, HEADER)"
        )
        found = connection.execute(OUTSIDE).fetchone()
        return int(found[0]) if found else 0


def _leave(connection: DuckDBPyConnection, query: str, target: Path) -> None:
    quoted = str(target).replace("'", "''")
    connection.execute(
        f"COPY (SELECT {', '.join(HEADER)} FROM (SELECT *, strftime(moment, '{TIME_FORMAT}') AS time FROM ({query})) "
        f"ORDER BY ALL) TO '{quoted}' (FORMAT csv, HEADER)"
    )


__all__ = ["Books", "LedgerLines"]
