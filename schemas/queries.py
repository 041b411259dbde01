"""The queries: what can be asked on the bus, in which version, and with which classes of result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from .catalogue import ProcedureDetails, ProcedureQuestion
from .citizen import Citizen, CitizenLookup, CitizenVerification, LookupResult, VerificationResult
from .envelope import schema_urn
from .filings import (
    CodeAnswer,
    CodeQuestion,
    DossierQuestion,
    DossierStanding,
    TechnicalIdAnswer,
    TechnicalIdQuestion,
)
from .flaws import Flaw, flaws
from .payments import PaymentOrder
from .questions import AnswersQuestion, GivenAnswers
from .store import FileAnswer, FileQuestion, StorePapers, StoreQuestion

FOUND = ("found", "not-found")


@dataclass(frozen=True, slots=True)
class QueryType:
    """A query by its canonical name. `answers`: the model that comes with a result, `None` where that says all."""

    name: str
    version: int
    asks: type[BaseModel]
    answers: type[BaseModel] | None
    results: tuple[str, ...]


QUERIES: Mapping[str, QueryType] = MappingProxyType(
    {
        query.name: query
        for query in (
            QueryType("citizen.lookup", 1, CitizenLookup, Citizen, get_args(LookupResult)),
            QueryType("citizen.verify", 1, CitizenVerification, None, get_args(VerificationResult)),
            QueryType("person.technical_id", 1, TechnicalIdQuestion, TechnicalIdAnswer, FOUND),
            QueryType("dossier.state", 1, DossierQuestion, DossierStanding, FOUND),
            QueryType("dossier.dues", 1, DossierQuestion, PaymentOrder, ("due", "nothing-due", "not-found")),
            QueryType("dossier.next_code", 1, CodeQuestion, CodeAnswer, ("found",)),
            QueryType("procedure.details", 1, ProcedureQuestion, ProcedureDetails, FOUND),
            QueryType("question.answers", 1, AnswersQuestion, GivenAnswers, FOUND),
            QueryType("documents.search", 1, StoreQuestion, StorePapers, FOUND),
            QueryType("documents.fetch", 1, FileQuestion, FileAnswer, FOUND),
        )
    }
)


def validate_question(name: str, data: bytes) -> list[Flaw]:
    """Every mistake in a question (JSON, UTF-8), at most 100. Reasons never show personal data."""
    query = QUERIES.get(name)
    if query is None:
        return [Flaw("unknown-query", "", f"{name} is not a known query; known are {', '.join(QUERIES)}")]
    try:
        query.asks.model_validate_json(data)
    except ValidationError as error:
        return flaws(error)
    return []


def query_schemas(name: str) -> dict[str, dict[str, Any]]:
    """JSON Schemas (2020-12) of a query by `$id`: its question, and its answer if it has one. Raises `KeyError`."""
    query = QUERIES[name]
    parts = {"question": query.asks, "answer": query.answers}
    return {
        (urn := schema_urn(f"{name}.{part}", query.version)): {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": urn,
            **model.model_json_schema(mode="validation"),
        }
        for part, model in parts.items()
        if model is not None
    }


__all__ = ["QUERIES", "QueryType", "query_schemas", "validate_question"]
