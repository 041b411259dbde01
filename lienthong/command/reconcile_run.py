"""One comparison from its order to its work items, for the commands and for the schedule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lienthong.command.reconcile_asking import Asking, Looking
from lienthong.command.reconcile_work import recorded
from lienthong.command.reconciling import guarded, wrong_call
from lienthong.command.texts import chosen, t

if TYPE_CHECKING:
    from reconciliation.asking import Wanted
    from reconciliation.layout import AnyLayout
    from reconciliation.ports import Ours, Theirs
    from reconciliation.reconcile import Done, Request, Told
    from reconciliation.runs import Day

DEFAULT_OWNER = "reconciliation"


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted. `ledger` is its URL; `ours` a file instead of it. `asking` is there if `ask` or `repair` is set,
    `looking` where dossiers are looked up. Without an `owner` no work items are made."""

    kind: str
    system: str
    day: date
    layout: AnyLayout
    out: Path
    ledger: str | None = None
    statement: Path | None = None
    ours: Path | None = None
    asking: Asking | None = None
    looking: Looking | None = None
    ask: bool = False
    repair: bool = False
    owner: str | None = None

    @property
    def place(self) -> Day:
        """Where its runs are."""
        from reconciliation import days
        from reconciliation.runs import Day

        return Day(self.out, self.kind, self.system, days.session(self.day, self.layout.calendar).day)


def carried_out(order: Order) -> tuple[Done, Mapping[str, Any]]:
    """The run, the last one of a repair; and what `--json` tells besides. Raises `Failure`."""
    from reconciliation.reconcile import Request

    theirs, ours = _theirs(order, lambda what, by: None), _ours(order)
    wanted = Request(
        order.system, order.day, theirs, order.layout, order.out, datetime.now(UTC), chosen(), kind=order.kind
    )
    if order.asking is not None and order.ask:
        order.asking.ask(_silent(order, ours, wanted), f"reconciliation of {order.place.day}")
    done = _run(order, wanted, ours)
    if order.asking is not None and order.repair and not done.books.closed:
        order.asking.ask(_doubted(order, done), f"reconciliation of {order.place.day}, run {done.number}")
        done = _run(order, replace(wanted, now=datetime.now(UTC)), ours)
    told = dict(recorded(order.place, done, order.owner or (DEFAULT_OWNER if order.repair else None)))
    return done, {**told, **({} if order.asking is None else order.asking.told)}


def repeated(order: Order, number: int) -> Done:
    """The outputs of a run again. Raises `Failure`."""
    from reconciliation.reconcile import again

    return guarded(lambda told: again(order.place, number, told=told))


def _run(order: Order, wanted: Request, ours: Callable[[], Ours]) -> Done:
    from reconciliation.hosts import held
    from reconciliation.reconcile import reconcile

    def run(told: Told) -> Done:
        with held(order.ledger, order.place):
            return reconcile(replace(wanted, statement=_theirs(order, told)), ours(), told)

    return guarded(run)


def _ours(order: Order) -> Callable[[], Ours]:
    """Made anew for each run: the process may have begun to book in between."""
    if order.ours is None and order.ledger is None:
        raise wrong_call(order.kind, "wrong.missing", name="-c / --ours")

    def made() -> Ours:
        from bus.ledger.look import look
        from reconciliation.dossiers import DossierLines
        from reconciliation.ledger import LedgerLines
        from reconciliation.own_books import booking, process_books
        from reconciliation.ports import File
        from reconciliation.receipts import PaidLines

        if order.ours is not None or order.ledger is None:
            return File(order.ours or Path())
        if order.kind == "dossiers":
            return DossierLines(order.ledger)
        if order.kind == "receipts":
            return PaidLines(order.ledger)
        return LedgerLines(order.ledger, process_books if look(order.ledger, booking) else None)

    return made


def _theirs(order: Order, told: Told) -> Path | Theirs:
    from reconciliation.answers import Answers
    from reconciliation.receipts import IssuedReceipts

    if order.statement is not None:
        return order.statement
    if order.looking is not None:
        return order.looking.source(told)
    if order.ledger is None or order.kind == "dossiers":
        other = "--url" if order.kind == "dossiers" else "-c"
        raise wrong_call(order.kind, "wrong.missing", name=f"--statement / {other}")
    return Answers(order.ledger) if order.kind == "payments" else IssuedReceipts(order.ledger)


def _silent(order: Order, ours: Callable[[], Ours], wanted: Request) -> list[Wanted]:
    """Our references of the session of which the gateway has said nothing since it ended."""
    from reconciliation.asking import Wanted
    from reconciliation.who import unanswered

    ledger = order.ledger
    if order.statement is not None or ledger is None:
        raise wrong_call(order.kind, "wrong.value", name="--ask", said=t("reconcile.ask.file"))
    return [Wanted(*one) for one in guarded(lambda told: unanswered(ledger, ours(), wanted))]


def _doubted(order: Order, done: Done) -> list[Wanted]:
    """The references of its differences."""
    from reconciliation.who import doubted

    if order.ledger is None:
        raise wrong_call(order.kind, "wrong.missing", name="-c")
    ledger = order.ledger
    return guarded(lambda told: doubted(ledger, order.system, order.place.differences(done.number)))
