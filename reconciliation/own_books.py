"""The books of the payment process as lines, to be held against what the gateways' messages say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from bus.ledger.processes import every
from bus.ledger.tables import process as table
from bus.ledger.tables import process_name
from bus.processes.payment.lines import lines
from bus.processes.payment.state import PaymentState
from reconciliation.lines import TIME_FORMAT, Kind, Status
from schemas.base import ZONE
from schemas.payments import Movement, SettlementLine, SettlementStatus

# how one line of ours stands in the messages and in the process; a side without it has neither amount nor status
OWN_HEADER = (
    "kind", "reference", "gateway_reference", "refund_reference", "subject",
    "messages_amount", "messages_status", "process_amount", "process_status",
)  # fmt: skip

_STATUS = {
    SettlementStatus.DONE: Status.PAID,
    SettlementStatus.PENDING: Status.PENDING,
    SettlementStatus.FAILED: Status.FAILED,
}


def process_books(connection: Connection, since: float = 0.0) -> Iterator[SettlementLine]:
    """The lines of every order whose state changed since then, of every payment process of this ledger."""
    for process in booking(connection):
        for _, state in every(connection, process, since):
            yield from lines(PaymentState.model_validate_json(state))


def booking(connection: Connection) -> list[str]:
    """The payment processes that have booked anything in this ledger, by the names that they are configured under."""
    name, kept = process_name.c.name, (table.c.process == process_name.c.process) & (table.c.key == process_name.c.key)
    found = select(process_name.c.process).join(table, kept).where(name >= "payment/", name < "payment0").distinct()
    return sorted(connection.execute(found).scalars())


def rows(books: Iterable[SettlementLine], system: str) -> Iterator[tuple[Any, ...]]:
    """Those at one gateway, for `ledger_sql.BOOKED`. A payment and its reversal become one line that is reversed.

    Lines of one order must follow each other.
    """
    for _, some in groupby((one for one in books if one.system == system), lambda one: one.order_code):
        order = list(some)
        reversed_ = {
            (one.reference, one.gateway_reference) for one in order if one.movement is Movement.REVERSAL
        }  # fmt: skip
        for one in order:
            if one.movement is not Movement.REVERSAL:
                yield _row(one, (one.reference, one.gateway_reference) in reversed_)


def _row(line: SettlementLine, is_reversed: bool) -> tuple[Any, ...]:
    refund = line.movement is Movement.REFUND
    return (
        Kind.REFUND if refund else Kind.PAYMENT,
        line.reference,
        line.gateway_refund_reference if refund else line.gateway_reference,
        line.refund_reference,
        line.amount,
        line.fee,
        Status.REVERSED if is_reversed and not refund else _STATUS[line.status],
        None if line.at is None else line.at.astimezone(ZONE).strftime(TIME_FORMAT),
        line.order_code,
    )


__all__ = ["OWN_HEADER", "booking", "process_books", "rows"]
