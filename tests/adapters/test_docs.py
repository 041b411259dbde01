"""The reference pages name every field and every setting there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from adapters.document_store import DocumentStoreSettings
from adapters.document_store import model as store
from adapters.igate import IgateSettings
from adapters.igate import model as igate
from adapters.linked_registration import LinkedRegistrationSettings
from adapters.linked_registration import model as linked
from adapters.linked_registration.settings import Success
from adapters.national_portal import NationalPortalSettings
from adapters.national_portal import model as national
from adapters.national_portal.catalogues import model as catalogues
from adapters.national_portal.filed import model as filed
from adapters.national_portal.questions import model as questions
from adapters.provincial_portal import ProvincialPortalSettings
from adapters.provincial_portal import model as provincial

from .conversation import DATA

REFERENCE = DATA.parents[2] / "docs" / "reference"


_PARTS = (Success,)
PAGES = [
    ("national-portal.md", national),
    ("national-portal.md", catalogues),
    ("national-portal.md", questions),
    ("national-portal.md", filed),
    ("provincial-portal.md", provincial),
    ("linked-registrations.md", linked),
    ("document-store.md", store),
    ("igate.md", igate),
]
SETTINGS: list[tuple[str, type[BaseModel]]] = [
    ("national-portal.md", NationalPortalSettings),
    ("linked-registrations.md", LinkedRegistrationSettings),
    ("document-store.md", DocumentStoreSettings),
    ("igate.md", IgateSettings),
]


def _fields(module: Any) -> set[str]:
    """The fields of the models that a module defines itself."""
    models: list[type[BaseModel]] = [
        m for m in vars(module).values() if isinstance(m, type) and m.__module__ == module.__name__
    ]
    return {name for model in models for name in getattr(model, "model_fields", ())}


@pytest.mark.parametrize(("page", "module"), PAGES, ids=[module.__name__ for _, module in PAGES])
def test_every_native_field_is_described(page: str, module: Any) -> None:
    words = set(re.findall(r"\w+", (REFERENCE / page).read_text(encoding="utf-8")))
    assert _fields(module)
    assert _fields(module) - words == set()


@pytest.mark.parametrize(("name", "model"), SETTINGS, ids=[name for name, _ in SETTINGS])
def test_every_setting_is_described_as_it_is(name: str, model: type[BaseModel]) -> None:
    page = (REFERENCE / name).read_text(encoding="utf-8")
    missing = [name for name, text in _settings(model, "") if f"`{name}` |" not in page or text not in page]
    assert missing == []


def test_the_default_path_of_the_call_back_is_described() -> None:
    page = (REFERENCE / "provincial-portal.md").read_text(encoding="utf-8")
    assert f"/{ProvincialPortalSettings().status_path}`" in page


def _settings(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        kind = next(
            (part for part in (field.annotation, *get_args(field.annotation)) if part in _PARTS), field.annotation
        )
        if isinstance(kind, type) and issubclass(kind, BaseModel) and "at" not in kind.model_fields:
            yield from _settings(kind, f"{prefix}{name}.")
        else:
            yield prefix + name, field.description or ""
