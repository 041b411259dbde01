"""How we say who we are, under `connect.auth` in the configuration file, chosen by `type`."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from connectors.auth.pointer import tokens
from connectors.headers import checked
from connectors.strict import Strict
from connectors.targets import relative
from schemas.quantities import Seconds


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


Pointer = Annotated[str, AfterValidator(_pointer)]
Secret = Annotated[SecretStr, Field(min_length=1)]
Token = Annotated[SecretStr, AfterValidator(_printable)]


class NoAuth(Strict):
    """We do not say who we are (mutual TLS is under `tls`)."""

    type: Literal["none"] = "none"


class ApiKey(Strict):
    """A fixed key with every request."""

    type: Literal["api_key"]
    key: Token = Field(description="the key")
    place: Annotated[str, AfterValidator(_header_or_query)] = Field(
        default="header:X-API-Key", description="header:NAME or query:NAME"
    )


class Basic(Strict):
    """HTTP Basic (RFC 7617), in UTF-8."""

    type: Literal["basic"]
    username: str = Field(min_length=1, pattern=r"^[^:\x00-\x1f\x7f]+$", description="user; without a colon")
    password: SecretStr = Field(description="password")


class Bearer(Strict):
    """A fixed token in `Authorization: Bearer`."""

    type: Literal["bearer"]
    token: Token = Field(description="the token")


class Ok(Strict):
    """How the answer to a log-in says that it went well."""

    pointer: Pointer = Field(description="JSON pointer into the answer")
    values: tuple[str | int | bool, ...] = Field(
        min_length=1, description='the values that mean yes; 0 and "0" are the same'
    )


class Login(Strict):
    """The request that opens a session: a POST of JSON, through the same connector."""

    path: Annotated[str, AfterValidator(_path)] = Field(description="path of the log-in, relative to base_url")
    body: dict[str, Any] = Field(
        default_factory=lambda: {"username": "{username}", "password": "{password}"},
        description="its JSON body; {username} and {password} are replaced in every text of it",
    )
    token: Pointer = Field(description="JSON pointer to the session in the answer")
    ok: Ok | None = Field(default=None, description="what the answer must say; if unset, 2xx and a session suffice")


class Expired(Strict):
    """An answer that means: this session is not valid (any more), and nothing was done."""

    pointer: Pointer = Field(description="JSON pointer into the answer")
    values: tuple[str | int | bool, ...] = Field(default=(), description='values that mean it; 3 and "3" are the same')
    phrases: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        default=(), description="parts of the text that mean it, compared after NFC and case folding"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.values and not self.phrases:
            raise ValueError("needs values or phrases")
        return self


class Session(Strict):
    """Log in once, carry what the log-in gave with every request, log in again when it is no longer valid."""

    type: Literal["session"]
    username: str = Field(min_length=1, description="user")
    password: Secret = Field(description="password")
    login: Login = Field(description="the log-in")
    lifetime: Seconds = Field(
        default=600, ge=1, description="a session is renewed after nine tenths of this, without waiting for an error"
    )
    place: Annotated[str, AfterValidator(_json_or_header)] = Field(
        description="json:/MEMBER of an object body, or header:NAME"
    )
    prefix: str = Field(default="", pattern=r"^[\x20-\x7e]*$", description='put before it in a header, e.g. "Bearer "')
    expired: tuple[Expired, ...] = Field(
        default=(), description="answers that mean an invalid session, any of them; status 401 always does"
    )


Auth = Annotated[NoAuth | ApiKey | Basic | Bearer | Session, Field(discriminator="type")]

__all__ = ["ApiKey", "Auth", "Basic", "Bearer", "Expired", "Login", "NoAuth", "Ok", "Session"]
