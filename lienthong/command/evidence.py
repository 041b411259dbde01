"""`lienthong ledger evidence`: what is recorded about a message or a question, for an auditor."""

from __future__ import annotations

from typing import Annotated

import typer

from lienthong.command.groups import Commands
from lienthong.command.output import Json, KeyFile, OptionalConfigPath, Url, show, table
from lienthong.command.sources import source
from lienthong.command.texts import t

_COLUMNS = ("at", "actor", "action", "detail", "chain", "seq", "hash")


def register(app: Commands) -> None:
    """Add the command to the group."""
    app.command("evidence", help=t("ledger.evidence"))(evidence)


def evidence(
    id: Annotated[str, typer.Argument(help=t("evidence.id"))],
    config: OptionalConfigPath = None,
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """Oldest first. Exit code 1 if nothing is recorded."""
    with source(url, key_file, config) as bus:
        found = bus.evidence(id)
    if json:
        show(found)
        return
    table(_COLUMNS, [[str(deed[name] or "") for name in _COLUMNS] for deed in found["evidence"]])
