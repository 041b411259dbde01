"""`lienthong reconcile`: our books against a gateway's."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from lienthong.command.failures import Exit, Failure
from lienthong.command.groups import group
from lienthong.command.output import Bar, Json, OptionalConfigPath, as_json, progress, show, table
from lienthong.command.texts import chosen, t

if TYPE_CHECKING:
    from datetime import date

    from reconciliation.layout import Layout
    from reconciliation.ports import Ours
    from reconciliation.reconcile import Done, Told
    from reconciliation.refusals import Refused

app = group("reconcile")
T = TypeVar("T")

_OUT = Path("reconciled")
_NAME = re.compile("[A-Za-z0-9][A-Za-z0-9_-]*")


@app.callback()
def _group() -> None:
    """More than one command, although there is one."""


@app.command("payments", help=t("reconcile.payments"))
def payments(
    system: Annotated[str, typer.Option("--system", help=t("reconcile.system"))],
    day: Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help=t("reconcile.date"))],
    statement: Annotated[
        Path | None, typer.Option("--statement", help=t("reconcile.statement"), show_default=False)
    ] = None,
    layout: Annotated[Path | None, typer.Option("--layout", help=t("reconcile.layout"), show_default=False)] = None,
    out: Annotated[Path, typer.Option("--out", help=t("reconcile.out"))] = _OUT,
    config: OptionalConfigPath = None,
    ours: Annotated[Path | None, typer.Option("--ours", help=t("reconcile.ours"), show_default=False)] = None,
    run: Annotated[int | None, typer.Option("--run", min=1, help=t("reconcile.run"), show_default=False)] = None,
    json: Json = False,
) -> None:
    """Exit code 0 if every dong is explained, 1 if there are differences, 2 if a file is refused."""
    if not _NAME.fullmatch(system):  # it becomes a folder
        raise Failure(
            "LT100", Exit.USAGE, reason=t("wrong.value", name="--system", said=_NAME.pattern), command=_COMMAND
        )
    described = _layout(layout)
    if run is not None:
        done = _guarded(lambda told: _again(out, system, day.date(), described, run, told))
    else:
        if statement is None:
            raise Failure("LT100", Exit.USAGE, reason=t("wrong.missing", name="--statement"), command=_COMMAND)
        source = _ours(config, ours)
        done = _guarded(lambda told: _new(out, system, day.date(), described, statement, source, told))
    _say(done, json)
    raise typer.Exit(Exit.OK if done.books.closed else Exit.FAILED)


_COMMAND = "lienthong reconcile payments"


def _layout(path: Path | None) -> Layout:
    from reconciliation.layout import CANONICAL
    from reconciliation.layout_file import load_layout

    if path is None:
        return CANONICAL
    found, findings = load_layout(path)
    for finding in findings:
        if as_json():
            show(finding.record(chosen()), sys.stderr)
        else:
            typer.echo(finding.text(chosen()), err=True)
    if found is None:
        raise typer.Exit(Exit.USAGE)
    return found


def _ours(config: str | None, file: Path | None) -> Ours:
    from lienthong.command.run import loaded_config
    from reconciliation.ledger import LedgerLines
    from reconciliation.ports import File

    if file is not None:
        return File(file)
    if config is None:
        raise Failure("LT100", Exit.USAGE, reason=t("wrong.missing", name="-c / --ours"), command=_COMMAND)
    return LedgerLines(loaded_config(config, quiet=True).ledger.url.get_secret_value())


def _new(out: Path, system: str, day: date, layout: Layout, statement: Path, ours: Ours, told: Told) -> Done:
    from datetime import UTC

    from reconciliation.reconcile import Request, reconcile

    wanted = Request(system, day, statement, layout, out, datetime.now(UTC), chosen())
    return reconcile(wanted, ours, told)


def _again(out: Path, system: str, day: date, layout: Layout, number: int, told: Told) -> Done:
    from reconciliation import days
    from reconciliation.reconcile import again
    from reconciliation.runs import Day

    return again(Day(out, "payments", system, days.session(day, layout.calendar).day), number, told=told)


def _guarded(work: Callable[[Told], T]) -> T:
    """Runs `work` with a bar; what can go wrong with files and folders becomes a failure with its cure."""
    from bus.ledger import LedgerError
    from reconciliation.refusals import Refused
    from reconciliation.runs import Locked, Unknown

    try:
        with progress(t("reconcile.working")) as bar:
            return work(_Steps(bar))
    except Refused as error:
        raise _refused(error) from error
    except Locked as error:
        raise Failure("LT121", Exit.FAILED, reason=str(error)) from error
    except Unknown as error:
        raise Failure(
            "LT107", Exit.USAGE, name=str(error).removeprefix("there is no "), hint=t("reconcile.runs")
        ) from error
    except LedgerError as error:
        raise Failure("LT110", Exit.UNREACHABLE, reason=str(error)) from error
    except OSError as error:
        path, reason = str(error.filename or "--out"), error.strerror or type(error).__name__
        raise Failure("LT104", Exit.USAGE, path=path, reason=reason, hint=t("reconcile.file")) from error


class _Steps:
    """Bytes of the files count as such, the engine's steps as a few megabytes each."""

    _STEP = 4 << 20

    def __init__(self, bar: Bar) -> None:
        self._bar = bar

    def __call__(self, what: str, by: int) -> None:
        self._bar.advance(by if what in ("reading", "exporting") else self._STEP)


def _refused(error: Refused) -> Failure:
    language = chosen()
    first, *others = error.flaws
    if others and as_json():
        show({"flaws": error.records(language), "more": error.more}, sys.stderr)
    for line in [] if as_json() else error.lines(language)[1:]:
        typer.echo(line, err=True)
    more = t("reconcile.more", count=error.more) if error.more else ""
    what = f"{first.place(error.file)} {first.what(language)}{more}"
    return Failure("LT120", Exit.USAGE, reason=what, hint=first.cure(language))


def _say(done: Done, json: bool) -> None:
    from reconciliation.report.write import Report, summary

    report = Report(done.inputs, done.books, chosen())
    if json:
        show({**summary(report), "folder": str(done.folder), "changed": list(done.changed)})
        return
    table(("outcome", "lines", "difference"), _rows(done))
    since = done.books.since
    if since is not None:
        typer.echo(t("reconcile.since", number=since.number, new=since.new, same=since.same, gone=since.gone), err=True)
    for name in done.changed:
        typer.echo(t("reconcile.changed", name=name), err=True)
    said = "reconcile.closed" if done.books.closed else "reconcile.open"
    typer.echo(t(said, number=done.number, folder=done.folder), err=True)


def _rows(done: Done) -> Sequence[tuple[str, str, str]]:
    """The bridge, from our sum to theirs; fees below it."""
    from reconciliation.words import OUTCOMES, SAID

    language, books = chosen(), done.books

    def row(name: Any, lines: int, money: int) -> tuple[str, str, str]:
        return getattr(name, language), f"{lines:,}", f"{money:,}"

    return [
        row(SAID["ours.total"], books.ours.payments + books.ours.refunds, books.ours.net),
        *(row(OUTCOMES[part.outcome], part.lines, part.difference) for part in books.parts),
        row(SAID["theirs.total"], books.theirs.payments + books.theirs.refunds, books.theirs.net),
        row(SAID["fees"], 0, books.theirs.fees),
    ]
