"""JSON bodies: read quickly, and where that fails, told precisely why. Pure."""

from __future__ import annotations

import json
from typing import Any, NoReturn, TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from bus.intake.inspect import inspect
from lienthong import Problem
from schemas.flaws import flaw

from .problems import Refused

M = TypeVar("M", bound=BaseModel)

_TOO_DEEP = Problem("too-deep", "", "is nested deeper than this bus reads; send a flatter document")


def parse(body: bytes, max_depth: int) -> Any:
    """The document. Raises `Refused`: `not-json`, or `invalid` for JSON that no bus could keep.

    What is nested deeper than `max_depth`, or holds half a surrogate pair, is JSON all the same, and is told apart.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        found = _unkept(body, max_depth)
        if found is not None:
            raise Refused("invalid", "the document cannot be kept; see errors", [found]) from None
        detail = f"the body is not JSON in UTF-8: {error.msg} (line {error.lineno}, column {error.colno}); correct it"
        raise Refused("not-json", detail) from None


def _unkept(body: bytes, max_depth: int) -> Problem | None:
    """Why a document that the quick reader refused cannot be kept; `None` if it is not JSON at all."""
    try:
        value = json.loads(body.decode("utf-8", "surrogatepass"), parse_int=float, parse_constant=_no_constant)
    except RecursionError:
        return _TOO_DEEP
    except ValueError:
        return None
    return inspect(value, max_depth, "")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def read(model: type[M], body: bytes, max_depth: int) -> M:
    """A small request document; no body stands for `{}`. Raises `Refused`."""
    document = parse(body, max_depth) if body.strip() else {}
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise Refused("invalid", "the request is not as documented; see errors", flaws(error)) from None


def flaws(error: ValidationError) -> list[Problem]:
    """What pydantic found, with pointers into the document and reasons that show no value."""
    found = (flaw(details) for details in error.errors(include_url=False, include_input=False))
    return [Problem(each.code, each.pointer, each.reason) for each in found]
