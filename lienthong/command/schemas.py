"""`lienthong schemas`: message types, their JSON Schemas, and that of the configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lienthong.command.failures import Exit, Failure
from lienthong.command.groups import group
from lienthong.command.output import Json, show, table
from lienthong.command.texts import t

app = group("schemas")


@app.command("list", help=t("schemas.list"))
def list_(json: Json = False) -> None:
    """Type, newest version and the URN to send as `dataschema`."""
    from schemas.envelope import schema_urn
    from schemas.registry import TYPES

    found = [
        {"type": type, "version": version, "dataschema": schema_urn(type, version), "title": model.__name__}
        for type, (version, model) in TYPES.items()
    ]
    if json:
        show(found)
    else:
        table(
            ("type", "version", "dataschema"),
            [(str(o["type"]), str(o["version"]), str(o["dataschema"])) for o in found],
        )


@app.command("export", help=t("schemas.export"))
def export(
    folder: Annotated[Path, typer.Argument(help=t("schemas.export.folder"))] = Path("schemas-json"),
    json: Json = False,
) -> None:
    """One file a type, named TYPE.VERSION.json."""
    from schemas.registry import export as write

    try:
        files = [str(path) for path in write(folder)]
    except OSError as error:
        hint = "name a folder that this user may write"
        raise Failure("LT104", Exit.USAGE, path=str(folder), reason=str(error.strerror), hint=hint) from error
    if json:
        show({"files": files})
    else:
        for file in files:
            typer.echo(file)


@app.command("config", help=t("schemas.config"))
def config(json: Json = False) -> None:
    """Always JSON; `--json` is taken as everywhere."""
    from bus.config.docs import config_schema

    show(config_schema())
