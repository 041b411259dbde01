"""Settings of OAuth 2.0 client credentials (RFC 6749, 4.4), in the forms in which gateways here give tokens."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from connectors.auth.conditions import Expired
from connectors.auth.fields import Pointer, Secret
from connectors.headers import checked
from connectors.strict import Strict
from connectors.urls import UrlOrPath
from schemas.quantities import Seconds


def _headers(value: dict[str, str]) -> dict[str, str]:
    checked(value)
    return value


def _place(value: str) -> str:
    if not re.fullmatch(r"header:.+", value):
        raise ValueError("must be header:NAME")
    checked({value.removeprefix("header:"): ""})
    return value


class OAuth2(Strict):
    """A token of one's own for a while (OAuth 2.0 client credentials), asked for anew before it ends."""

    type: Literal["oauth2"]
    token_url: UrlOrPath = Field(
        default="token", description="where tokens are given: a URL, or a path relative to base_url"
    )
    client_id: str | None = Field(default=None, min_length=1, description="consumer key")
    client_secret: Secret | None = Field(default=None, description="consumer secret")
    credentials: Literal["basic", "body", "none"] = Field(
        default="basic",
        description="where they stand in the request for a token: HTTP Basic, as `client_id` and `client_secret` in "
        "the form, or nowhere (a header of `connect.gateway` says who we are)",
    )
    form: dict[str, str] = Field(
        default_factory=dict, description="more fields of that form, e.g. scope; grant_type may be replaced"
    )
    secret_form: dict[str, SecretStr] = Field(
        default_factory=dict, description="the same for fields that are secret, e.g. password"
    )
    headers: Annotated[dict[str, str], AfterValidator(_headers)] = Field(
        default_factory=dict, description="more headers of the request for a token"
    )
    token: Pointer = Field(default="/access_token", description="JSON pointer to the token in the answer")
    expires_in: Pointer = Field(default="/expires_in", description="JSON pointer to its life in seconds")
    lifetime: Seconds = Field(default=600, ge=1, description="its life where the answer does not tell it")
    refresh: float = Field(
        default=0.9, gt=0, le=1, description="share of its life after which a new token is asked for"
    )
    margin: Seconds = Field(
        default=30, ge=0, le=3600, description="at the latest so long before its end, but not in its first half"
    )
    place: Annotated[str, AfterValidator(_place)] = Field(
        default="header:Authorization", description="header:NAME that carries the token"
    )
    prefix: str = Field(default="Bearer ", pattern=r"^[\x20-\x7e]*$", description="put before it there")
    expired: tuple[Expired, ...] = Field(
        default=(), description="answers that mean a token that is no longer valid, any of them; status 401 always does"
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        named = (self.client_id is not None, self.client_secret is not None)
        if self.credentials != "none" and named != (True, True):
            raise ValueError("client_id and client_secret are needed; or write credentials: none")
        if self.credentials == "none" and any(named):
            raise ValueError("credentials: none sends neither client_id nor client_secret; remove them")
        if self.credentials == "basic" and ":" in (self.client_id or ""):
            raise ValueError("client_id must not hold a colon with credentials: basic; write credentials: body")
        return self


__all__ = ["OAuth2"]
