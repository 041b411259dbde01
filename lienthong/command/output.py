"""How commands speak: results on standard output, mistakes on standard error, JSON where it is asked for."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from lienthong.command.failures import Failure
from lienthong.command.texts import chosen, t

if TYPE_CHECKING:
    from rich.table import Table

_AS_JSON = "lienthong.json"


def _remember(context: typer.Context, value: bool) -> bool:
    context.meta[_AS_JSON] = value
    return value


Json = Annotated[bool, typer.Option("--json", help=t("json"), callback=_remember)]
ConfigPath = Annotated[str, typer.Option("--config", "-c", help=t("config"), envvar="LIENTHONG_CONFIG")]
OptionalConfigPath = Annotated[
    str | None, typer.Option("--config", "-c", help=t("config"), envvar="LIENTHONG_CONFIG", show_default=False)
]
Url = Annotated[str | None, typer.Option("--url", help=t("url"), envvar="LIENTHONG_URL", show_default=False)]
KeyFile = Annotated[
    str | None, typer.Option("--key-file", help=t("key-file"), envvar="LIENTHONG_KEY_FILE", show_default=False)
]


class Group(TyperGroup):
    """Says a `Failure` on standard error and ends with its exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Failure as failure:
            if ctx.meta.get(_AS_JSON):
                show(failure.record(chosen()), sys.stderr)
            else:
                typer.echo(failure.text(chosen()), err=True)
            raise typer.Exit(failure.exit) from failure


def group(help: str) -> typer.Typer:
    """A group of commands, e.g. `lienthong messages`."""
    return typer.Typer(cls=Group, help=t(help), no_args_is_help=True, pretty_exceptions_enable=False)


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
