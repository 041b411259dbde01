"""How the portal writes an answer: number or string, plain or inside `message`, `result` or `data`."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Any

import orjson

from .settings import Answers
from .store import Effect


@dataclass(frozen=True, slots=True)
class Item:
    """The answer to one item of an array."""

    name: str
    code: int
    message: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a service decided. `rows`: what a read found; `items`: an answer per item; `effects`: what it changed.

    `records`: where this service always puts what it found.
    """

    code: int = 0
    message: str = ""
    rows: list[dict[str, Any]] | None = None
    items: list[Item] | None = None
    effects: list[Effect] = field(default_factory=list)
    records: str | None = None


def render(result: Result, style: Answers) -> bytes:
    """The body of the answer."""
    inner = _plain(result, style)
    if style.message == "facade":
        inner = {"error_code": _code(0, style), "message": orjson.dumps(inner).decode()}
    return orjson.dumps(inner)


def render_login(code: int, message: str, session: str, style: Answers) -> bytes:
    """The answer to a log-in; a façade leaves it alone."""
    return orjson.dumps({"error_code": _code(code, style), "message": _text(message, style), "session": session})


def _plain(result: Result, style: Answers) -> dict[str, Any]:
    shown: dict[str, Any] = {"error_code": _code(result.code, style), "message": _text(result.message, style)}
    if result.rows is not None:
        shown[result.records or style.records] = result.rows
    if result.items is not None:
        shown["result"] = [
            {"MaHoSo": item.name, "error_code": _code(item.code, style), "message": _text(item.message, style)}
            for item in result.items
        ]
    return shown


def _code(code: int, style: Answers) -> int | str:
    if style.error_code == "number":
        return code
    return "00" if code == 0 and style.error_code == "00" else str(code)


def _text(message: str, style: Answers) -> str:
    return unicodedata.normalize(style.unicode, message)


def upper(value: Any) -> Any:
    """Reads name their fields in capital letters."""
    if isinstance(value, dict):
        return {name.upper(): upper(item) for name, item in value.items()}
    if isinstance(value, list):
        return [upper(item) for item in value]
    return value


__all__ = ["Item", "Result", "render", "render_login", "upper"]
