from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from connectors.rest import RestSettings
from connectors.vxp import VxpSettings
from schemas.quantities import octets, seconds

BASE = {"base_url": "https://api.example.vn/v1"}


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://api.example.vn/v1/", "https://api.example.vn/v1"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ("https://dịch-vụ.example.vn/a", "https://dịch-vụ.example.vn/a"),
    ],
)
def test_base_urls(url: str, kept: str) -> None:
    assert RestSettings.model_validate({"base_url": url}).base_url == kept


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example.vn",
        "/v1",
        "ftp://api.example.vn",
        "https://",
        "https://bus:bi-mat@api.example.vn",
        "https://bus:bi-mat",
        "https://api.example.vn?key=bi-mat",
        "https://api.example.vn/?",
        "https://api.example.vn#a",
        "https://api.example.vn:99999",
        "https://api.example.vn:0",
        "https://api example.vn",
        "https://api.example.vn/a b",
        "https://api.example.vn/a/../b",
        "https://api.example.vn//a",
        "http://[::1",
    ],
)
def test_wrong_base_urls_are_told_without_their_secrets(url: str) -> None:
    with pytest.raises(ValidationError) as caught:
        RestSettings.model_validate({"base_url": url})
    assert "bi-mat" not in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_ulr": "x"},
        {"verify": False},
        {"tls": {"verify": False}},
        {"timeouts": {"read": 0}},
        {"timeouts": {"read": "soon"}},
        {"pool": {"size": 0}},
        {"max_answer": "many"},
        {"headers": {"X A": "1"}},
        {"headers": {"X-A": "1\n2"}},
        {"headers": {"Content-Length": "1"}},
        {"proxy": {"url": "https://proxy.example.vn:3128"}},
        {"proxy": {"url": "http://proxy.example.vn"}},
        {"proxy": {"url": "http://bus:bi-mat@proxy.example.vn:3128"}},
    ],
)
def test_wrong_settings(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        RestSettings.model_validate(BASE | wrong)
    assert "bi-mat" not in str(caught.value)


def test_durations_and_sizes_are_read_as_people_write_them() -> None:
    settings = RestSettings.model_validate(
        BASE | {"timeouts": {"read": "1.5m", "total": 7}, "pool": {"idle": "250ms"}, "max_answer": "5MB"}
    )
    assert (settings.timeouts.read, settings.timeouts.total) == (90, 7)
    assert (settings.pool.idle, settings.max_answer) == (0.25, 5_000_000)
    with pytest.raises(ValidationError):
        settings.max_answer = 1


def fields(model: type[BaseModel]) -> dict[str, str | None]:
    return {f"{model.__name__}.{name}": field.description for name, field in model.model_fields.items()}


@pytest.mark.parametrize("model", [RestSettings, VxpSettings])
def test_every_field_is_described(model: type[BaseModel]) -> None:
    definitions = model.model_json_schema()["$defs"]
    described = fields(model) | {
        f"{name}.{field}": entry.get("description")
        for name, definition in definitions.items()
        for field, entry in definition["properties"].items()
        if field != "type"
    }
    assert [name for name, description in described.items() if not description] == []


@pytest.mark.parametrize(
    ("text", "number"),
    [("250ms", 0.25), ("30s", 30), (" 1.5m ", 90), ("2h", 7200), ("7d", 604800), ("1y", 31536000), (5, 5)],
)
def test_seconds(text: object, number: float) -> None:
    assert seconds(text) == number


@pytest.mark.parametrize(
    ("text", "number"), [("10", 10), ("10B", 10), ("10MB", 10**7), ("512KiB", 524288), ("1GiB", 1 << 30), (5, 5)]
)
def test_octets(text: object, number: int) -> None:
    assert octets(text) == number


@pytest.mark.parametrize("text", ["", "s", "5", "-5s", "5 weeks", "1e3s", "٣s"])
def test_not_a_duration(text: str) -> None:
    with pytest.raises(ValueError, match="30s"):
        seconds(text)


@pytest.mark.parametrize("text", ["", "MB", "1.5MB", "5 TB", "5iB", "-1B"])
def test_not_a_size(text: str) -> None:
    with pytest.raises(ValueError, match="10MB"):
        octets(text)
