"""Keeps personal data out of the log, whoever logs what.

The schema knows which fields are personal; a log entry has no schema. So here whole fields go by their name, bodies
go in any case, and what looks like a personal number, a phone number or an address of e-mail goes out of every text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

HIDDEN = "***"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# compared without case, underscores and hyphens; English, because only adapters speak another language
PERSONAL = _set(
    """
    name fullname firstname lastname applicant owner person citizen father mother child birthdate birthday
    dateofbirth birthplace gender sex ethnicity religion nationality address residence email mail phone telephone
    mobile fax personalnumber identitynumber identity passport cmnd cccd taxcode account accountnumber cardnumber
    requestedby receivedby note abstract filename
    """
)
SECRET = _set("password passwd secret token key apikey authorization cookie credential credentials")
BODIES = _set("body data content payload json form raw document native canonical")
# objects whose text is known to be a plain value; of any other only the class is told
PLAIN = (datetime, date, UUID, Enum, Decimal, PurePath)

# no letter, digit, dot or hyphen before: the last group of a UUID and the parts of a dossier code are none of these
_NUMBERS = re.compile(r"(?<![\w.-])(?:\+84\d{9}|0\d{9}|\d{12}|\d{9})(?!\w)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LOGIN = re.compile(r"(?<=://)[^/\s@]+@")
# pydantic repeats the value that it refuses
_INPUT = re.compile(r"input_value=.*?(?=, input_type=)", re.DOTALL)


def clean(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the entry without personal data, secrets and bodies. `event` is text and stays, cleaned."""
    return {key: _field(key, value) for key, value in entry.items()}


def clean_text(text: str) -> str:
    """A text without what looks like personal data or a log-in in a URL."""
    for pattern, instead in ((_INPUT, f"input_value={HIDDEN}"), (_LOGIN, f"{HIDDEN}@"), (_MAIL, HIDDEN)):
        text = pattern.sub(instead, text)
    return _NUMBERS.sub(HIDDEN, text)


def _field(key: str, value: Any) -> Any:
    plain = re.sub(r"[_\-\s]", "", str(key)).casefold()
    if value is not None and (plain in PERSONAL or plain in SECRET or plain in BODIES):
        return HIDDEN
    return _value(value)


def _value(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    if isinstance(value, Mapping):
        return {str(key): _field(key, part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_value(part) for part in value]
    if isinstance(value, str | BaseException):
        return clean_text(str(value))
    return str(value) if isinstance(value, PLAIN) else f"<{type(value).__name__}>"
