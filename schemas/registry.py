"""The message types, their versions, and validation of data against them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError

from .dossier import Dossier
from .envelope import schema_urn
from .flaws import Flaw, flaw
from .progress import Acknowledgement, ProgressStep, Refusal

MOST_FLAWS = 100


class UnknownSchema(LookupError):
    """A `dataschema` that names no version we know; the message says which versions there are."""


_VERSIONS: Mapping[str, Mapping[int, type[BaseModel]]] = {
    "dossier.submitted": {1: Dossier},
    "dossier.updated": {1: Dossier},
    "dossier.progressed": {1: ProgressStep},
    "dossier.acknowledged": {1: Acknowledgement},
    "dossier.refused": {1: Refusal},
}

TYPES: Mapping[str, tuple[int, type[BaseModel]]] = MappingProxyType(
    {type: max(versions.items(), key=lambda item: item[0]) for type, versions in _VERSIONS.items()}
)


def model_for(type: str, dataschema: str | None = None) -> type[BaseModel] | None:
    """The model of a message type, in the version that `dataschema` names or else the newest.

    `None` for a type we do not know. Raises `UnknownSchema` for a version of a known type that we do not know.
    """
    versions = _VERSIONS.get(type)
    if versions is None:
        return None
    if dataschema is None:
        return TYPES[type][1]
    known = {schema_urn(type, version): model for version, model in versions.items()}
    if dataschema not in known:
        raise UnknownSchema(f"{type} has no schema {dataschema!r}; leave dataschema out or send {' or '.join(known)}")
    return known[dataschema]


def validate(type: str, dataschema: str | None, data: bytes) -> list[Flaw]:
    """Every mistake in `data` (JSON, UTF-8), at most 100; empty if there is none. Reasons never show personal data."""
    try:
        model = model_for(type, dataschema)
    except UnknownSchema as error:
        return [Flaw("unknown-schema", "", str(error))]
    if model is None:
        return [Flaw("unknown-type", "", f"{type} is not a known message type; known are {', '.join(TYPES)}")]
    try:
        model.model_validate_json(data)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        return [flaw(details) for details in found[:MOST_FLAWS]]
    return []


def json_schema(type: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of the newest version of a message type. Raises `KeyError` for an unknown type."""
    version, model = TYPES[type]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": schema_urn(type, version)}
    return head | model.model_json_schema(mode="validation")


def export(folder: Path) -> list[Path]:
    """Write every JSON Schema to `folder` as TYPE.VERSION.json, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for type, (version, _) in TYPES.items():
        path = folder / f"{type}.{version}.json"
        path.write_text(json.dumps(json_schema(type), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        written.append(path)
    return written


__all__ = ["TYPES", "Flaw", "UnknownSchema", "export", "json_schema", "model_for", "validate"]
