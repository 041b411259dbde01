"""`python -m bench`: measure, print a table, write bench/results/latest.json."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Annotated, NoReturn

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from .children import Failed
from .figures import Row
from .machine import conditions
from .measure import Measurement
from .plan import ROWS, VARIANTS, Plan, chosen
from .report import LATEST, TRIAL, table, write
from .servers import Servers

_app = typer.Typer(add_completion=False)
_console = Console(stderr=True)


@_app.command()
def bench(
    pairs: Annotated[int, typer.Option(min=1, help="Runs of each contender, in turns.")] = 5,
    messages: Annotated[int, typer.Option(min=10, help="Messages of a run.")] = 10_000,
    rows_: Annotated[str, typer.Option("--rows", help="What to measure, with commas between.")] = ",".join(ROWS),
    connections: Annotated[int, typer.Option(min=1, help="Connections of the load generator.")] = 64,
    seconds: Annotated[
        float, typer.Option(min=0.5, help="Length of a run of intake-p99, and of each way of query-p99.")
    ] = 10,
    producers: Annotated[int | None, typer.Option(min=1, help="Of Celery; found out by trying if not given.")] = None,
    variants: Annotated[str, typer.Option(help="Ways to run the bus that are tried.")] = ",".join(VARIANTS),
    json: Annotated[bool, typer.Option("--json", help="The rows as JSON on standard output, no table.")] = False,
) -> None:
    """The bus next to Celery on this machine. Fewer than 5 pairs, 5000 messages or all rows is a trial run.

    A trial run is written to bench/results/latest.local.json, a real one to latest.json.
    """
    try:
        rows, ways = chosen(rows_, ROWS), chosen(variants, VARIANTS)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--rows or --variants") from error
    plan = Plan(pairs, messages, rows, connections, seconds, producers, ways)
    signal.signal(signal.SIGTERM, _terminated)  # so that what was started is ended
    try:
        records = [row.as_json() for row in _measure(plan)]
    except Failed as error:
        _console.print(f"[red]not measured:[/] {error}", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error
    path = LATEST if plan.real else TRIAL
    write(records, path)
    if json:
        sys.stdout.buffer.write(orjson.dumps(records) + b"\n")
    else:
        Console().print(table(records))
    _console.print(f"written to {path}" + ("" if plan.real else ": this was a trial run, not a measurement"))


def _measure(plan: Plan) -> list[Row]:
    with _shown() as (progress, task), Servers(lambda seen: progress.update(task, seen=f"{seen:,}")) as servers:
        begun = count()

        def step(name: str) -> None:
            progress.update(task, completed=next(begun), description=name, seen="")

        measurement = Measurement(plan, servers, step)
        progress.update(task, total=measurement.count())
        found = measurement.rows(conditions(servers, with_servers=plan.needs_servers))
        progress.update(task, completed=next(begun), description="done", seen="")
        return found


@contextmanager
def _shown() -> Iterator[tuple[Progress, TaskID]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    arrived = TextColumn("{task.fields[seen]}")
    with Progress(*columns, arrived, console=_console, disable=not _console.is_terminal) as progress:
        yield progress, progress.add_task("starting", seen="")


def _terminated(*_: object) -> NoReturn:
    raise SystemExit(143)


if __name__ == "__main__":
    _app()
