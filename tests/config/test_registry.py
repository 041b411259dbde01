"""Adapters and connectors by entry point."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bus import registry
from bus.config.model import System

AUTH = {"user": "u", "password": "secret-word"}


def system(**given: Any) -> System:
    values = {"adapter": "land", "connector": "wire", "connect": {"host": "h", "auth": AUTH}, "settings": {"code": "c"}}
    return System.model_validate(values | given)


def test_the_parts_of_this_package_are_found() -> None:
    assert {"national_portal", "provincial_portal"} <= set(registry.adapters())
    assert {"rest", "vxp"} <= set(registry.connectors())
    assert registry.adapter_class("national_portal").name == "national_portal"
    assert "base_url" in registry.connector_class("rest").Settings.model_fields


def test_a_package_adds_parts(plugin: Path) -> None:
    assert registry.adapter_class("land").name == "land"
    assert registry.origin(registry.adapters()["land"]) == "land-plugin 1.2"


def test_a_name_nobody_registers() -> None:
    with pytest.raises(registry.NotRegistered, match=r"'nothing'.*lienthong\.adapters"):
        registry.adapter_class("nothing")


def test_a_part_that_does_not_load_names_its_entry_point_and_the_cause(plugin: Path) -> None:
    expected = r"lienthong\.adapters: broken = land_plugin\.gone:Land \(of land-plugin 1\.2\) does not load: ModuleNot"
    with pytest.raises(registry.NotLoadable, match=expected):
        registry.adapter_class("broken")
    with pytest.raises(registry.NotLoadable, match=r"halfway = land_plugin:Half .* AttributeError"):
        registry.connector_class("halfway")


def test_a_part_that_is_no_adapter(plugin: Path) -> None:
    with pytest.raises(registry.NotLoadable, match=r"odd .* is not a subclass of lienthong\.Adapter"):
        registry.adapter_class("odd")


def test_the_adapters_log_in_lies_under_what_is_written(plugin: Path) -> None:
    adapter, connector = registry.adapter_class("land"), registry.connector_class("wire")
    settings: Any = registry.connector_settings(adapter, connector, system())
    assert (settings.auth.type, settings.auth.path, settings.auth.user) == ("login", "login", "u")
    written = {"host": "h", "auth": {**AUTH, "path": "other"}}
    settings = registry.connector_settings(adapter, connector, system(connect=written))
    assert settings.auth.path == "other"


def test_another_kind_of_log_in_leaves_the_adapters_out(plugin: Path) -> None:
    adapter, connector = registry.adapter_class("land"), registry.connector_class("wire")
    written = {"host": "h", "auth": {"type": "key", "key": "k"}}
    settings: Any = registry.connector_settings(adapter, connector, system(connect=written))
    assert settings.auth.type == "key"


def test_a_connector_without_log_in_gets_none(plugin: Path) -> None:
    adapter, connector = registry.adapter_class("land"), registry.connector_class("bare")
    assert registry.connect_section(adapter, connector, {"host": "h"}) == {"host": "h"}


def test_defaults_merge_key_by_key_and_are_not_changed(plugin: Path) -> None:
    adapter = registry.adapter_class("land")
    before = dict(adapter.auth)
    registry.connect_section(adapter, registry.connector_class("wire"), {"auth": {"path": "x"}})
    assert dict(adapter.auth) == before


def test_making_parts(plugin: Path) -> None:
    adapter = registry.make_adapter(system())
    assert adapter.settings.code == "c"
    assert type(registry.make_connector("land-register", system())).__name__ == "Wire"
    with pytest.raises(ValidationError):
        registry.make_adapter(system(settings={}))
