"""`lienthong run`: the bus itself."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from lienthong.command.failures import Exit, Failure
from lienthong.command.output import ConfigPath, Json, show
from lienthong.command.texts import chosen, t

if TYPE_CHECKING:
    from bus.config import Config


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run", help=t("run"))(run)


def run(
    config: ConfigPath,
    only: Annotated[str | None, typer.Option("--only", help=t("run.only"), show_default=False)] = None,
    processes: Annotated[int, typer.Option("--processes", min=1, max=64, help=t("run.processes"))] = 1,
    json: Json = False,
) -> None:
    """Refuses to start with a configuration that `check` refuses; runs until SIGTERM or Ctrl-C."""
    loaded, parts = loaded_config(config, json), _parts(only)
    if processes == 1:
        _here(loaded, parts, json)
        return
    if loaded.ledger.url.get_secret_value().startswith("sqlite"):
        hint = "use a PostgreSQL ledger and a RabbitMQ broker, or one process"
        reason = "an SQLite ledger belongs to one process"
        raise Failure("LT104", Exit.USAGE, path="--processes", reason=reason, hint=hint)
    arguments = ["run", "--config", config, *(["--only", only] if only else []), *(["--json"] if json else [])]
    raise typer.Exit(_watch(arguments, processes))


def loaded_config(path: str, json: bool) -> Config:
    """The configuration at `path`; what is wrong with it goes to standard error, and an error ends the command."""
    from bus.config import load

    loaded = load(path)
    for finding in loaded.findings:
        if json:
            show(finding.record(chosen()), sys.stderr)
        else:
            typer.echo(finding.text(chosen()), err=True)
    if loaded.config is None:
        raise typer.Exit(Exit.FAILED)
    return loaded.config


def _parts(only: str | None) -> frozenset[str] | None:
    from bus.runtime import PARTS

    if only is None:
        return None
    wanted = frozenset(part.strip() for part in only.split(","))
    for part in sorted(wanted - PARTS):
        raise Failure("LT107", Exit.USAGE, name=f"part {part!r}", hint="choose among " + ", ".join(sorted(PARTS)))
    return wanted


def _here(config: Config, parts: frozenset[str] | None, json: bool) -> None:
    import asyncio

    from bus import runtime
    from bus.ledger import LedgerError
    from lienthong.command.logs import configure

    configure(json or not sys.stderr.isatty())
    try:
        asyncio.run(runtime.run(config, parts))
    except (LedgerError, OSError) as error:
        raise Failure("LT109", Exit.FAILED, reason=str(error)) from error


def _watch(arguments: list[str], processes: int) -> int:
    """Run this command `processes` times and wait; when one ends, all are told to end. The worst exit code counts."""
    children = [subprocess.Popen([sys.executable, "-m", "lienthong.command", *arguments]) for _ in range(processes)]

    def end(*_: object) -> None:
        for child in children:
            if child.poll() is None:
                child.terminate()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    while all(child.poll() is None for child in children):
        time.sleep(0.1)
    end()
    return max(abs(child.wait()) for child in children)
