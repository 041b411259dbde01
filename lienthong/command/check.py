"""`lienthong check`: every mistake of a configuration, and what its ledger still holds for systems that left it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import typer

from lienthong.command.failures import Exit
from lienthong.command.output import ConfigPath, Json, show
from lienthong.command.texts import chosen, t

if TYPE_CHECKING:
    from bus.config import Config
    from bus.config.findings import Finding

# What is rejected or dead may be meant to stay as it is.
_UNDONE = ("ready", "waiting", "sending", "held")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", help=t("check"))(check)


def check(config: ConfigPath, json: Json = False) -> None:
    """Exit code 1 if there is an error; warnings alone leave 0."""
    from bus.config import load

    loaded = load(config)
    found = [*loaded.findings, *(_left(loaded.config, config) if loaded.config is not None else ())]
    errors = len(loaded.errors)
    warnings = len(found) - errors
    if json:
        findings = [finding.record(chosen()) for finding in found]
        show({"ok": errors == 0, "errors": errors, "warnings": warnings, "findings": findings})
    else:
        for finding in found:
            typer.echo(finding.text(chosen()))
        summary = "check.sum" if found else "check.ok"
        typer.echo(t(summary, path=config, errors=errors, warnings=warnings), err=True)
    raise typer.Exit(Exit.FAILED if errors else Exit.OK)


def _left(config: Config, path: str) -> list[Finding]:
    """A warning for each system that is not configured and has deliveries. A configuration can be checked where its
    ledger cannot be read, which is said, and before there is one."""
    from bus.config.findings import Finding, Place
    from bus.ledger import LedgerError
    from bus.ledger.look import is_there, look
    from bus.ledger.read import backlog

    url = config.ledger.url.get_secret_value()
    if not is_there(url):
        return []
    try:
        found = look(url, backlog)
    except (LedgerError, OSError) as error:
        typer.echo(t("check.ledger", reason=error), err=True)
        return []
    counts = Counter[str]()
    for one in found:
        if one.system not in config.systems and one.state in _UNDONE:
            counts[one.system] += one.count
    return [
        Finding(Place(path), "LT064", {"name": name, "count": str(count)}) for name, count in sorted(counts.items())
    ]
