"""What the ledger's messages say of payments at one gateway, as rows of text in their order."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, select

from bus.ledger.tables import message
from reconciliation.lines import TIME_FORMAT
from schemas.base import ZONE

_TYPES = ("payment.attempted", "payment.noticed")
_EARLIER = timedelta(days=1)  # an attempt is opened before it is paid
_GROUP = 2_000


def last_id(connection: Connection) -> str | None:
    """The newest message of the ledger."""
    found = connection.execute(select(message.c.id).order_by(message.c.id.desc()).limit(1)).scalar()
    return None if found is None else str(found)


def write_events(connection: Connection, system: str, since: datetime, last: str | None, path: Path) -> None:
    """Attempts and notices from a day before `since` up to the message `last`, for `ledger_sql.EVENTS`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_events(connection, system, since - _EARLIER, last))


def _events(connection: Connection, system: str, since: datetime, last: str | None) -> Iterator[tuple[Any, ...]]:
    if last is None:
        return
    wanted = (
        select(message.c.id, message.c.type, message.c.time, message.c.received_at, message.c.data)
        .where(message.c.type.in_(_TYPES), message.c.id >= first_id(since), message.c.id <= last)
        .order_by(message.c.id)
    )
    for row in connection.execution_options(yield_per=_GROUP).execute(wanted):
        data = orjson.loads(row.data)
        if data["system"] == system:
            yield _event(row.id, row.type, row.time, row.received_at, data)


def _event(id: str, type: str, time: float, received: float, data: dict[str, Any]) -> tuple[Any, ...]:
    attempted = type == "payment.attempted"
    said = data.get("created_at" if attempted else "at")
    return (
        id,
        data["reference"],
        data.get("gateway_reference"),
        data.get("refund_reference"),
        data.get("gateway_refund_reference"),
        "attempted" if attempted else data["outcome"],
        data.get("amount"),
        data.get("fee"),
        _written(datetime.fromisoformat(said) if said else datetime.fromtimestamp(time, ZONE)),
        data["order"]["order_code"] if attempted else data.get("order_code"),
        None if attempted else data["origin"],
        _written(datetime.fromtimestamp(received, ZONE)),
        bool(said),
    )


def _written(at: datetime) -> str:
    return at.astimezone(ZONE).strftime(TIME_FORMAT)


def first_id(since: datetime) -> str:
    """The lowest UUIDv7 of that time."""
    digits = f"{int(since.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}-7000-8000-000000000000"


__all__ = ["first_id", "last_id", "write_events"]
