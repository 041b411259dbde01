"""Of whom the gateway is to be asked."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from bus.ledger.look import look
from bus.ledger.tables import process_name
from reconciliation import days
from reconciliation.answers import Answers
from reconciliation.asking import Wanted
from reconciliation.ports import Ours
from reconciliation.reconcile import Request
from schemas.base import ZONE

_GROUP = 500


def unanswered(ledger: str, ours: Ours, wanted: Request) -> list[tuple[str, str | None]]:
    """(reference, order) of what we have in the session and the gateway has not spoken of since its end.

    Raises as `reconcile` does.
    """
    session = days.session(wanted.day, wanted.layout.calendar)
    since, until = (one.replace(tzinfo=ZONE) for one in session.reach)
    with tempfile.TemporaryDirectory(prefix="lienthong-reconcile-") as name:
        work = Path(name)
        lines = ours.export(wanted.system, since, until, work).path
        return Answers(ledger).unanswered(wanted.system, session, lines, work)


def doubted(ledger: str, system: str, differences: Iterable[Mapping[str, Any]]) -> list[Wanted]:
    """The references of differences, each once, with the order that ours or the payment process has for it.

    What the other side's file says of orders is not believed. Raises `bus.ledger.LedgerError`.
    """
    orders: dict[str, str | None] = {}
    for one in differences:
        if one["reference"]:
            mine = one["subject"] if one["our_amount"] is not None else None
            orders[one["reference"]] = orders.get(one["reference"]) or mine
    unknown = [reference for reference, order in orders.items() if order is None]
    found = look(ledger, partial(_named, system=system, references=unknown)) if unknown else {}
    return [Wanted(reference, order or found.get(reference)) for reference, order in orders.items()]


def _named(connection: Connection, system: str, references: Sequence[str]) -> dict[str, str]:
    """The keys under which the process has these references (see `bus.processes.payment.process`)."""
    found: dict[str, str] = {}
    for start in range(0, len(references), _GROUP):
        names = {f"payment/{system}/{one}": one for one in references[start : start + _GROUP]}
        wanted = select(process_name.c.name, process_name.c.key).where(process_name.c.name.in_(names))
        found |= {names[row.name]: row.key for row in connection.execute(wanted)}
    return found


__all__ = ["doubted", "unanswered"]
