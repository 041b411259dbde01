"""All commands together."""

from __future__ import annotations

from typing import Annotated

import typer

from lienthong.command import (
    check,
    keys,
    ledger,
    messages,
    parts,
    play,
    process,
    query,
    reconcile,
    reference,
    run,
    schemas,
    send,
    simulate,
    systems,
    tasks,
    texts,
    xroad,
)
from lienthong.command.groups import group
from lienthong.command.texts import t

app = group("app")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"lienthong {version('lienthong')}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[bool, typer.Option("--version", help=t("version"), callback=_version, is_eager=True)] = False,
    lang: Annotated[str | None, typer.Option("--lang", help=t("lang"), show_default=False)] = None,
) -> None:
    if lang not in (None, "en", "vi"):
        raise typer.BadParameter("en, vi", param_hint="--lang")
    if lang is not None:
        texts.use("vi" if lang == "vi" else "en")


for _module in (play, run, check, parts, keys, send, query, simulate):
    _module.register(app)
app.add_typer(messages.app, name="messages")
app.add_typer(systems.app, name="systems")
app.add_typer(tasks.app, name="tasks")
app.add_typer(process.app, name="process")
app.add_typer(ledger.app, name="ledger")
app.add_typer(schemas.app, name="schemas")
app.add_typer(reconcile.app, name="reconcile")
app.add_typer(xroad.app, name="xroad")
reference.register(app)
