"""`lienthong demo`: the whole bus with simulated portals."""

from __future__ import annotations

from typing import Annotated

import typer

from lienthong.command.output import Json
from lienthong.command.texts import t


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", help=t("demo"))(demo)


def demo(
    once: Annotated[bool, typer.Option("--once", help=t("demo.once"))] = False,
    cases: Annotated[int, typer.Option("--cases", min=1, max=1_000_000, help=t("demo.cases"))] = 500,
    rate: Annotated[float | None, typer.Option("--rate", min=0.001, help=t("demo.rate"), show_default=False)] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help=t("demo.port"), show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Exit code 0 only if nothing was lost, doubled or out of order."""
    from lienthong.command.demo import run

    raise typer.Exit(run(once=once, cases=cases, rate=rate, port=port, json=json))
