"""The native language: a request as the programs of the configuration read it, and a mistake as callers are told it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from pydantic import JsonValue

from lienthong.requests import Problem


class NativeRequest(TypedDict):
    """`body` is the JSON of the body or the arguments of a SOAP call, `null` for none; `path` is what follows the
    operation in the URL, without a leading slash; header names are in lower case; `party` is the X-Road client."""

    operation: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: JsonValue
    client: str
    party: str | None


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why there is no answer: one of `codes.CODES`, and the single problems, if any."""

    code: str
    problems: tuple[Problem, ...] = ()
    text: str | None = None


__all__ = ["Mistake", "NativeRequest"]
