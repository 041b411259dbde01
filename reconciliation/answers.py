"""The gateway's side without a file of its own: what it answered to the bus's questions after the day had ended."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from duckdb import DuckDBPyConnection

from bus.ledger.look import look
from reconciliation.days import Session
from reconciliation.engine import LIMITS, engine
from reconciliation.events import last_id, write_events
from reconciliation.layout import CANONICAL
from reconciliation.ledger_sql import ANSWERED, ANSWERS, EVENTS
from reconciliation.lines import HEADER, TIME_FORMAT
from reconciliation.ports import Stated
from schemas.base import ZONE

# an attempt that was given up is not asked about again: the process did that
_OURS = """CREATE TABLE asked AS
    SELECT reference, max(subject) AS subject, min(time) AS moment, bool_or(status <> 'failed') AS matters
    FROM read_csv(?, header=true, auto_detect=false, delim=',', quote='"', escape='"', columns={'kind': 'VARCHAR',
    'reference': 'VARCHAR', 'gateway_reference': 'VARCHAR', 'refund_reference': 'VARCHAR', 'amount': 'BIGINT',
    'fee': 'BIGINT', 'status': 'VARCHAR', 'time': 'TIMESTAMP', 'subject': 'VARCHAR'})
    WHERE reference IS NOT NULL AND time >= ? AND time < ? GROUP BY reference"""
_SILENT = "FROM asked ANTI JOIN answered USING (reference) WHERE matters ORDER BY ALL"


class Answers:
    """The other side out of the ledger at `url`. See `reconciliation.ports.Theirs`.

    `since`: only what was received from then on counts, if that is later than the end of the session.
    """

    def __init__(self, url: str, since: datetime | None = None) -> None:
        self._url, self._since = url, since

    def statement(self, system: str, session: Session, ours: Path, folder: Path) -> Stated:
        """Raises `bus.ledger.LedgerError` for a ledger that is away, besides what the port says.

        A line without a time of the gateway's has ours.
        """
        target, silent = folder / "answers.csv", folder / "unanswered.csv"
        with engine(LIMITS, folder) as (connection, _):
            self._load(connection, system, session, ours, folder)
            columns = ", ".join(one for one in HEADER if one not in ("time", "subject"))
            _copy(
                connection,
                f"SELECT {columns}, strftime(coalesce(a.moment, o.moment), '{TIME_FORMAT}') AS time, NULL AS subject "
                "FROM answers a JOIN asked o USING (reference) ORDER BY ALL",
                target,
            )
            _copy(connection, f"SELECT reference {_SILENT}", silent)
        layout = CANONICAL.model_copy(update={"outside": "keep", "allow_empty": True})
        return Stated(target, f"answers of {system}", layout, silent)

    def unanswered(self, system: str, session: Session, ours: Path, folder: Path) -> list[tuple[str, str | None]]:
        """(reference, order) of what the gateway has not been asked since, in order."""
        with engine(LIMITS, folder) as (connection, _):
            self._load(connection, system, session, ours, folder)
            return connection.execute(f"SELECT reference, subject {_SILENT}").fetchall()

    def _load(self, connection: DuckDBPyConnection, system: str, session: Session, ours: Path, folder: Path) -> None:
        events, since = folder / "answered.events.csv", session.since.replace(tzinfo=ZONE)
        look(self._url, lambda found: write_events(found, system, since, last_id(found), events))
        connection.execute(EVENTS, [str(events)])
        events.unlink()
        ended = session.until
        if self._since is not None:
            ended = max(ended, self._since.astimezone(ZONE).replace(tzinfo=None))
        connection.execute(_OURS, [str(ours), session.since, session.until])
        connection.execute(ANSWERS, {"since": ended})
        connection.execute(f"CREATE TABLE answered AS {ANSWERED}", {"since": ended})


def _copy(connection: DuckDBPyConnection, query: str, target: Path) -> None:
    quoted = str(target).replace("'", "''")
    connection.execute(f"COPY ({query}) TO '{quoted}' (FORMAT csv, HEADER)")


__all__ = ["Answers"]
