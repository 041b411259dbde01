"""`lienthong process show`: what a process keeps about one business key."""

from __future__ import annotations

import json as text
from typing import Annotated

import typer

from lienthong.command.groups import group
from lienthong.command.messages import print_message
from lienthong.command.output import Json, KeyFile, OptionalConfigPath, Url, show
from lienthong.command.sources import source
from lienthong.command.tasks import print_task
from lienthong.command.texts import t

app = group("process")


@app.callback()
def _group() -> None:
    """Without this, a group of one command would be that command."""


@app.command("show", help=t("process.show"))
def show_(
    process: Annotated[str, typer.Argument(help=t("process.process"))],
    key: Annotated[str, typer.Argument(help=t("process.key"))],
    config: OptionalConfigPath = None,
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """Exit code 1 if there is none."""
    with source(url, key_file, config) as bus:
        found = bus.process(process, key)
    if json:
        show(found)
        return
    typer.echo(f"{found['process']}  {found['key']}  {t('process.version', version=found['version'])}  "
               f"{found['changed_at']}")  # fmt: skip
    for name in found["names"]:
        typer.echo(f"  = {name}")
    for timer in found["timers"]:
        typer.echo(f"  {t('process.timer', name=timer['name'], due=timer['due_at'])}")
    typer.echo(text.dumps(found["state"], ensure_ascii=False, indent=2))
    for task in found["tasks"]:
        print_task(task)
    for message in reversed(found["messages"]):
        print_message(message)
