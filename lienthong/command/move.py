"""`lienthong messages move`: what is left of a system that is no longer configured goes to another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer

from lienthong.command.failures import Exit
from lienthong.command.groups import Commands
from lienthong.command.output import Bar, Json, KeyFile, OptionalConfigPath, Url, progress, show, table
from lienthong.command.sources import Source, source
from lienthong.command.texts import t

_COLUMNS = ("delivery", "message", "state", "reason")
_MOST = 20  # refused deliveries that are listed; the rest is counted, and `--json` gives all


def register(app: Commands) -> None:
    """Add the command to the group."""
    app.command("move", help=t("messages.move"))(move)


@dataclass(slots=True)
class _Done:
    """What all steps did together."""

    moved: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)

    def add(self, step: Mapping[str, Any]) -> None:
        """One step's answer."""
        self.moved += int(step["moved"])
        self.refused += [one for one in step["outcomes"] if one["result"] == "refused"]


def move(
    origin: Annotated[str, typer.Option("--from", help=t("move.from"))],
    to: Annotated[str, typer.Option("--to", help=t("move.to"))],
    same_target: Annotated[bool, typer.Option("--same-target", help=t("move.same-target"))] = False,
    finished: Annotated[bool, typer.Option("--finished", help=t("move.finished"))] = False,
    operation: Annotated[str | None, typer.Option(help=t("move.operation"), show_default=False)] = None,
    message: Annotated[str | None, typer.Option(help=t("move.message"), show_default=False)] = None,
    reason: Annotated[str | None, typer.Option(help=t("reason"), show_default=False)] = None,
    config: OptionalConfigPath = None,
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """Exit code 1 if some had to stay. Interrupted, it has moved what it counted, and may be called again."""
    order: dict[str, Any] = {"from": origin, "to": to, "same_target": same_target, "finished": finished}
    order |= {"operation": operation, "message": message, "reason": reason}
    done, left = _Done(), dict[str, int]()
    with source(url, key_file, config) as bus:
        if not json:
            left = _left(bus)
        with progress(t("move.moving"), left.get(origin)) as bar:
            try:
                _all(bus, order, done, bar)
            finally:
                _told(origin, to, done, left, json)
    raise typer.Exit(Exit.FAILED if done.refused else Exit.OK)


def _all(bus: Source, order: Mapping[str, Any], done: _Done, bar: Bar) -> None:
    for step in _steps(bus, order):
        done.add(step)
        bar.advance(int(step["moved"]) + int(step["refused"]))


def _steps(bus: Source, order: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    after: int | None = 0
    while after is not None:
        step = bus.move({**order, "after": after})
        yield step
        after = step["next"]


def _left(bus: Source) -> dict[str, int]:
    """Deliveries of systems that left the configuration, by system."""
    return {one["name"]: sum(one["counts"].values()) for one in bus.systems()["systems"] if not one["configured"]}


def _told(origin: str, to: str, done: _Done, left: Mapping[str, int], json: bool) -> None:
    if json:
        counts = {"moved": done.moved, "refused": len(done.refused)}
        show({"from": origin, "to": to, **counts, "outcomes": done.refused})
        return
    if done.refused:
        table(_COLUMNS, [tuple(str(one[name]) for name in _COLUMNS) for one in done.refused[:_MOST]])
    if len(done.refused) > _MOST:
        typer.echo(t("move.more", count=len(done.refused) - _MOST), err=True)
    typer.echo(t("move.done", moved=done.moved, origin=origin, to=to, refused=len(done.refused)))
    if not done.moved and not done.refused and origin not in left and left:
        typer.echo(t("move.others", names=", ".join(sorted(left))), err=True)
