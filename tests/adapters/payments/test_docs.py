"""The reference pages name every field and every setting there is, and their examples are accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import BaseModel

from adapters.momo import MomoSettings
from adapters.momo import model as momo
from adapters.national_payment import NationalPaymentSettings
from adapters.national_payment import model as national
from adapters.paygov import PaygovSettings
from adapters.paygov import model as paygov
from adapters.vietqr import VietqrSettings
from adapters.vietqr import model as vietqr
from adapters.vnpay import VnpaySettings
from adapters.vnpay import model as vnpay
from adapters.zalopay import ZalopaySettings
from adapters.zalopay import model as zalopay
from bus.config.load import load

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
MODELS: dict[str, tuple[ModuleType, type[BaseModel]]] = {
    "vnpay": (vnpay, VnpaySettings),
    "momo": (momo, MomoSettings),
    "zalopay": (zalopay, ZalopaySettings),
    "vietqr": (vietqr, VietqrSettings),
    "national-payment": (national, NationalPaymentSettings),
    "paygov": (paygov, PaygovSettings),
}
HEAD = "version: 1\nunit: 000.00.00.H49\nclients: {}\nledger: {url: 'sqlite:///lienthong.db'}\n"


def page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


def _settings(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _settings(kind, f"{prefix}{name}.")
        else:
            yield prefix + name, field.description or ""


@pytest.mark.parametrize("name", MODELS)
def test_every_native_field_is_described(name: str) -> None:
    module = MODELS[name][0]
    models = [one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__]
    fields = {field for model in models for field in getattr(model, "model_fields", ())}
    assert fields and fields - set(re.findall(r"\w+", page(name))) == set()


@pytest.mark.parametrize("name", MODELS)
def test_every_setting_is_described_as_it_is(name: str) -> None:
    lines = page(name).splitlines()
    missing = [
        setting
        for setting, text in _settings(MODELS[name][1])
        if not any(line.startswith(f"| `{setting}` |") and text in line for line in lines)
    ]
    assert missing == []


@pytest.mark.parametrize("name", MODELS)
def test_the_example_is_accepted(name: str, tmp_path: Path) -> None:
    (block,) = re.findall(r"```yaml\n(systems:\n.*?)```", page(name), re.DOTALL)
    file = tmp_path / "bus.yaml"
    file.write_text(HEAD + block, encoding="utf-8")
    loaded = load(file, dict.fromkeys(re.findall(r"\$\{env:(\w+)\}", block), "vi-du"))
    assert loaded.errors == []
    assert loaded.config is not None and name in loaded.config.systems
