"""What is configured when the simulator starts, and the faults that can be switched on."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ..faults import Fault, FaultSet


class AccessToken(BaseModel):
    """What an LGSP issues for the header `lgspaccesstoken`: base64 of these as JSON. `None` is not compared."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    AccessKey: str = "khoa-truy-cap-vi-du"
    SecretKey: str = "khoa-bi-mat-vi-du"
    AppName: str = "lienthong-vidu"
    PartnerCode: str | None = None
    PartnerCodeCus: str | None = None


class LgspSettings(BaseModel):
    """Settings of the simulated platform; the defaults are those of the demo."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    token_path: str = "/token"
    dmdc_path: str = Field(default="/dmdc", description="before /Metadata and /Category")
    upstreams: dict[str, str] = Field(
        default_factory=dict, description="path prefix to base URL: what follows the prefix is appended to the URL"
    )
    consumer_key: str = "khoa-ung-dung-vi-du"
    consumer_secret: str = "mat-khau-ung-dung-vi-du"
    credentials: Literal["basic", "body", "either", "none"] = Field(
        default="either", description="how a client says who it is; none: the header lgspaccesstoken says it"
    )
    access: AccessToken | None = Field(default=None, description="demanded on every call, on that for a token too")
    lifetime: float = Field(default=3600, gt=0, description="of a token, seconds")
    envelope: Literal["none", "thai-nguyen"] = Field(default="none", description="around answers of the gateway")
    envelope_status: Literal["same", "200"] = Field(default="same", description="HTTP status beside the envelope")
    processing_status: tuple[str, str] = Field(
        default=("1", "0"), description="`status` of an answer 2xx, and of others"
    )
    timeout: float = Field(default=60, gt=0, description="seconds that an upstream may take")
    seed: int = Field(default=0, description="of tokens, and of faults that name none")


class Unauthorized(Fault):
    """A token that counts is answered 401 as if it did not."""


class EarlyExpiry(Fault):
    """A token given now ends after `seconds`, whatever it says."""

    everywhere = True

    seconds: float = Field(default=0, ge=0)


class TokenRefused(Fault):
    """No token: the credentials are said to be wrong."""

    everywhere = True

    status: Literal[400, 401] = 401
    error: str = "invalid_client"


class LgspFaults(FaultSet):
    """The body of `PUT /_control/faults`. Services are named `login` (tokens), `dmdc`, and `gateway` for the rest."""

    unauthorized: Unauthorized | None = None
    early_expiry: EarlyExpiry | None = None
    token_refused: TokenRefused | None = None


__all__ = ["AccessToken", "EarlyExpiry", "LgspFaults", "LgspSettings", "TokenRefused", "Unauthorized"]
