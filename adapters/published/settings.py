"""What is published, under `systems.NAME.settings`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

from schemas.envelope import TYPE_PATTERN

from .codes import OFFICER
from .programs import Program

ServiceName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
Dotted = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)+$", max_length=100)]
Status = Annotated[int, Field(ge=200, le=499)]


class Strict(BaseModel):
    """No unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PublishedQuery(Strict):
    """A query of the bus, asked in the name of the client that calls."""

    query: Dotted = Field(description="name of the query, e.g. citizen.lookup; the client needs it under ask")
    question: Program = Field(default=".body", description="jq program from the request to the question")
    purpose: Program = Field(default="null", description="jq program: code of the procedure, for the evidence")
    officer: Program = Field(default=OFFICER, description="jq program: who asks, for the evidence")
    case: Program = Field(
        default='.headers["x-road-issue"]', description="jq program: code of the dossier, for the evidence"
    )
    answer: Program = Field(
        default="{result, data}", description="jq program from {result, data, request} to the native answer"
    )
    statuses: dict[str, Status] = Field(
        default_factory=dict, description="HTTP status by result, e.g. not-found: 404; 200 for what is not named"
    )


class PublishedMessage(Strict):
    """A message type that callers may hand in."""

    accepts: Annotated[str, StringConstraints(pattern=TYPE_PATTERN)] = Field(
        description="message type; the client needs it under send"
    )
    subject: Program = Field(description="jq program from the request to the business key, e.g. .body.code")
    key: Program = Field(
        default='.headers["x-road-id"]',
        description="jq program: the caller's own key, by which a repeat is known; counts apart for each X-Road client",
    )
    data: Program = Field(default=".body", description="jq program from the request to the message's data")
    source: str | None = Field(
        default=None, min_length=1, max_length=200, description="the source; the first that the client may use if unset"
    )
    answer: Program = Field(
        default="{state, id: .ids[0]}",
        description="jq program from {state, ids, request} to the native answer; state is accepted or duplicate",
    )


def _kind(value: Any) -> str:
    """A service without either is a query that forgot to say which."""
    accepts = "accepts" in value if isinstance(value, Mapping) else isinstance(value, PublishedMessage)
    return "accepts" if accepts else "query"


Service = Annotated[
    Annotated[PublishedQuery, Tag("query")] | Annotated[PublishedMessage, Tag("accepts")], Discriminator(_kind)
]


class PublishedSettings(Strict):
    """Services of the bus for outside callers: queries and messages, in a form of your own.

    The programs read `{operation, method, path, query, headers, body, client, party}`.
    """

    services: dict[ServiceName, Service] = Field(
        min_length=1, description="by operation: the last part of /in/SYSTEM/OPERATION, or the operation of a SOAP call"
    )


__all__ = ["PublishedMessage", "PublishedQuery", "PublishedSettings", "Service"]
