"""What HTTP connectors have in common in the configuration file, under `systems.NAME.connect`."""

from __future__ import annotations

from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, FilePath, SecretStr, model_validator

from connectors.auth import Auth, Gateway, NoAuth
from connectors.headers import checked
from connectors.strict import Strict
from connectors.tls import client_context
from connectors.urls import Url, base_url, proxy_url
from schemas.quantities import Bytes, Seconds


class Timeouts(Strict):
    """How long to wait, each in seconds or as 250ms, 30s, 5m."""

    pool: Seconds = Field(default=10, gt=0, le=600, description="for a free connection")
    connect: Seconds = Field(default=10, gt=0, le=600, description="for TCP and TLS to be ready")
    read: Seconds = Field(default=60, gt=0, le=3600, description="between two pieces of the answer")
    total: Seconds = Field(default=60, gt=0, le=3600, description="for the whole exchange, log-in included")


class Pool(Strict):
    """Connections that are kept open."""

    size: int = Field(default=64, ge=1, le=1000, description="most connections at once")
    idle: Seconds = Field(
        default=4,
        le=3600,
        description="close a connection unused for so long; keep it below the partner's own limit (often 5s), "
        "or requests are lost on connections that the partner is just closing",
    )


class Tls(Strict):
    """Certificates. The partner's certificate is always verified."""

    ca: FilePath | None = Field(
        default=None, description="PEM file of the authorities to trust, instead of the system's"
    )
    certificate: FilePath | None = Field(default=None, description="PEM file of our own certificate and its chain")
    key: FilePath | None = Field(default=None, description="PEM file of our key, if not in the certificate's file")
    key_password: SecretStr | None = Field(default=None, description="password of the key")
    server_name: str | None = Field(
        default=None, min_length=1, description="name in the partner's certificate, if not the host of base_url"
    )

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if self.key is not None and self.certificate is None:
            raise ValueError("key is set without certificate; name the certificate's file too")
        if self.model_fields_set & {"ca", "certificate", "key", "key_password"}:
            client_context(self.ca, self.certificate, self.key, self.key_password)
        return self


class Proxy(Strict):
    """A forward proxy between us and the partner."""

    url: Annotated[str, AfterValidator(proxy_url)] = Field(description="http://HOST:PORT")
    username: str | None = Field(default=None, description="user at the proxy")
    password: SecretStr | None = Field(default=None, description="password at the proxy")


def header_map(value: Any) -> Any:
    """Names and values that may stand in an HTTP request; the framing of the request is not to be set."""
    if isinstance(value, dict):
        checked({str(name): str(text) for name, text in value.items()}, host=True)
    return value


class HttpSettings(Strict):
    """The HTTP leg."""

    timeouts: Timeouts = Field(default=Timeouts(), description="how long to wait")
    pool: Pool = Field(default=Pool(), description="connections kept open")
    tls: Tls = Field(default=Tls(), description="certificates")
    proxy: Proxy | None = Field(default=None, description="forward proxy; none if unset")
    headers: Annotated[dict[str, str], BeforeValidator(header_map)] = Field(
        default_factory=dict, description="headers of every request; a request's own win"
    )
    params: dict[str, str] = Field(
        default_factory=dict, description="query parameters of every request; a request's own win"
    )
    max_answer: Bytes = Field(
        default=10_000_000, le=10**9, description="a larger answer, also after decompression, is given up"
    )
    auth: Auth = Field(default=NoAuth(), description="how we say who we are")
    gateway: tuple[Gateway, ...] = Field(
        default=(),
        description="what the gateways on the way demand besides, from the partner outwards; a log-in passes through "
        "what stands after it",
    )


def elsewhere(settings: HttpSettings, base: str, other: str) -> HttpSettings:
    """The settings under which another host than that of `base` is called: nothing of what says who we are."""
    same = urlsplit(base).netloc == urlsplit(other).netloc
    tls = settings.tls if same else settings.tls.model_copy(update={"server_name": None})
    return settings.model_copy(update={"auth": NoAuth(), "gateway": (), "headers": {}, "params": {}, "tls": tls})


__all__ = ["HttpSettings", "Pool", "Proxy", "Timeouts", "Tls", "Url", "base_url", "elsewhere"]
