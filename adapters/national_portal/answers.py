"""Reading what the portal answers: one code and one text, in all the wrappings in which they come.

Seen in the field: `error_code` as number and as string; `message` as string, object, array, or JSON written into a
string (a provincial façade around the portal); records in `result` or `data`; upper- and mixed-case names; refusals
inside HTTP 200; an empty object after a time-out.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .settings import Answers

# an answer in an answer in an answer: one façade around another has been seen once, deeper is not an answer
_DEPTH = 3
_WHOLE = re.compile(r"[+-]?\d{1,9}", re.ASCII)


class Meaning(Enum):
    """What an answer says of the effect."""

    DONE = "done"
    EXISTS = "exists"
    RETRY = "retry"
    REJECT = "reject"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, unwrapped. `records` is `None` where the answer holds no list of records."""

    meaning: Meaning
    code: str | None
    text: str
    records: tuple[Any, ...] | None = None

    @property
    def reason(self) -> str:
        """For people: the code and the text, at most 500 characters."""
        return f"{self.code or 'no error code'}: {self.text or 'without a text'}"[:500]


def read(content: bytes, settings: Answers) -> Said:
    """The answer in a body. What cannot be read as an answer is `UNKNOWN`, an absent code too."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return Said(Meaning.UNKNOWN, None, "the answer is not JSON")
    code, text, records = _unwrap(document, settings, _DEPTH)
    return Said(meaning(code, text, settings), code, text, records)


def meaning(code: str | None, text: str, settings: Answers) -> Meaning:
    """What a code with its text means, by configuration."""
    if code is None:
        return Meaning.UNKNOWN
    if code == "0":
        return Meaning.DONE if not settings.require_success_phrase or _succeeds(text, settings) else Meaning.UNKNOWN
    if says(text, settings.session_phrases):
        return Meaning.RETRY
    if says(text, settings.exists_phrases):
        return Meaning.EXISTS
    if says(text, settings.busy_phrases):
        return Meaning.RETRY
    return _by_code(code, settings)


def code_of(record: Any, settings: Answers) -> str | None:
    """The code that a single record carries, or `None`."""
    return _code(_first(record, settings.code_fields)) if isinstance(record, Mapping) else None


def text_of(record: Any, settings: Answers) -> str:
    """The text that a single record carries."""
    return _text(_first(record, settings.message_fields)) if isinstance(record, Mapping) else ""


def key_of(record: Any, settings: Answers) -> str | None:
    """The dossier code that a record names, or `None`."""
    value = _first(record, settings.key_fields) if isinstance(record, Mapping) else None
    return value if isinstance(value, str) and value else None


def says(text: str, phrases: tuple[str, ...]) -> bool:
    """Whether one of the phrases stands in the text, in NFC, case folded, blanks made even."""
    folded = _fold(text)
    return any(_fold(phrase) in folded for phrase in phrases)


def _succeeds(text: str, settings: Answers) -> bool:
    return says(text, settings.success_phrases) and not says(text, settings.failure_phrases)


def _by_code(code: str, settings: Answers) -> Meaning:
    table = {_code(key): value for key, value in settings.codes.items()}
    return Meaning(table.get(code, settings.other_codes))


def _unwrap(document: Any, settings: Answers, depth: int) -> tuple[str | None, str, tuple[Any, ...] | None]:
    document = _decoded(document)
    if not isinstance(document, Mapping):
        return None, _text(document), None
    code = _code(_first(document, settings.code_fields))
    records = _records(document, settings)
    message = _first(document, settings.message_fields)
    inner = _decoded(message)
    if isinstance(inner, Mapping) and depth > 1:
        inner_code, inner_text, inner_records = _unwrap(inner, settings, depth - 1)
        # the façade's own 0 only says that it reached the portal
        code = inner_code if code in (None, "0") and inner_code is not None else code
        return code, inner_text or _text(inner), records if records is not None else inner_records
    if isinstance(inner, list):
        rows = tuple(inner) if all(isinstance(row, Mapping) for row in inner) else None
        return code, _text(inner), records if records is not None else rows
    return code, _text(message), records


def _records(document: Mapping[str, Any], settings: Answers) -> tuple[Any, ...] | None:
    """The list of records; a null is an empty one, a single object a list of one."""
    found = [name for name in settings.record_fields if _has(document, name)]
    for name in found:
        value = _decoded(_first(document, (name,)))
        if isinstance(value, list):
            return tuple(value)
        if isinstance(value, Mapping):
            return (value,)
    return () if any(_first(document, (name,)) is None for name in found) else None


def _decoded(value: Any) -> Any:
    """JSON that was written into a string, or the value as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[", '"')):
        return value
    try:
        decoded = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return _decoded(decoded) if isinstance(decoded, str) and len(decoded) < len(value) else decoded


def _has(document: Mapping[str, Any], name: str) -> bool:
    return any(key.casefold() == name.casefold() for key in document)


def _first(document: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    """The value of the first of the names that is there, without regard to case."""
    folded = {key.casefold(): value for key, value in document.items()}
    return next((folded[name.casefold()] for name in names if name.casefold() in folded), None)


def _code(value: Any) -> str | None:
    """A code in one form: whole numbers without leading zeros (`0`, `"0"`, `"00"` are one), other texts as they are."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).strip()
    return str(int(text)) if _WHOLE.fullmatch(text) else _text(text)[:100] or None


def _text(value: Any) -> str:
    """As text that a database can keep and people can search: NFC, without NUL and half surrogates."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(filter(None, (_text(item) for item in value[:20])))
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return unicodedata.normalize("NFC", text.replace("\0", "").encode("utf-8", "replace").decode("utf-8"))


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())


__all__ = ["Meaning", "Said", "code_of", "key_of", "meaning", "read", "says", "text_of"]
