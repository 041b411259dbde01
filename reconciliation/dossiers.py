"""Dossiers as the bus knows them, and as the other side answers: for `lienthong reconcile dossiers`."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, select

from bus.ledger.look import look
from bus.ledger.tables import delivery, message
from reconciliation.days import Session
from reconciliation.events import first_id, last_id
from reconciliation.layout import DOSSIERS
from reconciliation.lines import HEADER, TIME_FORMAT
from reconciliation.ports import Exported, Stated
from schemas.base import ZONE
from schemas.vocabulary import DossierState

_WHOLE, _STEP = ("dossier.submitted", "dossier.updated"), "dossier.progressed"
_TYPES = (*_WHOLE, _STEP)
_GROUP = 500
_Rows = Iterator[tuple[Any, ...]]


@dataclass(slots=True)
class _Dossier:
    state: str = ""
    moved: float = 0.0
    waiting: int = 0
    steps: set[tuple[str, str]] = field(default_factory=set)

    def hear(self, type: str, data: dict[str, Any], received: float, state: str) -> None:
        self.state, self.moved = data["state"], received
        self.waiting += state != "delivered"
        if type == _STEP:
            self.steps.add((data["at"], data["state"]))


class DossierLines:
    """Every dossier of which something was sent to a system on a day, as it stands by all messages up to now."""

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
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        codes = _codes(connection, system, since, until)
        for some in _grouped(codes):
            writer.writerows(_lines(connection, system, some))
    return str(last or "empty")


def _codes(connection: Connection, system: str, since: datetime, until: datetime) -> list[str]:
    wanted = (
        select(message.c.subject)
        .join(delivery, delivery.c.message_id == message.c.id)
        .where(
            message.c.type.in_(_TYPES),
            message.c.id >= first_id(since),
            message.c.id < first_id(until),
            delivery.c.system == system,
        )
        .distinct()
        .order_by(message.c.subject)
    )
    return list(connection.execute(wanted).scalars())


def _grouped(codes: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(codes), _GROUP):
        yield codes[start : start + _GROUP]


def _lines(connection: Connection, system: str, codes: Sequence[str]) -> _Rows:
    wanted = (
        select(message.c.subject, message.c.type, message.c.data, message.c.received_at, delivery.c.state)
        .join(delivery, delivery.c.message_id == message.c.id)
        .where(message.c.type.in_(_TYPES), message.c.subject.in_(codes), delivery.c.system == system)
        .order_by(message.c.id)
    )
    known: dict[str, _Dossier] = {}
    for row in connection.execute(wanted):
        found = known.setdefault(row.subject, _Dossier())
        found.hear(row.type, orjson.loads(row.data), row.received_at, row.state)
    for code, one in sorted(known.items()):
        when = datetime.fromtimestamp(one.moved, ZONE).strftime(TIME_FORMAT)
        yield "dossier", code, None, None, len(one.steps), one.waiting, one.state, when, None


# What the other side says of one code: (whether it has it, the state as far as it tells one that is known), or `None`
# where it gave no answer.
Ask = Callable[[str], tuple[bool, DossierState | None] | None]


class Lookups:
    """The other side asked about each of our dossiers of the session. It tells no steps. See `ports.Theirs`."""

    def __init__(self, ask: Ask, most: int, told: Callable[[int, int], object] = lambda done, all: None) -> None:
        self._ask, self._most, self._told = ask, most, told

    def statement(self, system: str, session: Session, ours: Path, folder: Path) -> Stated:
        """Beyond the first `most`, and where it tells no state, a dossier is not answered."""
        target, silent = folder / "lookups.csv", folder / "unanswered.csv"
        codes = list(_ours(ours, session))
        with target.open("w", newline="") as file, silent.open("w", newline="") as nobody:
            writer, unanswered = csv.writer(file, lineterminator="\n"), csv.writer(nobody, lineterminator="\n")
            writer.writerow(("kind", "reference", "status"))
            unanswered.writerow(("reference",))
            for number, code in enumerate(codes):
                answer = self._ask(code) if number < self._most else None
                if answer is None or (answer[0] and answer[1] is None):
                    unanswered.writerow((code,))
                elif answer[0]:
                    writer.writerow(("dossier", code, answer[1]))
                self._told(number + 1, len(codes))
        columns = DOSSIERS.columns.model_copy(
            update=dict.fromkeys(("gateway_reference", "refund_reference", "amount", "fee", "time", "subject"))
        )
        layout = DOSSIERS.model_copy(update={"columns": columns, "allow_empty": True})
        return Stated(target, f"answers of {system}", layout, silent)


def _ours(path: Path, session: Session) -> Iterable[str]:
    since, until = (one.strftime(TIME_FORMAT) for one in (session.since, session.until))
    with path.open(encoding="utf-8", newline="") as file:
        yield from (one["reference"] for one in csv.DictReader(file) if since <= one["time"] < until)


__all__ = ["Ask", "DossierLines", "Lookups"]
