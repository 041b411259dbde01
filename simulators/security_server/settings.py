"""What is configured when the simulator starts. Identifiers are written `INSTANCE/CLASS/MEMBER[/SUBSYSTEM]...`, parts
percent-encoded where they hold a slash."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

Version = Literal["7.8", "7.7"]


class EndpointSettings(BaseModel):
    """A method and a path pattern of a REST service."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: str = "*"
    path: str = "**"


class ServiceSettings(BaseModel):
    """A service that can be called through this server."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: str = Field(description="whose service it is, e.g. VN/GOV/000.00.00.G99/dancu")
    code: str
    version: str | None = Field(default=None, description="of a SOAP service; any if unset")
    protocol: Literal["soap", "rest"] = "soap"
    upstream: str | None = Field(default=None, description="URL of the provider's system; an echo if unset")
    allowed: tuple[str, ...] | None = Field(default=None, description="clients that may call it; any if unset")
    endpoints: tuple[EndpointSettings, ...] = (EndpointSettings(),)
    namespace: str = Field(default="http://dancu.example.vn/v1", description="of the WSDL that getWsdl answers")
    openapi: str | None = Field(default=None, description="text that getOpenAPI answers")

    @field_validator("provider")
    @classmethod
    def _provider(cls, value: str) -> str:
        if value.count("/") not in (2, 3):
            raise ValueError("must be INSTANCE/CLASS/MEMBER or INSTANCE/CLASS/MEMBER/SUBSYSTEM")
        return value


_PROVIDER = "VN/GOV/000.00.00.G99/dancu"


class SecurityServerSettings(BaseModel):
    """Settings of the simulated security server; the defaults have an echo of each protocol."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    version: Version = Field(default="7.8", description="whose spelling of fault codes")
    instance: str = "VN"
    clients: tuple[str, ...] = Field(
        default=("VN/GOV/000.00.00.H49", "VN/GOV/000.00.00.H49/motcua"), description="members that are its clients"
    )
    services: tuple[ServiceSettings, ...] = (
        ServiceSettings(provider=_PROVIDER, code="traCuu"),
        ServiceSettings(provider=_PROVIDER, code="congDan", protocol="rest"),
    )
    upstream_timeout: float = Field(default=30, gt=0, description="seconds to wait for a provider")
    seed: int = Field(default=0, description="of request ids, and of faults that name none")


__all__ = ["EndpointSettings", "SecurityServerSettings", "ServiceSettings", "Version"]
