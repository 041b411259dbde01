"""`lienthong simulate`: a stand-in for an outside system."""

from __future__ import annotations

from typing import Annotated

import typer

from lienthong.command.failures import Exit, Failure
from lienthong.command.output import Json, show
from lienthong.command.texts import t


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("simulate", help=t("simulate"))(simulate)


def simulate(
    name: Annotated[str, typer.Argument(help=t("simulate.name"))],
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help=t("port"))] = 0,
    host: Annotated[str, typer.Option("--host", help=t("host"))] = "127.0.0.1",
    options: Annotated[list[str] | None, typer.Option("--set", help=t("simulate.set"), show_default=False)] = None,
    json: Json = False,
) -> None:
    """Says its URL when the port is open, and runs until Ctrl-C."""
    from pydantic import ValidationError

    from simulators.server import SIMULATORS, run

    if name not in SIMULATORS:
        raise Failure("LT107", Exit.USAGE, name=name, hint="choose one of " + ", ".join(SIMULATORS))

    def ready(url: str) -> None:
        show({"simulator": name, "url": url}) if json else typer.echo(f"{name} {url}")

    try:
        run(name, host, port, _settings(options or []), ready)
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False))
        raise Failure("LT104", Exit.USAGE, path="--set", reason=said, hint="correct it") from error
    except OSError as error:
        reason = f"cannot listen: {error.strerror}"
        raise Failure("LT104", Exit.FAILED, path=f"{host}:{port}", reason=reason, hint="choose another port") from error


def _settings(options: list[str]) -> dict[str, object]:
    """`NAME=VALUE`, the value as JSON where it is JSON and as a text otherwise."""
    from json import loads

    settings: dict[str, object] = {}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals:
            raise Failure("LT104", Exit.USAGE, path="--set", reason=f"{option} has no =", hint="write NAME=VALUE")
        try:
            settings[name] = loads(value)
        except ValueError:
            settings[name] = value
    return settings
