"""Personal data is not to be read where it is only passing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings

from schemas.dossier import Dossier
from schemas.masking import hide_text, mask, personal_pointers
from schemas.progress import ProgressStep
from schemas.registry import TYPES, json_schema

from .strategies import dossiers
from .test_dossier import SMALLEST


@pytest.mark.parametrize(
    ("shown", "value"),
    [
        ("N***ụ", "Nguyễn Văn Ví Dụ"),
        ("022*****000", "022000000000"),
        ("10*****00", "100000000"),
        ("09*****00", "0900000000"),
        ("v***n", "vidu@example.vn"),
        ("***", "Ví"),
        ("***", "Lan"),
        ("***", ""),
        ("1***7", "1234567"),
        # decomposed: the last character is a letter with its marks, not a mark
        ("N***ụ", normalize("NFD", "Nguyễn Văn Ví Dụ")),
    ],
)
def test_how_a_value_is_masked(shown: str, value: str) -> None:
    assert hide_text(value) == shown


def test_a_dossier_is_masked_through_lists_and_submodels() -> None:
    data = SMALLEST | {
        "abstract": "Hồ sơ của Nguyễn Văn Ví Dụ",
        "applicant": {
            "kind": "individual",
            "name": "Nguyễn Văn Ví Dụ",
            "fax": None,
            "identities": [{"kind": "personal_number", "number": "022000000000"}],
        },
        "supplements": [{"id": "1", "papers": [{"name": "don.pdf", "deleted": False}], "state": "x"}],
    }
    assert mask("dossier.submitted", data) == SMALLEST | {
        "abstract": "H***ụ",
        "applicant": {
            "kind": "individual",
            "name": "N***ụ",
            "fax": None,
            "identities": [{"kind": "personal_number", "number": "022*****000"}],
        },
        "supplements": [{"id": "1", "papers": [{"name": "d***f", "deleted": False}], "state": "x"}],
    }
    assert data["abstract"] == "Hồ sơ của Nguyễn Văn Ví Dụ"


def test_what_the_schema_cannot_vouch_for_is_masked() -> None:
    data = {
        "code": "H49-260302-0001",
        "applicant": "Nguyễn Văn Ví Dụ",
        "ChuHoSo": {"Ten": "Nguyễn Văn Ví Dụ", "Tuoi": 46},
        "state": {"Ten": "Nguyễn Văn Ví Dụ"},
    }
    assert mask(Dossier, data) == {
        "code": "H49-260302-0001",
        "applicant": "N***ụ",
        "ChuHoSo": {"Ten": "N***ụ", "Tuoi": "***"},
        "state": {"Ten": "N***ụ"},
    }
    assert mask("pigeon.sent", {"to": ["Nguyễn Văn Ví Dụ"]}) == {"to": ["N***ụ"]}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(dossiers())
def test_masked_twice_is_still_masked_and_the_rest_is_untouched(dossier: Dossier) -> None:
    data = json.loads(dossier.model_dump_json())
    masked = mask(Dossier, data)
    assert masked["code"] == data["code"]
    assert masked["procedure"] == data["procedure"]
    assert masked["fees"] == data["fees"]
    for before, after in zip(data["attachments"], masked["attachments"], strict=True):
        assert after["name"] != before["name"] or before["name"] == "***"
        assert after["id"] == before["id"]


def test_personal_pointers() -> None:
    assert personal_pointers(ProgressStep) == ("/officer", "/content")
    pointers = personal_pointers(Dossier)
    assert "/applicant/name" in pointers
    assert "/applicant/identities/*/number" in pointers
    assert "/supplements/*/papers/*/name" in pointers
    assert "/code" not in pointers


def marked(schema: dict[str, Any], node: dict[str, Any], place: str) -> Iterator[str]:
    """Where the JSON Schema says `x-personal`, found without any of our own walking code."""
    if "$ref" in node:
        node = schema["$defs"][node["$ref"].removeprefix("#/$defs/")]
    if node.get("x-personal"):
        yield place
        return
    for name, child in node.get("properties", {}).items():
        yield from marked(schema, child, f"{place}/{name}")
    for child in [*node.get("anyOf", []), *node.get("allOf", [])]:
        yield from marked(schema, child, place)
    if "items" in node:
        yield from marked(schema, node["items"], f"{place}/*")


@pytest.mark.parametrize("type", TYPES)
def test_the_json_schema_marks_what_is_masked(type: str) -> None:
    schema = json_schema(type)
    assert list(marked(schema, schema, "")) == list(personal_pointers(TYPES[type][1]))
