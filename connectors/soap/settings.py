"""`connect` of a system with `connector: soap`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, FilePath, SecretStr, model_validator

from connectors.settings import HttpSettings
from connectors.soap.pinned import pinned
from connectors.soap.service import Service, open_service
from connectors.soap.signing import Signer, Verifier
from connectors.soap.validate import Validator
from connectors.strict import Strict
from connectors.targets import relative
from connectors.urls import Url, base_url
from schemas.quantities import Seconds


def _pinned(value: object) -> object:
    return pinned(str(value))


Wsdl = Annotated[Path, BeforeValidator(_pinned)]


class Username(Strict):
    """The UsernameToken of WS-Security."""

    name: str = Field(min_length=1, description="user")
    password: SecretStr = Field(description="password")
    type: Literal["text", "digest"] = Field(
        default="digest", description="digest: SHA-1 of nonce, time and password; text: the password itself"
    )


class Signature(Strict):
    """Our X.509 signature over body and timestamp."""

    certificate: FilePath = Field(description="PEM file of our certificate; it is sent with every call")
    key: FilePath = Field(description="PEM file of our key")
    key_password: SecretStr | None = Field(default=None, description="password of the key")
    algorithm: Literal["rsa-sha256", "rsa-sha384", "rsa-sha512", "ecdsa-sha256", "ecdsa-sha384"] = Field(
        default="rsa-sha256", description="signature algorithm; it has to fit the key"
    )

    def signer(self) -> Signer:
        """Raises `ValueError` for files that cannot be used."""
        password = self.key_password.get_secret_value() if self.key_password is not None else None
        return Signer(self.certificate, self.key, password, self.algorithm)


class Verify(Strict):
    """Answers must be signed by one of these certificates."""

    certificates: tuple[FilePath, ...] = Field(
        min_length=1, description="PEM files of the partner's signing certificates, each valid in its own right"
    )
    skew: Seconds = Field(default=300, le=3600, description="how far the partner's clock may be off")

    def verifier(self) -> Verifier:
        """Raises `ValueError` for files that cannot be used."""
        return Verifier(self.certificates, self.skew)


class Security(Strict):
    """WS-Security 1.1: what is put into the header, and what is demanded of answers."""

    username: Username | None = Field(default=None, description="UsernameToken")
    timestamp: Annotated[Seconds, Field(gt=0, le=3600)] | None = Field(
        default=None, description="life of the Timestamp; none is sent if unset, 5m with a signature"
    )
    signature: Signature | None = Field(default=None, description="X.509 signature of what we send")
    verify: Verify | None = Field(default=None, description="signatures demanded of answers")

    @property
    def life(self) -> float | None:
        """Of the Timestamp, in seconds."""
        return 300.0 if self.timestamp is None and self.signature is not None else self.timestamp

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if self.signature is not None:
            self.signature.signer()
        if self.verify is not None:
            self.verify.verifier()
        return self


def _servable(service: Service, any_namespace: bool) -> None:
    if not any_namespace:
        Validator(service)


class EndpointSettings(Strict):
    """Serving SOAP at `/in/{system}/{operation}`."""

    wsdl: Wsdl | None = Field(default=None, description="the WSDL that is served; the partner's own if unset")
    service: str | None = Field(default=None, description="name of its service; the first if unset")
    port: str | None = Field(default=None, description="name of its port; the first that speaks SOAP if unset")
    url: Annotated[str, AfterValidator(base_url)] | None = Field(
        default=None, description="scheme and host of the bus in the served WSDL; those of the request if unset"
    )
    any_namespace: bool = Field(
        default=False, description="requests may use other namespaces; they are not validated then"
    )

    @model_validator(mode="after")
    def _loads(self) -> Self:
        if self.wsdl is not None:
            _servable(open_service(self.wsdl, self.service, self.port), self.any_namespace)
        return self


class SoapSettings(HttpSettings):
    """`connect` of a system with `connector: soap`."""

    base_url: Url = Field(
        description="where calls go, unless address names a place below it; the WSDL's own is not used"
    )
    wsdl: Wsdl = Field(
        description="file of the WSDL, or package:NAME/PATH for one that an installed package brings along; what it "
        "imports is read from its folder and nowhere else"
    )
    service: str | None = Field(default=None, description="name of the service in the WSDL; the first if unset")
    port: str | None = Field(default=None, description="name of the port; the first that speaks SOAP if unset")
    address: str | None = Field(
        default=None, description="path of the service below base_url, or its whole URL beginning with base_url"
    )
    any_namespace: bool = Field(
        default=False, description="elements of an answer count by their local names, whatever their namespace"
    )
    mtom: bool = Field(default=True, description="bytes travel beside the envelope (XOP); false: within it, as base64")
    security: Security = Field(default=Security(), description="WS-Security")
    endpoint: EndpointSettings | None = Field(
        default=None, description="serve SOAP at /in/{system}/{operation}; {} serves the WSDL above"
    )

    @property
    def path(self) -> str:
        """Of the service, relative to `base_url`."""
        return (self.address or "").removeprefix(self.base_url)

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if self.address is not None:
            relative(self._below())
        open_service(self.wsdl, self.service, self.port)
        if self.endpoint is not None and self.endpoint.wsdl is None:
            service, port = self.endpoint.service or self.service, self.endpoint.port or self.port
            _servable(open_service(self.wsdl, service, port), self.endpoint.any_namespace)
        return self

    def _below(self) -> str:
        assert self.address is not None
        if "://" in self.address and not f"{self.address}/".startswith(f"{self.base_url}/"):
            raise ValueError(f"address must be a path, or begin with base_url ({self.base_url})")
        return self.path


__all__ = ["EndpointSettings", "Security", "Signature", "SoapSettings", "Username", "Verify"]
