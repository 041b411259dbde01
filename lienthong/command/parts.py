"""`lienthong adapters` and `lienthong connectors`: what is installed and what it can do."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING, Any

import typer

from lienthong.command.failures import Exit
from lienthong.command.output import Json, show, table
from lienthong.command.texts import t

if TYPE_CHECKING:
    from lienthong.ports import Adapter


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("adapters", help=t("adapters"))(adapters)
    app.command("connectors", help=t("connectors"))(connectors)


def adapters(json: Json = False) -> None:
    """Exit code 1 if one does not load."""
    from bus import registry

    found = [_adapter(point) for point in registry.adapters().values()]
    if json:
        show(found)
    else:
        rows = [
            (
                one["name"],
                one["package"],
                ", ".join(_types(one)),
                _names(one, "queries"),
                _names(one, "polls"),
                one.get("error", ""),
            )
            for one in found
        ]
        table(("name", "package", "takes", "is asked", "polls", "error"), rows)
    _end(found)


def connectors(json: Json = False) -> None:
    """Exit code 1 if one does not load."""
    from bus import registry

    found = [_connector(point) for point in registry.connectors().values()]
    if json:
        show(found)
    else:
        rows = [(one["name"], one["package"], one.get("summary", ""), one.get("error", "")) for one in found]
        table(("name", "package", "what", "error"), rows)
    _end(found)


def _end(found: list[dict[str, Any]]) -> None:
    raise typer.Exit(Exit.FAILED if any("error" in one for one in found) else Exit.OK)


def _types(adapter: dict[str, Any]) -> list[str]:
    return [type for operation in adapter.get("operations", []) for type in operation["types"]]


def _names(adapter: dict[str, Any], kind: str) -> str:
    return ", ".join(one["name"] for one in adapter.get(kind, []))


def _adapter(point: EntryPoint) -> dict[str, Any]:
    from bus import registry

    head = {"name": point.name, "class": point.value, "package": registry.origin(point)}
    try:
        return {**head, **_describe(registry.adapter_class(point.name))}
    except registry.NotLoadable as error:
        return {**head, "error": str(error)}


def _describe(adapter: type[Adapter]) -> dict[str, Any]:
    operations = [
        {
            "name": operation.name,
            "types": list(operation.types),
            "batch": operation.batch,
            "ordered": operation.ordered,
            "on_unknown": operation.on_unknown,
            "lookup": operation.name in adapter.lookups,
        }
        for operation in adapter.operations.values()
    ]
    capabilities = {name: getattr(adapter.capabilities, name) for name in adapter.capabilities.__slots__}
    return {
        "summary": _summary(adapter),
        "operations": operations,
        "receives": sorted(adapter.receivers),
        "queries": [{"name": query.name, "results": list(query.results)} for query in adapter.queries.values()],
        "polls": [{"name": one.name, "types": list(one.types), "every": one.every} for one in adapter.polls.values()],
        "capabilities": capabilities,
        "settings": adapter.Settings.model_json_schema(),
    }


def _connector(point: EntryPoint) -> dict[str, Any]:
    from bus import registry

    head = {"name": point.name, "class": point.value, "package": registry.origin(point)}
    try:
        found = registry.connector_class(point.name)
        return {**head, "summary": _summary(found), "settings": found.Settings.model_json_schema()}
    except registry.NotLoadable as error:
        return {**head, "error": str(error)}


def _summary(found: type) -> str:
    return (found.__doc__ or "").strip().splitlines()[0] if found.__doc__ else ""
