"""The message types, their versions, and validation of data against them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError

from .catalogue import CatalogueChange
from .citizen import Citizen
from .dossier import Dossier
from .envelope import schema_urn
from .files import ProvidedFile, StoredFile
from .filings import Filing, FilingCollected, FilingProgress
from .flaws import Flaw, flaws
from .forwarding import ForwardedDossier
from .linked import LinkedCase, LinkedCollected, LinkedProgress
from .notices import PromotionNotice, TaxNotice, TaxReceipt
from .payments.types import TYPES as PAYMENTS
from .progress import Acknowledgement, ProgressStep, Refusal
from .queries import QUERIES, query_schemas
from .questions import PublishedQuestion, Question, QuestionAnswer


class UnknownSchema(LookupError):
    """A `dataschema` that names no version we know; the message says which versions there are."""


_VERSIONS: Mapping[str, Mapping[int, type[BaseModel]]] = {
    "dossier.submitted": {1: Dossier},
    "dossier.updated": {1: Dossier},
    "dossier.progressed": {1: ProgressStep},
    "dossier.acknowledged": {1: Acknowledgement},
    "dossier.refused": {1: Refusal},
    "dossier.forwarded": {1: ForwardedDossier},
    "filing.received": {1: Filing},
    "filing.collected": {1: FilingCollected},
    "filing.progressed": {1: FilingProgress},
    "file.provided": {1: ProvidedFile},
    "file.stored": {1: StoredFile},
    "catalogue.changed": {1: CatalogueChange},
    "citizen.changed": {1: Citizen},
    "question.received": {1: Question},
    "question.updated": {1: Question},
    "question.answered": {1: QuestionAnswer},
    "question.published": {1: PublishedQuestion},
    "promotion.notified": {1: PromotionNotice},
    "tax_notice.received": {1: TaxNotice},
    "tax_receipt.received": {1: TaxReceipt},
    "linked_case.received": {1: LinkedCase},
    "linked_case.collected": {1: LinkedCollected},
    "linked_case.progressed": {1: LinkedProgress},
    **{type: {1: model} for type, model in PAYMENTS.items()},
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
        return flaws(error)
    return []


def json_schema(type: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of the newest version of a message type. Raises `KeyError` for an unknown type."""
    version, model = TYPES[type]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": schema_urn(type, version)}
    return head | model.model_json_schema(mode="validation")


def export(folder: Path) -> list[Path]:
    """Write every JSON Schema to `folder`, and return the files.

    TYPE.VERSION.json of messages; QUERY.question.VERSION.json and QUERY.answer.VERSION.json of queries.
    """
    folder.mkdir(parents=True, exist_ok=True)
    schemas = [json_schema(type) for type in TYPES]
    schemas += [schema for name in QUERIES for schema in query_schemas(name).values()]
    return [_written(folder, schema) for schema in schemas]


def _written(folder: Path, schema: dict[str, Any]) -> Path:
    _, _, name, version = schema["$id"].split(":")
    path = folder / f"{name}.{version}.json"
    path.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


__all__ = ["TYPES", "Flaw", "UnknownSchema", "export", "json_schema", "model_for", "validate"]
