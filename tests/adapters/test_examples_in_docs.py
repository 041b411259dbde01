"""Every system block of the pages is accepted by `lienthong check`, and every setting is described as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from adapters.categories import CategoriesSettings
from adapters.categories import model as categories
from adapters.categories.settings import Category
from adapters.population import PopulationSettings
from adapters.population import model as population
from adapters.population.settings import Officer
from bus.config.load import load

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
WSDL = ROOT / "adapters" / "population" / "wsdl"
ROUTES = "routes: [{name: all, types: ['*'], drop: true}]\n"
HEAD = "version: 1\nunit: 000.00.00.H49\nclients: {}\nledger: {url: 'sqlite:///lienthong.db'}\n" + ROUTES
PAGES = ("population", "categories")


def _page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


def _blocks() -> Iterator[tuple[str, str]]:
    for name in PAGES:
        for block in re.findall(r"```yaml\n(systems:\n.*?)```", _page(name), re.DOTALL):
            yield name, block


BLOCKS = list(_blocks())


def test_every_variant_is_there() -> None:
    assert [name for name, _ in BLOCKS] == ["population"] * 5 + ["categories"]


@pytest.mark.parametrize(("name", "block"), BLOCKS, ids=range(len(BLOCKS)))
def test_a_block_is_accepted(name: str, block: str, tmp_path: Path) -> None:
    file = tmp_path / "bus.yaml"
    file.write_text(HEAD + block.replace("/etc/lienthong/wsdl", str(WSDL)), encoding="utf-8")
    environ = dict.fromkeys(re.findall(r"\$\{env:(\w+)\}", block), "vi-du")
    loaded = load(file, environ)
    assert loaded.errors == []
    assert loaded.config is not None and name in loaded.config.systems


def _settings(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _settings(kind, f"{prefix}{name}.")
        else:
            yield prefix + name, field.description or ""


@pytest.mark.parametrize(
    ("page", "model", "prefix"),
    [
        ("population", PopulationSettings, ""),
        ("population", Officer, "officers.NAME."),
        ("categories", CategoriesSettings, ""),
        ("categories", Category, "categories.NAME."),
    ],
)
def test_every_setting_is_described_as_it_is(page: str, model: type[BaseModel], prefix: str) -> None:
    lines = _page(page).splitlines()
    missing = [
        name
        for name, text in _settings(model, prefix)
        if not any(line.startswith(f"| `{name}` |") and text in line for line in lines)
    ]
    assert missing == []


@pytest.mark.parametrize(("page", "module"), [("population", population), ("categories", categories)])
def test_every_native_field_is_described(page: str, module: object) -> None:
    words = set(re.findall(r"\w+", _page(page)))
    natives = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, BaseModel)]
    assert {name for native in natives for name in native.model_fields} - words == set()
