"""What a route's `types` and `when` mean: patterns and jq programs."""

from __future__ import annotations

from typing import Any

import jq  # type: ignore[import-not-found]  # an extension module without stubs
import orjson


def takes(pattern: str, type: str) -> bool:
    """Whether a type pattern (`dossier.submitted`, `dossier.*` or `*`) takes `type`."""
    return pattern in ("*", type) or (pattern.endswith(".*") and type.startswith(pattern[:-1]))


def comes_from(pattern: str, source: str) -> bool:
    """Whether a source pattern (`/h49/portal`, `/h49/*` or `*`) takes `source`."""
    return source == pattern or (pattern.endswith("*") and source.startswith(pattern[:-1]))


def compile_condition(when: str) -> Any:
    """The jq program of a condition. Raises `ValueError` with jq's own words."""
    jq.compile(when)  # alone first: its positions are those of the file, and it cannot close our brackets
    return jq.compile(guarded(when))


def compile_all(conditions: list[str | None]) -> Any:
    """One program for several conditions, so that the data is parsed once; `None` always holds.

    Its single output is a list: true, false or `{"error": text}` for each.
    """
    return jq.compile("[" + ", ".join(guarded(when or "true") for when in conditions) + "]")


def guarded(when: str) -> str:
    """A program whose output is true, false or `{"error": text}`.

    A condition holds if its first output is neither `false` nor `null`.
    """
    # The line break ends a comment of the condition; `try` keeps one route's failure apart from the others.
    return f"try ([first(({when}\n))][0] | if . then true else false end) catch {{error: tostring}}"


def document(type: str, source: str, subject: str, data: bytes | str | Any) -> str:
    """What the jq programs of a route read, as JSON text. `data` is JSON text (bytes or str) or a parsed object."""
    if isinstance(data, bytes):
        text = data.decode("utf-8", "replace")
    else:
        text = data if isinstance(data, str) else orjson.dumps(data).decode()
    head = orjson.dumps({"type": type, "source": source, "subject": subject}).decode()
    return f'{head[:-1]},"data":{text}}}'
