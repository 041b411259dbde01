"""Every registered adapter has the same parts."""

from __future__ import annotations

import tomllib
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from pydantic import BaseModel

from adapters.national_portal import NationalPortal
from connectors.auth.settings import Session
from lienthong import Adapter

ROOT = Path(__file__).parents[2]
PARTS = ("__init__.py", "model.py", "translate.py", "codes.py")


def _ours() -> dict[str, str]:
    """Name and place of the adapters that pyproject.toml registers from this repository."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return dict(project["entry-points"]["lienthong.adapters"])


_TRANSLATORS = [pytest.param(place, id=name) for name, place in _ours().items() if place.startswith("adapters.")]


@pytest.mark.parametrize("place", _TRANSLATORS)
def test_the_folder_has_its_four_files(place: str) -> None:
    folder = ROOT / place.split(":")[0].replace(".", "/")
    assert [part for part in PARTS if not (folder / part).is_file()] == []


@pytest.mark.parametrize(("name", "place"), list(_ours().items()))
def test_the_declaration_is_whole(name: str, place: str) -> None:
    module, _, attribute = place.partition(":")
    adapter = getattr(import_module(module), attribute)
    assert issubclass(adapter, Adapter)
    assert adapter.name == name
    assert adapter.operations or adapter.receivers or adapter.queries or adapter.polls
    assert set(adapter.lookups) <= set(adapter.operations)


@pytest.mark.parametrize("place", list(_ours().values()))
def test_every_setting_is_closed_frozen_and_described(place: str) -> None:
    module, _, attribute = place.partition(":")
    _check(getattr(import_module(module), attribute).Settings)


def _check(model: type[BaseModel]) -> None:
    assert model.model_config.get("extra") == "forbid", model
    assert model.model_config.get("frozen"), model
    assert model.__doc__
    for name, field in model.model_fields.items():
        assert field.description, f"{model.__name__}.{name}"
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            _check(field.annotation)


def test_every_installed_adapter_can_be_loaded() -> None:
    found = {entry.name: entry.load() for entry in entry_points(group="lienthong.adapters")}
    assert all(issubclass(adapter, Adapter) for adapter in found.values())


def test_the_log_in_is_what_the_connector_understands() -> None:
    session = Session.model_validate({**NationalPortal.auth, "username": "vidu", "password": "mat-khau-vi-du"})
    assert session.place == "json:/session"
    assert session.lifetime == 600
