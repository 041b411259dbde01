"""`lienthong reconcile`: our books against a gateway's, receipts against payments, dossiers against a portal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lienthong.command import reconcile_schedule, reconcile_work
from lienthong.command.failures import Exit
from lienthong.command.groups import group
from lienthong.command.output import Json, KeyFile, OptionalConfigPath, Url
from lienthong.command.reconcile_asking import Asking, EventSource, Looking, Wait
from lienthong.command.reconcile_run import Order, carried_out, repeated
from lienthong.command.reconciling import (
    OUT,
    Date,
    LayoutFile,
    OursFile,
    Out,
    Owner,
    RunNumber,
    StatementFile,
    System,
    checked_name,
    layout_of,
    ledger_of,
    say,
)
from lienthong.command.texts import t

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciliation.reconcile import Done

app = group("reconcile")
app.add_typer(reconcile_work.app, name="work")
reconcile_schedule.register(app)
ReceiptFile = Annotated[
    Path | None, typer.Option("--statement", help=t("reconcile.receipts.statement"), show_default=False)
]
DossierFile = Annotated[
    Path | None, typer.Option("--statement", help=t("reconcile.dossiers.statement"), show_default=False)
]
Most = Annotated[int, typer.Option("--most", min=1, help=t("reconcile.dossiers.most"))]


@app.command("payments", help=t("reconcile.payments"))
def payments(
    system: System,
    day: Date,
    statement: StatementFile = None,
    layout: LayoutFile = None,
    out: Out = OUT,
    config: OptionalConfigPath = None,
    ours: OursFile = None,
    run: RunNumber = None,
    ask: Annotated[bool, typer.Option("--ask", help=t("reconcile.ask"))] = False,
    repair: Annotated[bool, typer.Option("--repair", help=t("reconcile.repair"))] = False,
    owner: Owner = None,
    wait: Wait = 600.0,
    source: EventSource = "/reconciliation",
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """Exit code 0 if every dong is explained, 1 if there are differences, 2 if a file is refused."""
    checked_name(system, "payments")
    ledger = ledger_of(config)
    asks = run is None and (ask or repair)
    asking = Asking(url, key_file, config, ledger, system, source, wait) if asks else None
    order = Order(
        "payments", system, day.date(), layout_of("payments", layout), out, ledger, statement, ours, asking,
        ask=ask, repair=repair, owner=owner,
    )  # fmt: skip
    _carry_out(order, run, json)


@app.command("receipts", help=t("reconcile.receipts"))
def receipts(
    system: System,
    day: Date,
    statement: ReceiptFile = None,
    layout: LayoutFile = None,
    out: Out = OUT,
    config: OptionalConfigPath = None,
    ours: OursFile = None,
    run: RunNumber = None,
    owner: Owner = None,
    json: Json = False,
) -> None:
    """Exit codes as of `reconcile payments`."""
    checked_name(system, "receipts")
    described = layout_of("receipts", layout)
    order = Order("receipts", system, day.date(), described, out, ledger_of(config), statement, ours, owner=owner)
    _carry_out(order, run, json)


@app.command("dossiers", help=t("reconcile.dossiers"))
def dossiers(
    system: System,
    day: Date,
    statement: DossierFile = None,
    layout: LayoutFile = None,
    out: Out = OUT,
    config: OptionalConfigPath = None,
    ours: OursFile = None,
    run: RunNumber = None,
    most: Most = 5_000,
    owner: Owner = None,
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """Exit codes as of `reconcile payments`. Without a file the other side is asked through a running bus."""
    checked_name(system, "dossiers")
    looks = run is None and statement is None
    order = Order(
        "dossiers", system, day.date(), layout_of("dossiers", layout), out, ledger_of(config), statement, ours,
        looking=Looking(url, key_file, config, system, most) if looks else None, owner=owner,
    )  # fmt: skip
    _carry_out(order, run, json)


def _carry_out(order: Order, run: int | None, json: bool) -> None:
    done: Done
    more: Mapping[str, Any] = {}
    if run is None:
        done, more = carried_out(order)
    else:
        done = repeated(order, run)
    say(done, json, more)
    raise typer.Exit(Exit.OK if done.books.closed else Exit.FAILED)
