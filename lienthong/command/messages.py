"""`lienthong messages`: search, look, replay, cancel; and `move`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from lienthong.command import move
from lienthong.command.groups import group
from lienthong.command.output import Json, KeyFile, OptionalConfigPath, Url, progress, show, table
from lienthong.command.sources import Source, source
from lienthong.command.texts import t

app = group("messages")
move.register(app)

Filter = Annotated[str | None, typer.Option(help=t("filter"), show_default=False)]
Id = Annotated[str, typer.Argument(help=t("messages.id"))]
System = Annotated[str | None, typer.Option("--system", help=t("system"), show_default=False)]
_PAGES = 100  # pages of one subject's messages that `trace` reads; a dossier has some dozens of messages in all


@app.command("list", help=t("messages.list"))
def list_(
    type: Filter = None,
    subject: Filter = None,
    state: Filter = None,
    system: Filter = None,
    since: Annotated[str | None, typer.Option(help=t("since"), show_default=False)] = None,
    until: Annotated[str | None, typer.Option(help=t("until"), show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help=t("limit"))] = 50,
    cursor: Annotated[str | None, typer.Option(help=t("cursor"), show_default=False)] = None,
    config: OptionalConfigPath = None,
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """One page."""
    named = {"type": type, "subject": subject, "state": state, "system": system, "since": since, "until": until}
    wanted = {name: value for name, value in (named | {"cursor": cursor}).items() if value is not None}
    with source(url, key_file, config) as bus:
        found = bus.search({**wanted, "limit": str(limit)})
    if json:
        show(found)
        return
    if not found["messages"]:
        typer.echo(t("messages.none"), err=True)
    else:
        table(_COLUMNS, [_row(message) for message in found["messages"]])
    if found.get("next"):
        typer.echo(t("messages.more", cursor=found["next"]), err=True)


@app.command("show", help=t("messages.show"))
def show_(
    id: Id, config: OptionalConfigPath = None, url: Url = None, key_file: KeyFile = None, json: Json = False
) -> None:
    """The data is masked unless the key may see it."""
    with source(url, key_file, config) as bus:
        message = bus.show(id)
    show(message) if json else print_message(message)


@app.command("trace", help=t("messages.trace"))
def trace(
    subject: Annotated[str, typer.Argument(help=t("messages.subject"))],
    config: OptionalConfigPath = None,
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """Oldest first."""
    with source(url, key_file, config) as bus:
        found = list(_under(bus, subject))
        if not found:
            found = list(_under(bus, str(bus.show(subject)["subject"])))
        with progress(t("messages.tracing"), len(found)) as bar:
            traced = [bar.after(bus.show(str(message["id"]))) for message in reversed(found)]
    if json:
        show({"messages": traced})
        return
    for message in traced:
        print_message(message)


@app.command("replay", help=t("messages.replay"))
def replay(
    id: Id,
    force: Annotated[bool, typer.Option("--force", help=t("force"))] = False,
    system: System = None,
    config: OptionalConfigPath = None,
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """Exit code 1 if the bus refuses."""
    with source(url, key_file, config) as bus:
        _acted(id, bus.replay(id, force, system), json)


@app.command("cancel", help=t("messages.cancel"))
def cancel(
    id: Id,
    reason: Annotated[str, typer.Option("--reason", help=t("reason"))],
    system: System = None,
    config: OptionalConfigPath = None,
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """Exit code 1 if the bus refuses."""
    with source(url, key_file, config) as bus:
        _acted(id, bus.cancel(id, reason, system), json)


def _acted(id: str, answer: dict[str, Any], json: bool) -> None:
    show(answer) if json else typer.echo(t("messages.done", id=id))


def _under(bus: Source, subject: str) -> Iterator[Mapping[str, Any]]:
    wanted = {"subject": subject, "limit": "200"}
    for _ in range(_PAGES):
        page = bus.search(wanted)
        yield from page["messages"]
        if not page.get("next"):
            return
        wanted["cursor"] = str(page["next"])


_COLUMNS = ("id", "received", "type", "subject", "deliveries")


def _row(message: Mapping[str, Any]) -> tuple[str, ...]:
    deliveries = ", ".join(f"{one['system']}: {one['state']}" for one in message.get("deliveries", []))
    received = str(message.get("received_at", ""))[:19]
    return str(message["id"]), received, str(message["type"]), str(message["subject"]), deliveries


def print_message(message: Mapping[str, Any]) -> None:
    """A message for people, in a few lines."""
    typer.echo(f"{message['id']}  {message['type']}  {message['subject']}  {message.get('received_at', '')}")
    for delivery in message.get("deliveries", []):
        words = [delivery.get(name) for name in ("reference", "code", "reason", "pointer", "value")]
        tail = "  ".join(str(word) for word in words if word)
        typer.echo(f"  {delivery['system']}  {delivery.get('operation', '')}  {delivery['state']}  {tail}".rstrip())
        attempts = delivery.get("attempts")
        for attempt in attempts if isinstance(attempts, list) else []:
            said = [attempt.get(name) for name in ("number", "request_out", "verdict", "code", "reason")]
            typer.echo("    " + "  ".join(str(word) for word in said if word is not None))
