"""Payments that must have a receipt, and the receipts that the bus has: for `lienthong reconcile receipts`."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, select

from bus.ledger.look import look
from bus.ledger.tables import message
from reconciliation.days import Session
from reconciliation.events import first_id, last_id
from reconciliation.lines import HEADER, TIME_FORMAT, Kind, Status
from reconciliation.ports import Exported, Stated
from reconciliation.subjects import SUBJECTS
from schemas.base import ZONE

_GROUP = 2_000
_Row = tuple[Any, ...]


class PaidLines:
    """What was told paid (`payment.paid`), by our reference; what was reversed since and left unpaid is reversed."""

    def __init__(self, url: str) -> None:
        self._url = url

    def export(self, system: str, since: datetime, until: datetime, folder: Path) -> Exported:
        """See `ports.Ours`. Raises `bus.ledger.LedgerError` for a ledger that is away, besides what the port says."""
        target = folder / "ours.lines.csv"
        as_of = look(self._url, lambda connection: _write(connection, system, since, until, target))
        return Exported(target, as_of)


def _write(connection: Connection, system: str, since: datetime, until: datetime, path: Path) -> str:
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ")
    last = last_id(connection)
    _leave(path, _paid(connection, system, since, until))
    return str(last or "empty")


def _leave(path: Path, rows: Iterator[_Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows)


def _paid(connection: Connection, system: str, since: datetime, until: datetime) -> Iterator[_Row]:
    wanted = (
        select(message.c.type, message.c.data, message.c.received_at)
        .where(message.c.type.in_(("payment.paid", "payment.reversed")), message.c.id >= first_id(since))
        .order_by(message.c.id)
    )
    paid: dict[str, _Row] = {}
    for row in connection.execute(wanted):
        data = orjson.loads(row.data)
        if data["system"] != system:
            continue
        reference, when = data["reference"], datetime.fromtimestamp(row.received_at, ZONE)
        if row.type == "payment.paid" and when < until:
            written = when.strftime(TIME_FORMAT)
            paid[reference] = (
                Kind.PAYMENT, reference, None, None, data["amount"], None, Status.PAID, written, data["order_code"]
            )  # fmt: skip
        elif row.type == "payment.reversed" and reference in paid and not data["covered"]:
            paid[reference] = (*paid[reference][:6], Status.REVERSED, *paid[reference][7:])
    yield from paid.values()


class IssuedReceipts:
    """The receipts of the ledger (`receipt.issued`) for our payments of the session. See `ports.Theirs`.

    One that tells no amount is for what was paid.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def statement(self, system: str, session: Session, ours: Path, folder: Path) -> Stated:
        """Raises `bus.ledger.LedgerError` for a ledger that is away, besides what the port says."""
        target = folder / "receipts.csv"
        with ours.open(encoding="utf-8", newline="") as file:
            whole, (begin, end) = list(csv.DictReader(file)), (session.since, session.until)
        inside = (one for one in whole if begin.strftime(TIME_FORMAT) <= one["time"] < end.strftime(TIME_FORMAT))
        paid = {one["reference"]: one for one in inside}
        since = session.since.replace(tzinfo=ZONE)
        rows = look(self._url, lambda connection: list(_issued(connection, since, paid)))
        _leave(target, iter(rows))
        return Stated(target, f"receipts for {system}", SUBJECTS["receipts"].default)


def _issued(connection: Connection, since: datetime, paid: dict[str, dict[str, str]]) -> Iterator[_Row]:
    wanted = (
        select(message.c.data, message.c.received_at)
        .where(message.c.type == "receipt.issued", message.c.id >= first_id(since))
        .order_by(message.c.id)
    )
    seen = set[tuple[Any, ...]]()
    for row in connection.execution_options(yield_per=_GROUP).execute(wanted):
        data = orjson.loads(row.data)
        reference = data["reference"]
        # the same receipt, fetched again, is one
        known = (reference, data.get("serial"), data.get("number"), data.get("kind"))
        if reference not in paid or known in seen:
            continue
        seen.add(known)
        amount = data.get("amount")
        when = datetime.fromtimestamp(row.received_at, ZONE).strftime(TIME_FORMAT)
        yield (
            Kind.PAYMENT, reference, _number(data), None, paid[reference]["amount"] if amount is None else amount, None,
            Status.PAID, when, None,
        )  # fmt: skip


def _number(data: dict[str, Any]) -> str | None:
    parts: Sequence[str] = [one for one in (data.get("serial"), data.get("number")) if one]
    return "/".join(parts) or None


__all__ = ["IssuedReceipts", "PaidLines"]
