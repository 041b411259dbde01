"""How commands speak: results on standard output, mistakes on standard error, JSON where it is asked for."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from lienthong.command.texts import t

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID
    from rich.table import Table

T = TypeVar("T")
_as_json = [False]


def remember_json(value: bool) -> bool:
    """The command that is running was called with `--json`, or not."""
    _as_json[0] = value
    return value


def as_json() -> bool:
    """Whether the command that is running was called with `--json`."""
    return _as_json[0]


Json = Annotated[bool, typer.Option("--json", help=t("json"), callback=remember_json)]
ConfigPath = Annotated[str, typer.Option("--config", "-c", help=t("config"), envvar="LIENTHONG_CONFIG")]
OptionalConfigPath = Annotated[
    str | None, typer.Option("--config", "-c", help=t("config"), envvar="LIENTHONG_CONFIG", show_default=False)
]
Url = Annotated[str | None, typer.Option("--url", help=t("url"), envvar="LIENTHONG_URL", show_default=False)]
KeyFile = Annotated[
    str | None, typer.Option("--key-file", help=t("key-file"), envvar="LIENTHONG_KEY_FILE", show_default=False)
]


class Bar:
    """A progress bar; where there is no terminal, or JSON is wanted, nothing at all."""

    def __init__(self, bar: Progress | None, task: TaskID | None) -> None:
        self._bar, self._task = bar, task

    def total(self, total: int) -> None:
        """How much there is to do."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, total=total)

    def advance(self, by: int = 1) -> None:
        """So much more was done."""
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task, by)

    def after(self, done: T) -> T:
        """One more was done: this."""
        self.advance()
        return done


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Bar]:
    """A bar on standard error while something long is done."""
    if as_json() or not sys.stderr.isatty():
        yield Bar(None, None)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        yield Bar(bar, bar.add_task(what, total=total))


def show(value: Any, to: IO[str] | None = None) -> None:
    """JSON: indented for a person, one line for a pipe."""
    stream = to or sys.stdout
    text = json.dumps(value, ensure_ascii=False, indent=2 if stream.isatty() else None, default=str)
    typer.echo(text, file=stream)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on a terminal; the same columns with tabs between them in a pipe."""
    if not sys.stdout.isatty():
        typer.echo("\t".join(columns))
        for row in rows:
            typer.echo("\t".join(" ".join(cell.split()) for cell in row))
        return
    from rich.console import Console

    Console().print(_table(columns, rows))


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    from rich.markup import escape
    from rich.table import Table

    made = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*[escape(cell) for cell in row])
    return made
