"""`lienthong tasks`: what people have to decide, and who works on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from lienthong.command.groups import group
from lienthong.command.output import Json, KeyFile, OptionalConfigPath, Url, show, table
from lienthong.command.sources import source
from lienthong.command.texts import t

app = group("tasks")

STATES = ("open", "taken", "settled", "gone", "all")
_COLUMNS = ("process", "key", "name", "kind", "state", "owner", "opened", "amount", "proposed_refund", "note")
_AMOUNTS = ("amount", "difference")


def _states(incomplete: str) -> list[str]:
    return [state for state in STATES if state.startswith(incomplete)]


Process = Annotated[str, typer.Argument(help=t("tasks.process"))]
Key = Annotated[str, typer.Argument(help=t("tasks.key"))]
Name = Annotated[str, typer.Argument(help=t("tasks.name"))]
Owner = Annotated[str | None, typer.Option("--owner", help=t("tasks.owner"), show_default=False)]
Note = Annotated[str | None, typer.Option("--note", help=t("tasks.note"), show_default=False)]
Why = Annotated[str, typer.Option("--note", help=t("tasks.why"))]
State = Annotated[
    str | None, typer.Option("--state", help=t("tasks.state"), show_default=False, autocompletion=_states)
]


@app.command("list", help=t("tasks.list"))
def list_(
    state: State = None,
    process: Annotated[str | None, typer.Option(help=t("tasks.process"), show_default=False)] = None,
    kind: Annotated[str | None, typer.Option(help=t("tasks.kind"), show_default=False)] = None,
    owner: Annotated[str | None, typer.Option(help=t("tasks.of"), show_default=False)] = None,
    key: Annotated[str | None, typer.Option(help=t("tasks.key"), show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help=t("tasks.limit"))] = 50,
    cursor: Annotated[str | None, typer.Option(help=t("cursor"), show_default=False)] = None,
    config: OptionalConfigPath = None,
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """One page, the longest open first."""
    named = {"state": state, "process": process, "kind": kind, "owner": owner, "key": key, "cursor": cursor}
    wanted = {name: value for name, value in named.items() if value is not None}
    with source(url, key_file, config) as bus:
        found = bus.tasks({**wanted, "limit": str(limit)})
    if json:
        show(found)
        return
    if not found["tasks"]:
        typer.echo(t("tasks.none"), err=True)
    else:
        table(_COLUMNS, [_row(task) for task in found["tasks"]])
    if found.get("next"):
        typer.echo(t("messages.more", cursor=found["next"]), err=True)


@app.command("show", help=t("tasks.show"))
def show_(
    process: Process,
    key: Key,
    name: Name,
    config: OptionalConfigPath = None,
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """With what was done to it."""
    with source(url, key_file, config) as bus:
        found = bus.task(process, key, name)
    show(found) if json else print_task(found)


@app.command("take", help=t("tasks.take"))
def take(
    process: Process,
    key: Key,
    name: Name,
    owner: Owner = None,
    note: Note = None,
    config: OptionalConfigPath = None,
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """Exit code 1 if somebody else has it, or it is done."""
    with source(url, key_file, config) as bus:
        _acted(bus.act(process, key, name, {"action": "take", "owner": owner, "note": note}), json)


@app.command("release", help=t("tasks.release"))
def release(
    process: Process,
    key: Key,
    name: Name,
    note: Note = None,
    config: OptionalConfigPath = None,
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """Exit code 1 if nobody has it and it is not open."""
    with source(url, key_file, config) as bus:
        _acted(bus.act(process, key, name, {"action": "release", "note": note}), json)


@app.command("settle", help=t("tasks.settle"))
def settle(
    process: Process,
    key: Key,
    name: Name,
    note: Why,
    owner: Owner = None,
    config: OptionalConfigPath = None,
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """Exit code 1 if it was settled otherwise."""
    with source(url, key_file, config) as bus:
        _acted(bus.act(process, key, name, {"action": "settle", "owner": owner, "note": note}), json)


@app.command("reopen", help=t("tasks.reopen"))
def reopen(
    process: Process,
    key: Key,
    name: Name,
    note: Why,
    config: OptionalConfigPath = None,
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """Exit code 1 if it is not settled."""
    with source(url, key_file, config) as bus:
        _acted(bus.act(process, key, name, {"action": "reopen", "note": note}), json)


def print_task(task: Mapping[str, Any]) -> None:
    """A task for people, in a few lines."""
    said = [task[name] for name in ("process", "key", "name", "kind", "state", "owner", "opened_at")]
    typer.echo("  ".join(str(word) for word in said if word is not None))
    body = task["body"] if isinstance(task["body"], Mapping) else {"body": task["body"]}
    for name, value in body.items():
        if value is not None:
            typer.echo(f"  {name}: {_said(value)}")
    if task["note"] is not None:
        typer.echo(f"  # {task['note']}")
    for deed in task.get("evidence", []):
        typer.echo(f"    {deed['at']}  {deed['actor']}  {deed['action']}  {deed['detail'] or ''}".rstrip())


def _acted(task: Mapping[str, Any], json: bool) -> None:
    show(task) if json else table(_COLUMNS, [_row(task)])


def _row(task: Mapping[str, Any]) -> tuple[str, ...]:
    body = task["body"] if isinstance(task["body"], Mapping) else {}
    amount = next((body[name] for name in _AMOUNTS if name in body), None)
    told = [task[name] for name in ("process", "key", "name", "kind", "state", "owner")]
    opened = str(task["opened_at"])[:19]
    return tuple(
        "" if one is None else _said(one) for one in (*told, opened, amount, body.get("proposed_refund"), task["note"])
    )


def _said(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
