"""What the demo shows on a terminal."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from lienthong.command.texts import t

from .gateways import PROCESS
from .money import Payments
from .settings import NATIONAL, PROVINCIAL
from .tally import BUSY, Tally, Totals

_COUNTS = ("orders", "paid", "failed", "surplus", "tasks")


class View:
    """A live summary: how far filing is, what stands where, and at the end the comparison."""

    def __init__(self, cases: int) -> None:
        self.console = Console()
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(40), MofNCompleteColumn(), TimeElapsedColumn()
        )
        self._filing = self._progress.add_task(t("demo.filing"), total=cases)
        self._arriving = self._progress.add_task(t("demo.arriving"), total=None)

    def render(self, done: int, totals: Totals) -> RenderableType:
        """The live part."""
        national = totals.get(NATIONAL, {})
        self._progress.update(self._filing, completed=done)
        self._progress.update(
            self._arriving, completed=national.get("delivered", 0), total=max(1, sum(national.values()))
        )
        return Group(self._progress, _deliveries(totals))

    def say(self, text: str) -> None:
        """Plain words, never wrapped: paths and addresses stay whole."""
        self.console.print(text, soft_wrap=True, highlight=False, markup=False)

    def summary(self, tally: Tally, folder: str) -> RenderableType:
        """The end."""
        table = Table.grid(padding=(0, 2))
        table.add_column(justify="right", style="bold")
        table.add_column()
        for name in ("dossiers", "accepted", "delivered", "acknowledged", "rejected", "held", "dead"):
            table.add_row(f"{getattr(tally, name):,}", t(f"demo.{name}"))
        for result in ("matches", "differs"):
            table.add_row(f"{tally.verified.get(result, 0):,}", t(f"demo.{result}"))
        for name in ("lost", "duplicates", "out_of_order"):
            count = getattr(tally, name)
            table.add_row(f"[{'red' if count else 'green'}]{count:,}[/]", t(f"demo.{name}"))
        subtitle = t("demo.took", seconds=f"{tally.seconds:.1f}", folder=folder)
        dossiers = _panel(table, t("demo.well" if tally.arrived else "demo.wrong"), tally.arrived, subtitle)
        money = Group(_money(tally.payments), _notes(tally.payments))
        paid = t("demo.money.well" if tally.payments.ok else "demo.money.wrong")
        return Group(dossiers, _panel(money, paid, tally.payments.ok))


def _panel(inside: RenderableType, title: str, well: bool, subtitle: str | None = None) -> Panel:
    return Panel(inside, title=title, subtitle=subtitle, border_style="green" if well else "red", expand=False)


def _money(payments: Payments) -> Table:
    """A line a gateway: what it has, and whether bus and portal have the same; what they have where it differs."""
    table = Table(box=None, padding=(0, 1), collapse_padding=True, pad_edge=False, show_footer=True)
    table.add_column(t("demo.money.system"), no_wrap=True)
    for name in _COUNTS:
        total = sum(getattr(row, name) for row in payments.rows.values())
        table.add_column(t(f"demo.money.{name}"), f"{total:,}", justify="right")
    there = sum(row.gateway for row in payments.rows.values())
    table.add_column(t("demo.money.gateway"), f"{there:,}", justify="right", no_wrap=True)
    for name in ("bus", "portal"):
        total = sum(getattr(row, name) for row in payments.rows.values())
        table.add_column(t(f"demo.money.{name}"), _same(total, there), justify="right", no_wrap=True)
    for system, row in payments.rows.items():
        counts = (f"{getattr(row, name):,}" for name in _COUNTS)
        same = (_same(number, row.gateway) for number in (row.bus, row.portal))
        table.add_row(system, *counts, f"{row.gateway:,}", *same)
    return table


def _same(number: int, wanted: int) -> str:
    return "[green]=[/]" if number == wanted else f"[red]{number:,}[/]"


def _notes(payments: Payments) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", style="bold")
    table.add_column()
    for name in ("marked", "receipts", "open"):
        table.add_row(f"{getattr(payments, name):,}", t(f"demo.money.{name}"))
    for name, count in (("unmarked", payments.unmarked), ("differs", sum(r.differs for r in payments.rows.values()))):
        table.add_row(f"[{'red' if count else 'green'}]{count:,}[/]", t(f"demo.money.{name}"))
    return table


def _deliveries(totals: Totals) -> Table:
    table = Table(title=t("demo.deliveries"), title_justify="left", box=None, padding=(0, 1))
    states = ("delivered", *BUSY, "held", "rejected", "dead")
    table.add_column(t("demo.system"), no_wrap=True, min_width=len(PROVINCIAL))
    for state in states:
        table.add_column(t(f"demo.state.{state}"), justify="right")
    for system in (NATIONAL, PROVINCIAL, PROCESS):
        counts = totals.get(system, {})
        table.add_row(system, *(f"{counts.get(state, 0):,}" for state in states))
    return table
