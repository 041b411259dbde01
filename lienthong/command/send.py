"""`lienthong send`: events from a file to a running bus."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer

from lienthong.command.client import Client
from lienthong.command.failures import Exit, Failure
from lienthong.command.output import Json, KeyFile, OptionalConfigPath, Url, progress, show
from lienthong.command.sources import configured_url
from lienthong.command.texts import t

_BATCH = "application/cloudevents-batch+json"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("send", help=t("send"))(send)


def send(
    what: Annotated[str, typer.Argument(help=t("send.what"), metavar="FILE|TYPE")],
    source: Annotated[str | None, typer.Option("--source", help=t("send.source"), show_default=False)] = None,
    subject: Annotated[str | None, typer.Option("--subject", help=t("send.subject"), show_default=False)] = None,
    id: Annotated[str | None, typer.Option("--id", help=t("send.id"), show_default=False)] = None,
    data: Annotated[str, typer.Option("--data", help=t("send.data"))] = "-",
    batch: Annotated[int, typer.Option("--batch", min=1, max=10_000, help=t("send.batch"))] = 100,
    patience: Annotated[float, typer.Option("--patience", min=0, help=t("send.patience"))] = 60,
    config: OptionalConfigPath = None,
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """Stops at the first request that is refused, so that nothing overtakes what was refused. Repeating is harmless."""
    events = read_events(what) if source is None and subject is None else [_event(what, source, subject, id, data)]
    answers: list[Any] = []
    with Client(configured_url(url, config), key_file, patience) as client:
        try:
            with progress(t("send"), len(events)) as bar:
                for some in _chunks(events, batch):
                    answers.append(client.post("/v1/events", some, _BATCH))
                    bar.advance(len(some))
        finally:
            accepted = min(len(answers) * batch, len(events))
            if json:
                show({"events": len(events), "accepted": accepted, "answers": answers})
            else:
                typer.echo(t("send.done", accepted=accepted, events=len(events)))


def read_events(path: str) -> list[Any]:
    """The events of a file: one JSON object, a JSON list, or one object a line. Raises `Failure` with the line."""
    from json import JSONDecodeError, loads

    text = text_of(path)
    try:
        whole = loads(text)
        return whole if isinstance(whole, list) else [whole]
    except JSONDecodeError as error:
        first = error
    events = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            events += [loads(line)] if line.strip() else []
        except JSONDecodeError as error:
            at = f"{first.lineno}:{first.colno}" if number == 1 else f"{number}:{error.colno}"
            hint = "write JSON: one event, a list of events, or one event a line"
            raise Failure("LT104", Exit.USAGE, path=f"{path}:{at}", reason=error.msg, hint=hint) from error
    return events


def _event(type: str, source: str | None, subject: str | None, id: str | None, data: str) -> dict[str, Any]:
    from json import JSONDecodeError, loads

    if not source or not subject or not re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+", type):
        hint = "give TYPE with --source and --subject, or a file of events alone"
        raise Failure("LT104", Exit.USAGE, path=type, reason="not enough for an event", hint=hint)
    try:
        body = loads(text_of(data))
    except JSONDecodeError as error:
        at = f"{data}:{error.lineno}:{error.colno}"
        raise Failure("LT104", Exit.USAGE, path=at, reason=error.msg, hint="write the data as JSON") from error
    head = {"specversion": "1.0", "id": id or str(uuid4()), "source": source, "type": type, "subject": subject}
    return {**head, "datacontenttype": "application/json", "data": body}


def text_of(path: str) -> str:
    """The text of a file, or of standard input for `-`. Raises `Failure`."""
    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text("utf-8-sig")
    except OSError as error:
        reason, hint = str(error.strerror), "name a file that this user may read, or - for standard input"
        raise Failure("LT104", Exit.USAGE, path=path, reason=reason, hint=hint) from error
    except UnicodeDecodeError as error:
        raise Failure("LT104", Exit.USAGE, path=path, reason="not UTF-8", hint="save it as UTF-8") from error


def _chunks(events: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(events), size):
        yield events[start : start + size]
