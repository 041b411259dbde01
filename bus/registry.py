"""Adapters and connectors, found by entry point. A part that does not load harms only those who use it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from pydantic import BaseModel

from bus.config.model import System
from lienthong.ports import Adapter, Connector

ADAPTERS = "lienthong.adapters"
CONNECTORS = "lienthong.connectors"


class NotRegistered(LookupError):
    """No installed package offers an adapter or connector of this name."""


class NotLoadable(ImportError):
    """An entry point is there, and what it names is not, or is not what it should be."""


@cache
def _found(group: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in sorted(entry_points(group=group), key=lambda point: point.name)}


def refresh() -> None:
    """Look again for entry points (after a package was installed while this process runs)."""
    _found.cache_clear()


def adapters() -> Mapping[str, EntryPoint]:
    """The installed adapters by name, not loaded yet."""
    return _found(ADAPTERS)


def connectors() -> Mapping[str, EntryPoint]:
    """The installed connectors by name, not loaded yet."""
    return _found(CONNECTORS)


def origin(point: EntryPoint) -> str:
    """Which package an entry point comes from, e.g. `lienthong 0.1.0`."""
    return f"{point.dist.name} {point.dist.version}" if point.dist else "an unknown package"


def adapter_class(name: str) -> type[Adapter]:
    """The adapter registered as `name`. Raises `NotRegistered` or `NotLoadable`."""
    found = _load(_point(ADAPTERS, name))
    if not (isinstance(found, type) and issubclass(found, Adapter)):
        raise NotLoadable(f"{_describe(_point(ADAPTERS, name))} is not a subclass of lienthong.Adapter")
    return found


def connector_class(name: str) -> type[Connector]:
    """The connector registered as `name`. Raises `NotRegistered` or `NotLoadable`."""
    point = _point(CONNECTORS, name)
    found = _load(point)
    settings = getattr(found, "Settings", None)
    if not (isinstance(settings, type) and issubclass(settings, BaseModel) and hasattr(found, "exchange")):
        raise NotLoadable(f"{_describe(point)} is not a connector: it needs a pydantic Settings and exchange()")
    return found  # type: ignore[no-any-return]  # a Protocol with a constructor cannot be checked further


def _point(group: str, name: str) -> EntryPoint:
    point = _found(group).get(name)
    if point is None:
        raise NotRegistered(f"no package registers {name!r} under the entry point group {group}")
    return point


def _load(point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:  # whatever a package does while it is imported, the cause must be named
        raise NotLoadable(f"{_describe(point)} does not load: {type(error).__name__}: {error}") from error


def _describe(point: EntryPoint) -> str:
    return f"entry point {point.group}: {point.name} = {point.value} (of {origin(point)})"


def connect_section(adapter: type[Adapter], connector: type[Connector], connect: Mapping[str, Any]) -> dict[str, Any]:
    """`connect` with the adapter's defaults for `auth` under it, as the connector's `Settings` will read it.

    What the file says wins, key by key. The defaults stay out where the connector knows no `auth`, and where the file
    chooses another `type` of log-in than the adapter does.
    """
    section = dict(connect)
    written = section.get("auth", {})
    if not adapter.auth or "auth" not in connector.Settings.model_fields or not isinstance(written, Mapping):
        return section
    if "type" in written and written["type"] != adapter.auth.get("type"):
        return section
    section["auth"] = _merged(adapter.auth, written)
    return section


def _merged(defaults: Mapping[str, Any], written: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(defaults)
    for key, value in written.items():
        below = merged.get(key)
        merged[key] = _merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged


def connector_of(system: System) -> str:
    """The name of its connector: the configured one, or what the adapter names. Raises as `adapter_class` does."""
    return system.connector or adapter_class(system.adapter).connector


def connector_settings(adapter: type[Adapter], connector: type[Connector], system: System) -> BaseModel:
    """The connector's settings for `system`. Raises `pydantic.ValidationError`."""
    return connector.Settings.model_validate(connect_section(adapter, connector, system.connect))


def make_adapter(system: System) -> Adapter:
    """A new adapter for `system`. Raises `NotRegistered`, `NotLoadable` or `pydantic.ValidationError`."""
    found = adapter_class(system.adapter)
    return found(found.Settings.model_validate(system.settings))


def make_connector(name: str, system: System) -> Connector:
    """A new connector for `system`, configured as `name`; not opened. Raises as `make_adapter` does."""
    found = connector_class(connector_of(system))
    return found(connector_settings(adapter_class(system.adapter), found, system), name)
