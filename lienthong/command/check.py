"""`lienthong check`: every mistake of a configuration."""

from __future__ import annotations

import typer

from lienthong.command.failures import Exit
from lienthong.command.output import ConfigPath, Json, show
from lienthong.command.texts import chosen, t


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", help=t("check"))(check)


def check(config: ConfigPath, json: Json = False) -> None:
    """Exit code 1 if there is an error; warnings alone leave 0."""
    from bus.config import load

    loaded = load(config)
    errors = len(loaded.errors)
    warnings = len(loaded.findings) - errors
    if json:
        findings = [finding.record(chosen()) for finding in loaded.findings]
        show({"ok": errors == 0, "errors": errors, "warnings": warnings, "findings": findings})
    else:
        for finding in loaded.findings:
            typer.echo(finding.text(chosen()))
        summary = "check.sum" if loaded.findings else "check.ok"
        typer.echo(t(summary, path=config, errors=errors, warnings=warnings), err=True)
    raise typer.Exit(Exit.FAILED if errors else Exit.OK)
