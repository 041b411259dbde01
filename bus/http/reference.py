"""docs/reference/http.md and openapi.json, made from the code: `python -m bus.http.reference docs/reference`. Pure."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .answers import SCHEMAS
from .openapi import document
from .problems import KINDS
from .reference_text import AFTER, BEFORE, MISTAKES

_WORDS = {"string": "text", "integer": "number", "boolean": "true or false"}


def files() -> dict[str, str]:
    """Text by file name."""
    described = document()
    return {
        "http.md": "\n".join([BEFORE, *_pages(described), *_shapes(), *_problems(), *_mistakes(), AFTER]),
        "openapi.json": json.dumps(described, ensure_ascii=False, indent=1) + "\n",
    }


def _pages(described: Mapping[str, Any]) -> Iterator[str]:
    yield "## Pages and statuses\n\nEvery page, and every status that it answers with.\n"
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            open = "" if operation.get("security") != [] else " No key is needed."
            yield f"### `{method.upper()} {path}`\n\n{operation['summary']}.{open}\n"
            yield from _parameters(operation.get("parameters", []))
            yield "| status | |\n|---|---|"
            yield "\n".join(f"| {status} | {_cell(told)} |" for status, told in operation["responses"].items()) + "\n"


def _parameters(parameters: list[Mapping[str, Any]]) -> Iterator[str]:
    queries = [one for one in parameters if one["in"] == "query"]
    if queries:
        yield "| query parameter | |\n|---|---|"
        yield "\n".join(f"| `{one['name']}` | {one['description']} |" for one in queries) + "\n"


def _cell(told: Mapping[str, Any]) -> str:
    schema = told.get("content", {}).get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    return f"{told['description']} [{name}](#{name.lower()})" if name else str(told["description"])


def _shapes() -> Iterator[str]:
    yield "## Answers\n\nAll fields are always there unless marked optional; times are ISO 8601 in Asia/Ho_Chi_Minh.\n"
    for name, schema in SCHEMAS.items():
        yield f"### {name}\n"
        if "enum" in schema:
            yield ", ".join(f"`{one}`" for one in schema["enum"]) + "\n"
            continue
        yield "| field | type | |\n|---|---|---|"
        yield "\n".join(_field(field, told, schema) for field, told in schema["properties"].items()) + "\n"


def _field(name: str, told: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    optional = "" if name in schema["required"] else "optional; "
    return f"| `{name}` | {_type(told)} | {optional}{told.get('description', '')} |".replace("; |", " |")


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "allOf" in schema:
        return " with ".join(_type(one) for one in schema["allOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    if "enum" in schema:
        return " or ".join(f"`{one}`" for one in schema["enum"]) if len(schema["enum"]) < 5 else "text"
    if schema.get("type") == "object" and "properties" in schema:
        return "{" + ", ".join(f"`{name}`: {_type(told)}" for name, told in schema["properties"].items()) + "}"
    return str(schema.get("format") or _WORDS.get(schema.get("type", "any"), schema.get("type", "any")))


def _problems() -> Iterator[str]:
    yield "## Problem codes\n\n| `type` ends in | status | means | `Retry-After` |\n|---|---|---|---|"
    yield "\n".join(
        f"| `{kind.code}` | {kind.status} | {kind.meaning} | {kind.retry_after or ''} |" for kind in KINDS.values()
    )
    yield ""


def _mistakes() -> Iterator[str]:
    yield "## Codes of `errors`\n\nBesides those of the data, which are in [schemas](schemas.md):\n"
    yield "| code | means |\n|---|---|"
    yield "\n".join(f"| `{code}` | {meaning} |" for code, meaning in MISTAKES.items())
    yield ""


if __name__ == "__main__":
    for name, text in files().items():
        Path(sys.argv[1], name).write_text(text, encoding="utf-8")
