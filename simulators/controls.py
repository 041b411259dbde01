"""Reading what is sent to a control page."""

from __future__ import annotations

from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from starlette.responses import Response

from .wire import reply

T = TypeVar("T")


def parsed(kind: TypeAdapter[T], raw: bytes) -> T | Response:
    """The JSON as `kind`; otherwise the answer 422 that lists every mistake with its place."""
    try:
        return kind.validate_json(raw or b"{}")
    except ValidationError as error:
        mistakes = [
            {"place": "/" + "/".join(map(str, found["loc"])), "what": found["msg"]}
            for found in error.errors(include_url=False)
        ]
        return reply({"errors": mistakes}, 422)


__all__ = ["parsed"]
