"""`lienthong run`: the bus itself."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from lienthong.command.failures import Exit, Failure
from lienthong.command.output import ConfigPath, Json, as_json, show
from lienthong.command.texts import chosen, t

if TYPE_CHECKING:
    from bus.config import Config
    from bus.family import Member


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
    from bus.family import member

    me = member(os.environ)
    loaded, parts = loaded_config(config, quiet=me is not None), _parts(only)
    if me is not None or processes == 1:
        _here(loaded, parts, json, me)
        return
    _shareable(loaded)
    arguments = ["run", "--config", config, *(["--only", only] if only else []), *(["--json"] if json else [])]
    raise typer.Exit(_family(loaded, arguments, processes, json))


def loaded_config(path: str, *, quiet: bool = False) -> Config:
    """The configuration at `path`; what is wrong with it goes to standard error, and an error ends the command.

    `quiet`: without warnings, because somebody else gives them.
    """
    from bus.config import load

    loaded = load(path)
    for finding in loaded.errors if quiet else loaded.findings:
        if as_json():
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


def _here(config: Config, parts: frozenset[str] | None, json: bool, member: Member | None) -> None:
    import asyncio

    import structlog
    import uvloop

    from bus import runtime
    from bus.ledger import LedgerError

    _log_to_stderr(json)
    if member is not None:
        structlog.contextvars.bind_contextvars(process=member.number)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(runtime.run(config, parts, member))
    except (LedgerError, OSError) as error:
        raise Failure("LT109", Exit.FAILED, reason=str(error)) from error


def _log_to_stderr(json: bool) -> None:
    from monitoring.logs import configure

    configure(form="json" if json or not sys.stderr.isatty() else "console")


def _shareable(config: Config) -> None:
    """Raises `Failure` for what only one process can use."""
    hint = "use a PostgreSQL ledger and a RabbitMQ broker, or one process"
    kept = {"ledger": (config.ledger.url, "sqlite"), "broker": (config.broker.url, "memory")}
    for section, (url, alone) in kept.items():
        if url.get_secret_value().startswith(alone):
            reason = f"the {section} {alone}: belongs to one process"
            raise Failure("LT104", Exit.USAGE, path="--processes", reason=reason, hint=hint)


def _family(config: Config, arguments: list[str], processes: int, json: bool) -> int:
    import asyncio

    from bus.http.server import reserve
    from lienthong.command.processes import Supervisor

    _log_to_stderr(json)
    command = [sys.executable, "-m", "lienthong.command", *arguments]
    try:
        with reserve(config.http.host, config.http.port) as kept:
            supervisor = Supervisor(command, processes, kept.getsockname()[1], config.dispatch.drain)
            return asyncio.run(supervisor.run())
    except OSError as error:
        raise Failure("LT109", Exit.FAILED, reason=str(error)) from error
