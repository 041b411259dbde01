"""The reference pages name every field and every setting there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from adapters.national_portal import NationalPortalSettings
from adapters.national_portal import model as national
from adapters.provincial_portal import ProvincialPortalSettings
from adapters.provincial_portal import model as provincial

from .conversation import DATA

REFERENCE = DATA.parents[2] / "docs" / "reference"


def _fields(module: Any) -> set[str]:
    models: list[type[BaseModel]] = [
        m for m in vars(module).values() if isinstance(m, type) and issubclass(m, module.Native)
    ]
    return {name for model in models for name in model.model_fields}


@pytest.mark.parametrize(("page", "module"), [("national-portal.md", national), ("provincial-portal.md", provincial)])
def test_every_native_field_is_described(page: str, module: Any) -> None:
    words = set(re.findall(r"\w+", (REFERENCE / page).read_text(encoding="utf-8")))
    assert _fields(module) - words == set()


def test_every_setting_of_the_national_portal_is_described_as_it_is() -> None:
    page = (REFERENCE / "national-portal.md").read_text(encoding="utf-8")
    missing = [
        name for name, text in _settings(NationalPortalSettings, "") if f"`{name}` |" not in page or text not in page
    ]
    assert missing == []


def test_the_default_path_of_the_call_back_is_described() -> None:
    page = (REFERENCE / "provincial-portal.md").read_text(encoding="utf-8")
    assert f"/{ProvincialPortalSettings().status_path}`" in page


def _settings(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel) and "at" not in kind.model_fields:
            yield from _settings(kind, f"{prefix}{name}.")
        else:
            yield prefix + name, field.description or ""
