"""How we say who we are, under `connect.auth` in the configuration file, chosen by `type`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr

from connectors.auth.conditions import Expired, Ok
from connectors.auth.fields import HeaderOrQuery, JsonOrHeader, Path, Pointer, Secret, Token, User
from connectors.auth.gateways import AuthHash, HashedPassword, LgspAccessToken
from connectors.auth.token_settings import OAuth2
from connectors.strict import Strict
from schemas.quantities import Seconds


class NoAuth(Strict):
    """We do not say who we are (mutual TLS is under `tls`)."""

    type: Literal["none"] = "none"


class ApiKey(Strict):
    """A fixed key with every request."""

    type: Literal["api_key"]
    key: Token = Field(description="the key")
    place: HeaderOrQuery = Field(default="header:X-API-Key", description="header:NAME or query:NAME")


class Basic(Strict):
    """HTTP Basic (RFC 7617), in UTF-8."""

    type: Literal["basic"]
    username: User = Field(description="user; without a colon")
    password: SecretStr = Field(description="password")


class Bearer(Strict):
    """A fixed token in `Authorization: Bearer`."""

    type: Literal["bearer"]
    token: Token = Field(description="the token")


class Login(Strict):
    """The request that opens a session: a POST of JSON, through the same connector."""

    path: Path = Field(description="path of the log-in, relative to base_url")
    body: dict[str, Any] = Field(
        default_factory=lambda: {"username": "{username}", "password": "{password}"},
        description="its JSON body; {username} and {password} are replaced in every text of it",
    )
    token: Pointer = Field(description="JSON pointer to the session in the answer")
    ok: Ok | None = Field(default=None, description="what the answer must say; if unset, 2xx and a session suffice")


class Session(Strict):
    """Log in once, carry what the log-in gave with every request, log in again when it is no longer valid."""

    type: Literal["session"]
    username: str = Field(min_length=1, description="user")
    password: Secret = Field(description="password")
    login: Login = Field(description="the log-in")
    lifetime: Seconds = Field(
        default=600, ge=1, description="a session is renewed after nine tenths of this, without waiting for an error"
    )
    place: JsonOrHeader = Field(description="json:/MEMBER of an object body, or header:NAME")
    prefix: str = Field(default="", pattern=r"^[\x20-\x7e]*$", description='put before it in a header, e.g. "Bearer "')
    expired: tuple[Expired, ...] = Field(
        default=(), description="answers that mean an invalid session, any of them; status 401 always does"
    )


Auth = Annotated[
    NoAuth | ApiKey | Basic | Bearer | Session | OAuth2 | HashedPassword | LgspAccessToken | AuthHash,
    Field(discriminator="type"),
]
# What a gateway may demand besides: everything that stands in a header or the query.
Gateway = Annotated[
    ApiKey | Basic | Bearer | OAuth2 | HashedPassword | LgspAccessToken | AuthHash, Field(discriminator="type")
]

__all__ = [
    "ApiKey",
    "Auth",
    "AuthHash",
    "Basic",
    "Bearer",
    "Expired",
    "Gateway",
    "HashedPassword",
    "LgspAccessToken",
    "Login",
    "NoAuth",
    "OAuth2",
    "Ok",
    "Session",
]
