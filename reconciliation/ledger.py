"""Our side out of the ledger: what gateways said and proved (`payment.noticed`), and attempts that nobody spoke of.

Money is one line for each reference and gateway reference that a notice or answer called paid; a reversal changes its
status. An attempt without money is one line. A refund is one line for each of its references. What left the ledger for
an archive is not seen: keep messages for longer than days are reconciled.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, select

from bus.ledger.look import look
from bus.ledger.tables import message
from reconciliation.engine import LIMITS, engine
from reconciliation.ledger_sql import EVENTS, LINES
from reconciliation.lines import HEADER, TIME_FORMAT
from reconciliation.ports import Exported
from schemas.base import ZONE

_TYPES = ("payment.attempted", "payment.noticed")
_EARLIER = timedelta(days=1)  # an attempt is opened before it is paid
_GROUP = 2_000


class LedgerLines:
    """The ledger at `url`, read beside a bus that may be running. See `reconciliation.ports.Ours`."""

    def __init__(self, url: str) -> None:
        self._url = url

    def export(self, system: str, since: datetime, until: datetime, folder: Path) -> Exported:
        """Raises `bus.ledger.LedgerError` for a ledger that is away, besides what the port says."""
        events, target = folder / "events.csv", folder / "ours.lines.csv"
        as_of = look(self._url, lambda connection: _write(connection, system, since, events))
        with engine(LIMITS, folder) as (connection, _):
            connection.execute(EVENTS, [str(events)])
            connection.execute(f"CREATE TABLE lines AS {LINES}")
            window = [one.astimezone(ZONE).replace(tzinfo=None) for one in (since, until)]
            columns = ", ".join("time" if name == "time" else name for name in HEADER)
            quoted = str(target).replace("'", "''")
            connection.execute(
                f"COPY (SELECT {columns} FROM (SELECT *, strftime(moment, '{TIME_FORMAT}') AS time FROM lines "
                f"WHERE moment >= TIMESTAMP '{window[0]}' AND moment < TIMESTAMP '{window[1]}') "
                f"ORDER BY ALL) TO '{quoted}' (FORMAT csv, HEADER)"
            )
        events.unlink()
        return Exported(target, as_of)


def _write(connection: Connection, system: str, since: datetime, path: Path) -> str:
    """The events in order; gives the id of the last message of the ledger, which is what they are as of."""
    last = connection.execute(select(message.c.id).order_by(message.c.id.desc()).limit(1)).scalar()
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_events(connection, system, since - _EARLIER, last))
    return str(last or "empty")


def _events(connection: Connection, system: str, since: datetime, last: str | None) -> Iterator[tuple[Any, ...]]:
    if last is None:
        return
    wanted = (
        select(message.c.id, message.c.type, message.c.time, message.c.data)
        .where(message.c.type.in_(_TYPES), message.c.id >= _first_id(since), message.c.id <= last)
        .order_by(message.c.id)
    )
    for row in connection.execution_options(yield_per=_GROUP).execute(wanted):
        data = orjson.loads(row.data)
        if data["system"] == system:
            yield _event(row.id, row.type, row.time, data)


def _event(id: str, type: str, time: float, data: dict[str, Any]) -> tuple[Any, ...]:
    attempted = type == "payment.attempted"
    said = data.get("created_at" if attempted else "at")
    moment = datetime.fromisoformat(said) if said else datetime.fromtimestamp(time, ZONE)
    return (
        id,
        data["reference"],
        data.get("gateway_reference"),
        data.get("refund_reference"),
        data.get("gateway_refund_reference"),
        "attempted" if attempted else data["outcome"],
        data.get("amount"),
        data.get("fee"),
        moment.astimezone(ZONE).strftime(TIME_FORMAT),
        data["order"]["order_code"] if attempted else data.get("order_code"),
    )


def _first_id(since: datetime) -> str:
    """The lowest UUIDv7 of that time."""
    digits = f"{int(since.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}-7000-8000-000000000000"


__all__ = ["LedgerLines"]
