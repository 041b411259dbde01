"""What control pages have in common: reading what is sent to them, and the page of faults."""

from __future__ import annotations

from typing import Protocol, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from .wire import reply

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


class Switched(Protocol[M]):
    """What faults are turned on at."""

    @property
    def faults(self) -> M:
        """Those that are on."""

    def turn(self, faults: M) -> None:
        """Let these faults be on and no others."""


async def switch(request: Request, kind: type[M], at: Switched[M]) -> Response:
    """GET reads the faults that are on; PUT replaces them all."""
    if request.method == "PUT":
        faults = parsed(TypeAdapter(kind), await request.body())
        if isinstance(faults, Response):
            return faults
        at.turn(faults)
    return reply(at.faults.model_dump(exclude_none=True))


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


__all__ = ["Switched", "parsed", "switch"]
