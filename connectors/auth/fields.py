"""Types and checks of what the settings of authentication share."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from connectors.auth.pointer import tokens
from connectors.headers import checked
from connectors.targets import relative


def _pointer(value: str) -> str:
    tokens(value)
    return value


def _header_or_query(value: str) -> str:
    kind, _, name = value.partition(":")
    if kind not in ("header", "query") or not name:
        raise ValueError("must be header:NAME or query:NAME")
    if kind == "header":
        checked({name: ""})
    return value


def _json_or_header(value: str) -> str:
    kind, _, name = value.partition(":")
    if kind not in ("json", "header") or not name:
        raise ValueError("must be json:/MEMBER or header:NAME")
    if kind == "header":
        checked({name: ""})
    elif not tokens(name):
        raise ValueError("must be json:/MEMBER or header:NAME")
    return value


def _printable(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[\x21-\x7e]+", value.get_secret_value()):
        raise ValueError("must be printable ASCII without spaces; check for a stray line break")
    return value


def _path(value: str) -> str:
    relative(value)
    return value


def _header(value: str) -> str:
    checked({value: ""})
    return value


Pointer = Annotated[str, AfterValidator(_pointer)]
Secret = Annotated[SecretStr, Field(min_length=1)]
Token = Annotated[SecretStr, AfterValidator(_printable)]
Path = Annotated[str, AfterValidator(_path)]
HeaderName = Annotated[str, AfterValidator(_header)]
HeaderOrQuery = Annotated[str, AfterValidator(_header_or_query)]
JsonOrHeader = Annotated[str, AfterValidator(_json_or_header)]
User = Annotated[str, Field(min_length=1, pattern=r"^[^:\x00-\x1f\x7f]+$")]

__all__ = ["HeaderName", "HeaderOrQuery", "JsonOrHeader", "Path", "Pointer", "Secret", "Token", "User"]
