"""Schemas of an installation's own types: what is told of data, never its values; and nothing is fetched."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bus.json_schema import Schema, WrongSchema

DRAFT = "https://json-schema.org/draft/2020-12/schema"
SECRET = "Nguyễn Văn Ví Dụ"
PERSON: dict[str, Any] = {
    "$schema": DRAFT,
    "type": "object",
    "required": ["name", "parcels"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "maxLength": 10},
        "born": {"type": "string", "format": "date"},
        "kind": {"enum": ["owner", "tenant"]},
        "code": {"type": "string", "pattern": "^[A-Z]+$"},
        "share": {"type": "integer", "minimum": 1, "maximum": 100},
        "parcels": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"$ref": "#/$defs/parcel"}},
        "a/b": {"type": "boolean"},
    },
    "$defs": {"parcel": {"anyOf": [{"type": "integer"}, {"type": "object", "required": ["id"]}]}},
}


def told(schema: dict[str, Any], data: Any) -> set[tuple[str, str]]:
    """Code and pointer of each mistake; no reason shows a value."""
    problems = Schema(schema).problems(data)
    assert not [one for one in problems if SECRET in one.reason or "secret" in one.reason]
    assert all(";" in one.reason for one in problems), "every reason has a cure"
    return {(one.code, one.pointer) for one in problems}


def test_what_fits() -> None:
    assert told(PERSON, {"name": "An", "born": "2026-01-31", "share": 100, "parcels": [1, {"id": 2}]}) == set()


@pytest.mark.parametrize(
    ("change", "mistakes"),
    [
        ({"name": SECRET}, {("too-long", "/name")}),
        ({"name": 1}, {("wrong-type", "/name")}),
        ({"born": "2026-02-30"}, {("wrong-form", "/born")}),
        ({"kind": SECRET}, {("not-in-list", "/kind")}),
        ({"code": "secret"}, {("wrong-form", "/code")}),
        ({"share": 0}, {("out-of-range", "/share")}),
        ({"share": 101, "a/b": "secret"}, {("out-of-range", "/share"), ("wrong-type", "/a~1b")}),
        ({"parcels": []}, {("too-short", "/parcels")}),
        ({"parcels": [1, 1]}, {("against-schema", "/parcels")}),
        ({"parcels": [1, {"secret": SECRET}]}, {("against-schema", "/parcels/1")}),
        ({"nick": SECRET, "~": 1}, {("unknown-field", "/nick"), ("unknown-field", "/~0")}),
    ],
)
def test_what_does_not_fit(change: dict[str, Any], mistakes: set[tuple[str, str]]) -> None:
    assert told(PERSON, {"name": "An", "parcels": [1], **change}) == mistakes


def test_every_mistake_at_once_but_not_without_end() -> None:
    assert told(PERSON, {"share": "x"}) == {("missing", "/name"), ("missing", "/parcels"), ("wrong-type", "/share")}
    assert told(PERSON, [SECRET]) == {("wrong-type", "")}
    assert len(Schema({"items": {"type": "string"}}).problems(list(range(1000)))) == 100


def test_a_rule_without_words_of_its_own_is_named() -> None:
    [problem] = Schema({"properties": {"n": {"multipleOf": 5}}}).problems({"n": 7})
    assert problem.reason == "breaks the rule /properties/n/multipleOf of the schema of this type; correct it"


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"type": "objekt"}, ("type",)),
        ({"properties": {"a": {"minimum": "3"}}}, ("properties", "a", "minimum")),
        ({"pattern": "("}, ("pattern",)),
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, ("$schema",)),
        ({"$schema": 7}, ("$schema",)),
        ({"$ref": "#/$defs/none"}, ()),
        ({"$ref": "http://schemas.example.vn/parcel.json"}, ()),
        ({"properties": {"a": {"$dynamicRef": "https://schemas.example.vn/parcel.json"}}}, ()),
        ({"$ref": "file:///etc/hostname"}, ()),
        ({"$ref": "parcel.json"}, ()),
    ],
)
def test_what_is_no_schema_here(schema: dict[str, Any], path: tuple[str, ...]) -> None:
    with pytest.raises(WrongSchema) as raised:
        Schema(schema)
    assert raised.value.path == path


def test_a_reference_to_itself_by_its_own_name() -> None:
    schema = {"$id": "https://schemas.example.vn/a", "$defs": {"b": {"$id": "b", "type": "string"}}, "$ref": "b"}
    assert told(schema, 1) == {("wrong-type", "")}
    assert told({"$ref": DRAFT}, {"type": "nothing"}) != set()


def test_a_pattern_cannot_hold_up_the_bus() -> None:
    schema = Schema({"pattern": r"^(\w+\s?)+$(?=x)"})
    began = time.process_time()
    assert schema.problems("a" * 60 + "!")
    assert time.process_time() - began < 5
