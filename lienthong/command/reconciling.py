"""What the commands of `lienthong reconcile` share: their options, their failures, and how a run is told."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from lienthong.command.failures import Exit, Failure
from lienthong.command.output import Bar, as_json, progress, show, table
from lienthong.command.texts import chosen, t

if TYPE_CHECKING:
    from bus.config.findings import Finding
    from reconciliation.layout import AnyLayout
    from reconciliation.reconcile import Done, Told
    from reconciliation.refusals import Refused

T = TypeVar("T")
OUT = Path("reconciled")
_NAME = re.compile("[A-Za-z0-9][A-Za-z0-9_-]*")

System = Annotated[str, typer.Option("--system", help=t("reconcile.system"))]
Date = Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help=t("reconcile.date"))]
StatementFile = Annotated[Path | None, typer.Option("--statement", help=t("reconcile.statement"), show_default=False)]
LayoutFile = Annotated[Path | None, typer.Option("--layout", help=t("reconcile.layout"), show_default=False)]
Out = Annotated[Path, typer.Option("--out", help=t("reconcile.out"))]
OursFile = Annotated[Path | None, typer.Option("--ours", help=t("reconcile.ours"), show_default=False)]
RunNumber = Annotated[int | None, typer.Option("--run", min=1, help=t("reconcile.run"), show_default=False)]
Owner = Annotated[str | None, typer.Option("--owner", help=t("reconcile.owner"), show_default=False)]


def wrong_call(command: str, reason: str, **values: str) -> Failure:
    """A call with an option too few or too many."""
    return Failure("LT100", Exit.USAGE, reason=t(reason, **values), command=f"lienthong reconcile {command}")


def checked_name(system: str, command: str) -> str:
    """The name of a system, which becomes a folder. Raises `Failure`."""
    if not _NAME.fullmatch(system):
        raise wrong_call(command, "wrong.value", name="--system", said=_NAME.pattern)
    return system


def layout_of(kind: str, path: Path | None) -> AnyLayout:
    """The layout in a file, or the one without; its mistakes are shown. Raises `typer.Exit`."""
    from reconciliation.layout_file import load_layout
    from reconciliation.subjects import SUBJECTS

    subject = SUBJECTS[kind]
    if path is None:
        return subject.default
    found, findings = load_layout(path, subject.layout)
    tell(findings)
    if found is None:
        raise typer.Exit(Exit.USAGE)
    return found


def tell(findings: Sequence[Finding]) -> None:
    """What is wrong with a file of ours, on standard error."""
    for finding in findings:
        if as_json():
            show(finding.record(chosen()), sys.stderr)
        else:
            typer.echo(finding.text(chosen()), err=True)


def guarded(work: Callable[[Told], T]) -> T:
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


def say(done: Done, json: bool, more: Mapping[str, Any] | None = None) -> None:
    """The bridge on standard output, what follows from it on standard error."""
    from reconciliation.report.write import Report, summary

    report = Report(done.inputs, done.books, chosen())
    if json:
        show({**summary(report), "folder": str(done.folder), "changed": list(done.changed), **(more or {})})
        return
    table(("outcome", "lines", "difference"), _rows(done))
    since = done.books.since
    if since is not None:
        typer.echo(t("reconcile.since", number=since.number, new=since.new, same=since.same, gone=since.gone), err=True)
    for name in done.changed:
        typer.echo(t("reconcile.changed", name=name), err=True)
    if done.inputs["ours"]["undated"]:
        typer.echo(t("reconcile.undated", count=done.inputs["ours"]["undated"]), err=True)
    said = "reconcile.closed" if done.books.closed else "reconcile.open"
    typer.echo(t(said, number=done.number, folder=done.folder), err=True)


def _rows(done: Done) -> Sequence[tuple[str, str, str]]:
    """The bridge, from our sum to theirs; fees below it."""
    from reconciliation.words import outcome, said

    language, books, kind = chosen(), done.books, done.inputs["kind"]

    def row(name: Any, lines: int, money: int) -> tuple[str, str, str]:
        return getattr(name, language), f"{lines:,}", f"{money:,}"

    return [
        row(said(kind, "ours.total"), books.ours.payments + books.ours.refunds, books.ours.net),
        *(row(outcome(kind, part.outcome), part.lines, part.difference) for part in books.parts),
        row(said(kind, "theirs.total"), books.theirs.payments + books.theirs.refunds, books.theirs.net),
        row(said(kind, "fees"), 0, books.theirs.fees),
    ]


def ledger_of(config: str | None) -> str | None:
    """The URL of the ledger in a configuration. Raises `Failure`."""
    from lienthong.command.run import loaded_config

    return None if config is None else loaded_config(config, quiet=True).ledger.url.get_secret_value()
