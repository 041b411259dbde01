"""`lienthong systems`: what waits for the outside systems; pause and resume."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from lienthong.command.groups import group
from lienthong.command.output import Json, KeyFile, OptionalConfigPath, Url, show, table
from lienthong.command.sources import source
from lienthong.command.texts import t

app = group("systems")

Name = Annotated[str, typer.Argument(help=t("systems.name"))]
_COLUMNS = ("name", "adapter", "paused", "breaker", "waiting", "blocked_lanes", "oldest_waiting")


@app.command("list", help=t("systems.list"))
def list_(config: OptionalConfigPath = None, url: Url = None, key_file: KeyFile = None, json: Json = False) -> None:
    """Also those that left the configuration and still have deliveries."""
    with source(url, key_file, config) as bus:
        found = bus.systems()
    if json:
        show(found)
    else:
        table(_COLUMNS, [_row(system) for system in found["systems"]])


@app.command("pause", help=t("systems.pause"))
def pause(
    name: Name,
    reason: Annotated[str, typer.Option("--reason", help=t("reason"))],
    config: OptionalConfigPath = None,
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """Everything is kept; a paused system that is paused again takes the new reason."""
    with source(url, key_file, config) as bus:
        done = bus.pause(name, reason)
    show(done) if json else typer.echo(t("systems.paused", name=name))


@app.command("resume", help=t("systems.resume"))
def resume(
    name: Name, config: OptionalConfigPath = None, url: Url = None, key_file: KeyFile = None, json: Json = False
) -> None:
    """One that is not paused stays as it is."""
    with source(url, key_file, config) as bus:
        done = bus.resume(name)
    if json:
        show(done)
    else:
        typer.echo(t("systems.resumed" if done["resumed"] else "systems.not-paused", name=name))


def _row(system: Mapping[str, Any]) -> tuple[str, ...]:
    waiting = ", ".join(f"{state}: {count}" for state, count in sorted(system["counts"].items()))
    told = (system["adapter"], system["paused"], system["breaker"], waiting, system["blocked_lanes"])
    return (str(system["name"]), *("" if one is None else str(one) for one in (*told, system["oldest_waiting"])))
