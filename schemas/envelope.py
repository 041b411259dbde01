"""The envelope: CloudEvents 1.0 attributes, of which `subject` and `time` are required here.

The CloudEvents `id` is the source's own key: the pair (source, id) names an event, and the same pair again is a
duplicate. The bus gives every accepted message an id of its own (UUIDv7). `dataschema` names type and version of the
data, e.g. `urn:lienthong:dossier.submitted:1`; without it the newest version is meant.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from .base import Instant

TYPE_PATTERN = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$"

EventType = Annotated[str, StringConstraints(pattern=TYPE_PATTERN, max_length=100)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Event(BaseModel):
    """A CloudEvent as callers send it (structured mode; binary mode carries the attributes as `ce-` headers)."""

    model_config = ConfigDict(extra="allow")

    specversion: Literal["1.0"] = "1.0"
    id: Text = Field(description="the source's own key of this event")
    source: Text = Field(description="who says it, as a URI reference, e.g. /h49/provincial-portal")
    type: EventType = Field(description="noun.past_tense, e.g. dossier.submitted")
    subject: Text = Field(description="the business key, e.g. the dossier code; messages of one subject keep order")
    time: Instant | None = Field(default=None, description="when it happened; the time of receipt if absent")
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str | None = Field(default=None, max_length=200)
    traceparent: str | None = Field(default=None, max_length=100, description="W3C Trace Context")
    data: Any = None


def schema_urn(type: str, version: int) -> str:
    """The `dataschema` of version `version` of the message type `type`."""
    return f"urn:lienthong:{type}:{version}"


__all__ = ["TYPE_PATTERN", "Event", "EventType", "schema_urn"]
