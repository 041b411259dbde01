"""One mistake in a message's data: stable code, JSON pointer, and a reason that names the cure.

Reasons are made from the rule that was broken, never from the value, which may be personal data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

MOST_FLAWS = 100


@dataclass(frozen=True, slots=True)
class Flaw:
    """`code` in kebab case; `pointer` per RFC 6901 into the data, "" for the whole of it."""

    code: str
    pointer: str
    reason: str


_NAME = re.compile(r"[A-Za-z_][A-Za-z_]{0,39}[0-9]{0,3}")
_REASONS: Mapping[str, tuple[str, str]] = {
    "missing": ("missing", "is required; add it"),
    "extra_forbidden": ("unknown-field", "is not a field of this schema; remove it or correct its name"),
    "string_too_short": ("empty", "is empty; leave it out or send null"),
    "string_too_long": ("too-long", "is longer than {max_length} characters; shorten it"),
    "string_type": ("wrong-type", "is not a text; write it in quotes"),
    "string_unicode": ("surrogate", "is not well-formed Unicode; send it in UTF-8 without lone surrogates"),
    "string_pattern_mismatch": ("wrong-form", "is not of the form {pattern}; correct it"),
    "bool_type": ("wrong-type", "is neither true nor false; write one of them without quotes"),
    "int_type": ("wrong-type", "is not a whole number; write digits without quotes"),
    "int_from_float": ("wrong-type", "is not a whole number; write digits without a fraction"),
    "tuple_type": ("wrong-type", "is not a list; write it in square brackets"),
    "model_type": ("wrong-type", "is not an object; write it in curly brackets"),
    "model_attributes_type": ("wrong-type", "is not an object; write it in curly brackets"),
    "literal_error": ("not-in-list", "is not {expected}; send that"),
    "enum": ("not-in-list", "is not one of {expected}; send one of them"),
    "greater_than_equal": ("out-of-range", "is less than {ge}; correct it"),
    "less_than_equal": ("out-of-range", "is more than {le}; correct it"),
    "json_invalid": ("not-json", "cannot be read as JSON: {error}; correct it"),
    "datetime_parsing": ("time", "is not a time: {error}; write ISO 8601 with an offset, 2026-11-22T08:30:00+07:00"),
    "datetime_from_date_parsing": ("time", "is not a time: {error}; write ISO 8601, 2026-11-22T08:30:00+07:00"),
    "uuid_parsing": ("wrong-form", "is not a UUID; write its 36 characters"),
    "uuid_type": ("wrong-type", "is not a UUID; write its 36 characters in quotes"),
}


def flaws(error: ValidationError) -> list[Flaw]:
    """Every mistake that pydantic found, at most 100, without the values."""
    return [flaw(found) for found in error.errors(include_url=False, include_input=False)[:MOST_FLAWS]]


def flaw(error: ErrorDetails) -> Flaw:
    """A pydantic error as a `Flaw`. Our own validators word their reason themselves."""
    known = _REASONS.get(error["type"])
    if known is None:
        return Flaw(error["type"].replace("_", "-"), pointer(error["loc"]), error["msg"])
    code, reason = known
    if code == "unknown-field" and not _NAME.fullmatch(str(error["loc"][-1])):
        # what was written there is no name but perhaps somebody's data: not even the caller's log should hold it
        return Flaw(code, pointer(error["loc"][:-1]), "has a member whose name is none of a field; remove it")
    return Flaw(code, pointer(error["loc"]), reason.format_map(error.get("ctx", {})))


def pointer(location: tuple[int | str, ...]) -> str:
    """A pydantic location as an RFC 6901 JSON pointer."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)


__all__ = ["MOST_FLAWS", "Flaw", "flaw", "flaws", "pointer"]
