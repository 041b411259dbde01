"""`lienthong reference` (hidden): writes the generated pages of docs/reference, or says which are stale."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lienthong.command.failures import Exit, Failure
from lienthong.command.output import Json, show
from lienthong.command.texts import chosen, t


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reference", help=t("reference"), hidden=True)(reference)


def reference(
    folder: Annotated[Path, typer.Argument()] = Path("docs/reference"),
    check: Annotated[bool, typer.Option("--check")] = False,
    json: Json = False,
) -> None:
    """With `--check` nothing is written, and a stale page makes the exit code 1."""
    from lienthong.command.pages import pages

    if chosen() != "en":
        raise Failure("LT104", Exit.USAGE, path="--lang", reason="the pages are English", hint="call with --lang en")
    stale = [folder / name for name, text in pages().items() if _read(folder / name) != text]
    if not check:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in pages().items():
            (folder / name).write_text(text, encoding="utf-8")
    names = [str(path) for path in stale]
    if json:
        show({"stale" if check else "written": names})
    elif names:
        typer.echo("\n".join(names))
    raise typer.Exit(Exit.FAILED if check and stale else Exit.OK)


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None
