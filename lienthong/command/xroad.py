"""`lienthong xroad`: what can be called through a configured security server, and how."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer

from lienthong.command.failures import Exit, Failure
from lienthong.command.groups import group
from lienthong.command.output import Bar, ConfigPath, Json, progress, show, table
from lienthong.command.run import loaded_config
from lienthong.command.texts import t

if TYPE_CHECKING:
    from connectors.xroad import XRoad
    from connectors.xroad.directory import Description
    from connectors.xroad.identifiers import ClientId, ServiceId
    from connectors.xroad.metadata import Method
    from lienthong.requests import TransportError

app = group("xroad")
T = TypeVar("T")

System = Annotated[str | None, typer.Option("--system", help=t("xroad.system"), show_default=False)]
_AT_ONCE = 8  # a country has hundreds of subsystems, and each may take its provider's time
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]+")


@app.command("list", help=t("xroad.list"))
def list_(
    config: ConfigPath,
    system: System = None,
    instance: Annotated[str | None, typer.Option("--instance", help=t("xroad.instance"), show_default=False)] = None,
    json: Json = False,
) -> None:
    """Members and subsystems."""
    from connectors.xroad.directory import list_clients
    from connectors.xroad.named import shown

    found = _run(_connector(config, system), lambda connector: list_clients(connector, instance))
    rows = [(shown(one.id), one.name or "", one.subsystem_name or "") for one in found]
    if json:
        show([dict(zip(("id", "name", "subsystem"), row, strict=True)) for row in rows])
    else:
        table(("id", "name", "subsystem"), rows)


@app.command("methods", help=t("xroad.methods"))
def methods(
    config: ConfigPath,
    subsystem: Annotated[str | None, typer.Argument(help=t("xroad.subsystem"), show_default=False)] = None,
    system: System = None,
    allowed: Annotated[bool, typer.Option("--allowed", help=t("xroad.allowed"))] = False,
    json: Json = False,
) -> None:
    """Exit code 1 if one of them could not be asked."""
    from connectors.xroad.named import client_named

    chosen = None if subsystem is None else _read(client_named, subsystem)
    connector = _connector(config, system)
    with progress(t("xroad.asking")) as bar:
        found, problems = _run(connector, lambda open_one: _all(open_one, chosen, allowed, bar))
    if json:
        show({"methods": [_record(*one) for one in found], "problems": problems})
    else:
        table(("service", "kind", "endpoints"), [_row(*one) for one in found])
        for problem in problems:
            typer.echo(t("xroad.problem", **problem), err=True)
    raise typer.Exit(Exit.FAILED if problems else Exit.OK)


@app.command("describe", help=t("xroad.describe"))
def describe(
    service: Annotated[str, typer.Argument(help=t("xroad.service"))],
    config: ConfigPath,
    system: System = None,
    protocol: Annotated[str | None, typer.Option("--protocol", help=t("xroad.protocol"), show_default=False)] = None,
    out: Annotated[Path | None, typer.Option("--out", help=t("xroad.out"), show_default=False)] = None,
    json: Json = False,
) -> None:
    """A file that is there already is only written over where `--out` names it."""
    if protocol not in (None, "rest", "soap"):
        raise Failure("LT104", Exit.USAGE, path="--protocol", reason=protocol, hint="rest, soap")
    connector = _connector(config, system)
    wanted = _service(connector, service)
    speaks = protocol or connector.xroad.protocol
    found = _run(connector, lambda open_one: _description(open_one, wanted, speaks))
    path = out or Path(_file_name(wanted.service_code, speaks, found.content))
    _write(path, found.content, over=out is not None)
    if json:
        show({"file": str(path), "bytes": len(found.content), "protocol": speaks, "media": found.media})
    else:
        typer.echo(t("xroad.written", path=path, size=len(found.content)))


def _connector(config: str, system: str | None) -> XRoad:
    """That of the named system, or of the only one that has it."""
    from bus import registry

    systems = loaded_config(config, quiet=True).systems  # warnings are for `check`
    known = [name for name, one in systems.items() if registry.connector_of(one) == "xroad"]
    name = known[0] if system is None and len(known) == 1 else system
    if name is None or name not in known:
        listed = ", ".join(known) or t("xroad.no-system")
        raise Failure("LT107", Exit.USAGE, name=t("xroad.such-system", name=name or "--system"), hint=listed)
    found: Any = registry.make_connector(name, systems[name])
    return found  # type: ignore[no-any-return]  # it is registered under this name


def _run(connector: XRoad, work: Callable[[XRoad], Coroutine[Any, Any, T]]) -> T:
    import asyncio

    from lienthong.requests import TransportError

    async def opened() -> T:
        await connector.open()
        try:
            return await work(connector)
        finally:
            await connector.close()

    try:
        return asyncio.run(opened())
    except TransportError as error:
        raise _failure(error) from error


def _failure(error: TransportError) -> Failure:
    from lienthong.requests import Lost, Misconfigured, NotSent

    match error:
        case NotSent():
            hint, code = "xroad.cure.later", Exit.UNREACHABLE
        case Lost():
            hint, code = "xroad.cure.look", Exit.UNREACHABLE
        case Misconfigured():
            hint, code = "xroad.cure.right", Exit.FAILED
        case _:
            hint, code = "xroad.cure.call", Exit.FAILED
    return Failure("LT115", code, reason=str(error), hint=t(hint))


Found = tuple["Method", Literal["rest", "soap"]]


async def _all(
    connector: XRoad, chosen: ClientId | None, allowed: bool, bar: Bar
) -> tuple[list[Found], list[dict[str, str]]]:
    """The services of one subsystem or of all, by both protocols, and what could not be asked."""
    import asyncio

    from connectors.xroad.directory import list_clients, list_methods
    from connectors.xroad.named import shown
    from lienthong.requests import TransportError

    listed = [chosen] if chosen is not None else [one.id for one in await list_clients(connector)]
    subsystems = [one for one in listed if one.subsystem_code is not None or chosen is not None]
    bar.total(2 * len(subsystems))
    turn, errors, problems = asyncio.Semaphore(_AT_ONCE), list[TransportError](), list[dict[str, str]]()

    async def ask(provider: ClientId, protocol: Literal["rest", "soap"]) -> list[Found]:
        async with turn:
            try:
                found = await list_methods(connector, provider, protocol=protocol, allowed=allowed)
            except TransportError as error:
                errors.append(error)
                problems.append({"subsystem": shown(provider), "protocol": protocol, "reason": str(error)})
                return []
            finally:
                bar.advance()
            return [(one, protocol) for one in found]

    both: tuple[Literal["rest", "soap"], ...] = ("rest", "soap")
    answers = await asyncio.gather(*(ask(one, protocol) for one in subsystems for protocol in both))
    if chosen is not None and len(errors) == len(both):
        raise errors[0]
    return [one for answer in answers for one in answer], problems


def _record(method: Method, protocol: str) -> dict[str, Any]:
    endpoints = [{"method": one.method, "path": one.path} for one in method.endpoints]
    id = method.id
    return {
        "service": _shown(method),
        "version": id.service_version,
        "protocol": protocol,
        "kind": method.kind,
        "endpoints": endpoints,
    }


def _row(method: Method, protocol: str) -> tuple[str, str, str]:
    listed = ", ".join(f"{one.method} {one.path}" for one in method.endpoints)
    return _shown(method), method.kind or protocol.upper(), listed


def _shown(method: Method) -> str:
    """As `connect.service` takes it, with the version behind it as a part of its own."""
    from connectors.xroad.named import shown

    return shown(method.id)


async def _description(connector: XRoad, service: ServiceId, protocol: str) -> Description:
    from connectors.xroad.directory import get_openapi, get_wsdl

    return await (get_wsdl if protocol == "soap" else get_openapi)(connector, service)


def _service(connector: XRoad, text: str) -> ServiceId:
    """A whole identifier, or the code of a service of the system's own provider."""
    from connectors.xroad.named import client_named, service_named

    settings = connector.xroad
    if "/" in text or ":" in text or settings.provider is None:
        return _read(service_named, text)
    return client_named(settings.provider).service(text, settings.version)


def _read(read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except ValueError as error:
        raise Failure("LT104", Exit.USAGE, path=text, reason=str(error), hint=t("xroad.cure.id")) from error


def _file_name(code: str, protocol: str, content: bytes) -> str:
    kind = "wsdl" if protocol == "soap" else "json" if content.lstrip()[:1] == b"{" else "yaml"
    return f"{_NOT_IN_A_NAME.sub('_', code)}.{kind}"


def _write(path: Path, content: bytes, *, over: bool) -> None:
    try:
        with path.open("wb" if over else "xb") as file:
            file.write(content)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Failure("LT104", Exit.FAILED, path=str(path), reason=reason, hint=t("xroad.cure.out")) from error
