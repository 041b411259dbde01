"""JSON Schema 2020-12 for message types that an installation adds. Nothing is fetched: a schema stands by itself.

`format` is checked too, where it is known. What is told of data never shows a value, which may be personal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import jsonschema_rs
from jsonschema_rs import ValidationErrorKind as Kind

from lienthong import Problem
from schemas.flaws import pointer

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_MOST = 100
# Longer lists of allowed values help nobody in an error.
_LONGEST = 200
_UNITS = {"Length": "characters", "Items": "items", "Properties": "fields"}
_BOUNDS = {
    "minimum": "less than",
    "maximum": "more than",
    "exclusiveMinimum": "not above",
    "exclusiveMaximum": "not below",
}

Path = Sequence[str | int]


class WrongSchema(ValueError):
    """Not a schema that can be used here. `path` is where in it, as far as that is known."""

    def __init__(self, reason: str, path: Path) -> None:
        super().__init__(reason)
        self.path = tuple(path)


class Schema:
    """A compiled schema. Raises `WrongSchema`."""

    def __init__(self, document: dict[str, Any]) -> None:
        if str(document.get("$schema", DRAFT)).rstrip("#") != DRAFT:
            raise WrongSchema(f"it is of another draft; write it for {DRAFT}", ["$schema"])
        try:
            self._validator = jsonschema_rs.Draft202012Validator(document, validate_formats=True, offline=True)
        except jsonschema_rs.ValidationError as error:
            raise WrongSchema(error.message, error.instance_path) from error
        except (ValueError, TypeError, jsonschema_rs.ReferencingError) as error:
            raise WrongSchema(str(error).splitlines()[0], []) from error

    def problems(self, data: Any) -> list[Problem]:
        """What is wrong with `data`, at most 100 mistakes; pointers go into the data."""
        if self._validator.is_valid(data):
            return []
        found = (problem for error in self._validator.iter_errors(data) for problem in _problems(error))
        return list(islice(found, _MOST))


def _problems(error: jsonschema_rs.ValidationError) -> Iterator[Problem]:
    kind, path = error.kind, tuple(error.instance_path)
    if isinstance(kind, Kind.Required):
        yield Problem("missing", pointer((*path, str(kind.property))), "is required; add it")
    elif isinstance(kind, Kind.AdditionalProperties | Kind.UnevaluatedProperties):
        reason = "is not a field of this schema; remove it or correct its name"
        yield from (Problem("unknown-field", pointer((*path, name)), reason) for name in kind.unexpected)
    else:
        code, reason = _said(kind, error.schema_path)
        yield Problem(code, pointer(path), reason)


def _said(kind: Kind, rule: Path) -> tuple[str, str]:
    """Code and reason."""
    match kind:
        case Kind.Type():
            return "wrong-type", f"is not of type {' or '.join(kind.types)}; correct it"
        case Kind.Enum() | Kind.Constant():
            options = kind.options if isinstance(kind, Kind.Enum) else [kind.expected_value]
            listed = ", ".join(str(option) for option in options)
            return (
                "not-in-list",
                f"is not {'one of ' + listed if len(listed) < _LONGEST else 'in the list'}; correct it",
            )
        case Kind.Pattern():
            return "wrong-form", f"is not of the form {kind.pattern}; correct it"
        case Kind.Format():
            return "wrong-form", f"is not of the format {kind.format}; correct it"
        case Kind.Minimum() | Kind.Maximum() | Kind.ExclusiveMinimum() | Kind.ExclusiveMaximum():
            return "out-of-range", f"is {_BOUNDS[kind.name]} {kind.limit}; correct it"
        case Kind.MinLength() | Kind.MinItems() | Kind.MinProperties():
            return "too-short", f"has fewer than {kind.limit} {_UNITS[kind.name.removeprefix('min')]}; correct it"
        case Kind.MaxLength() | Kind.MaxItems() | Kind.MaxProperties():
            return "too-long", f"has more than {kind.limit} {_UNITS[kind.name.removeprefix('max')]}; correct it"
    return "against-schema", f"breaks the rule {pointer(tuple(rule))} of the schema of this type; correct it"
