"""Settings of what Vietnamese government gateways demand besides the usual."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from connectors.auth.fields import HeaderName, Secret, User
from connectors.strict import Strict

_Part = Annotated[str, Field(min_length=1)]


class LgspAccessToken(Strict):
    """The header `lgspaccesstoken` of a provincial LGSP: base64 of what the province issued, as compact JSON."""

    type: Literal["lgsp_access_token"]
    access_key: Secret = Field(description="`AccessKey`")
    secret_key: Secret = Field(description="`SecretKey`")
    app_name: _Part = Field(description="`AppName`")
    partner_code: _Part | None = Field(default=None, description="`PartnerCode`; left out if unset")
    partner_code_cus: _Part | None = Field(default=None, description="`PartnerCodeCus`; left out if unset")
    header: HeaderName = Field(default="lgspaccesstoken", description="name of the header")


class AuthHash(Strict):
    """The account of an officer behind a provincial LGSP: base64 of `key_name:key_pass` in a header of its own."""

    type: Literal["auth_hash"]
    key_name: User = Field(description="name of the account; without a colon")
    key_pass: Secret = Field(description="its password")
    header: HeaderName = Field(default="AuthHash", description="name of the header")


class HashedPassword(Strict):
    """The population database's own scheme: a password made anew for every call, in HTTP Basic.

    The password is the lower-case hexadecimal SHA-256 of `sv_url` + `username` + time + `secret_key`.
    """

    type: Literal["hashed_password"]
    username: User = Field(description="user; without a colon")
    secret_key: Secret = Field(description="the secret that goes into every password")
    sv_url: _Part = Field(
        description="path of the service as it was registered with the provider, not necessarily the one that is called"
    )
    sv_urls: dict[str, _Part] = Field(
        default_factory=dict,
        description="the same for single services that were registered apart, by operation (SOAP) or request path",
    )
    unit: Literal["ms", "s"] = Field(default="ms", description="time since 1970 in milliseconds or seconds")
    header: HeaderName = Field(default="Timestamp", description="header that carries the time")


__all__ = ["AuthHash", "HashedPassword", "LgspAccessToken"]
