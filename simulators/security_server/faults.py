"""The faults of a security server, beside those that every simulated system can show."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..faults import ORDER, Fault, FaultSet
from .settings import Version


class XRoadFault(Fault):
    """A fault that X-Road makes. `code` in the spelling of 7.8; it is written in that of `version` or `spelling`.

    `effect`: the provider was called before it.
    """

    code: str
    message: str = "Simulated fault"
    effect: bool = False


class AccessDenied(XRoadFault):
    code: str = "server.serverproxy.access_denied"


class UnknownMember(XRoadFault):
    code: str = "server.clientproxy.unknown_member"


class OutdatedGlobalConf(XRoadFault):
    code: str = "server.clientproxy.global_conf_outdated"


class Maintenance(XRoadFault):
    code: str = "server.clientproxy.maintenance_mode"


class SslAuthentication(XRoadFault):
    code: str = "server.clientproxy.ssl_authentication_failed"


class ServiceFailed(XRoadFault):
    code: str = "server.serverproxy.service_failed.io_error"
    effect: bool = True


class ProviderError(Fault):
    """The provider's own error. Over REST it comes back as it is, without `X-Road-Error`; over SOAP its server makes
    a fault `service_failed` of it."""

    status: int = Field(default=503, ge=400, le=599)
    body: str = '{"error":"Service Unavailable"}'
    effect: bool = True


class Redirect(Fault):
    """The provider redirects. Passed back and not followed over REST, `service_failed` over SOAP."""

    status: Literal[301, 302, 303, 307, 308] = 302
    location: str = "http://khac.example.vn/"


class InconsistentHeaders(Fault):
    """The provider's answer is not for this request. Real servers answer a fault (`pass_on` false)."""

    pass_on: bool = True


class WrongHash(Fault):
    """The answer's request hash is that of another request."""


class SecurityServerFaults(FaultSet):
    """The body of `PUT /_control/faults`. `spelling` replaces the setting `version`."""

    spelling: Version | None = None
    access_denied: AccessDenied | None = None
    unknown_member: UnknownMember | None = None
    outdated_global_conf: OutdatedGlobalConf | None = None
    maintenance: Maintenance | None = None
    ssl_authentication: SslAuthentication | None = None
    service_failed: ServiceFailed | None = None
    x_road_fault: XRoadFault | None = None
    provider_error: ProviderError | None = None
    redirect: Redirect | None = None
    inconsistent_headers: InconsistentHeaders | None = None
    wrong_hash: WrongHash | None = None


_CHANGING = ("inconsistent_headers", "wrong_hash")
SPOILING = (
    *ORDER,
    *(
        name
        for name in SecurityServerFaults.model_fields
        if name not in FaultSet.model_fields and name not in ("spelling", *_CHANGING)
    ),
)

__all__ = [
    "SPOILING",
    "InconsistentHeaders",
    "ProviderError",
    "Redirect",
    "SecurityServerFaults",
    "WrongHash",
    "XRoadFault",
]
