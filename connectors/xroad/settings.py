"""`connect` of a system with `connector: xroad`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from connectors.settings import HttpSettings, Url, base_url
from connectors.soap.plan import Operation
from connectors.soap.service import Service, open_service
from connectors.soap.settings import Wsdl
from connectors.soap.validate import Validator
from connectors.strict import Strict
from connectors.xroad.header import Header
from connectors.xroad.identifiers import ClientId, ServiceId
from connectors.xroad.named import client_named, client_pattern, party_named, server_named, service_named
from connectors.xroad.rest import request_headers, request_path


def _written(read: Callable[[str], object]) -> AfterValidator:
    """Kept as a text, once it can be read."""

    def checked(text: str) -> str:
        read(text)
        return text

    return AfterValidator(checked)


Client = Annotated[str, _written(client_named)]
Pattern = Annotated[str, _written(client_pattern)]


class Called(Strict):
    """The WSDL of the services that are called over SOAP."""

    wsdl: Wsdl = Field(
        description="file of the WSDL (`lienthong xroad describe` fetches it); what it imports is read from its folder"
    )
    service: str | None = Field(default=None, description="name of the service in the WSDL; the first if unset")
    port: str | None = Field(default=None, description="name of the port; the first that speaks SOAP if unset")
    any_namespace: bool = Field(
        default=False, description="elements of an answer count by their local names, whatever their namespace"
    )
    mtom: bool = Field(default=True, description="bytes travel beside the envelope (XOP); false: within it, as base64")

    def opened(self) -> Service:
        """Raises `ValueError`."""
        return _soap11(open_service(self.wsdl, self.service, self.port))


class Provided(Strict):
    """Our own services, which the provider's security server calls at `/in/{system}/{operation}`."""

    allow: tuple[Pattern, ...] = Field(
        min_length=1,
        description="clients that may call, as INSTANCE/CLASS/MEMBER/SUBSYSTEM; a part may be *, which is any one",
    )
    wsdl: Wsdl | None = Field(default=None, description="the WSDL that is served; the services speak REST if unset")
    service: str | None = Field(default=None, description="name of the service in the WSDL; the first if unset")
    port: str | None = Field(default=None, description="name of the port; the first that speaks SOAP if unset")
    url: Annotated[str, AfterValidator(base_url)] | None = Field(
        default=None, description="scheme and host of the bus in the served WSDL; those of the request if unset"
    )

    @property
    def patterns(self) -> tuple[tuple[str, ...], ...]:
        """Of `allow`."""
        return tuple(client_pattern(text) for text in self.allow)

    def opened(self) -> Service | None:
        """Raises `ValueError`."""
        return None if self.wsdl is None else _soap11(open_service(self.wsdl, self.service, self.port))

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if self.wsdl is None and (self.service or self.port):
            raise ValueError("service and port choose from a WSDL; name the file under wsdl")
        service = self.opened()
        if service is not None:
            Validator(service)
        return self


class XRoadSettings(HttpSettings):
    """`connect` of a system with `connector: xroad`."""

    base_url: Url = Field(description="our security server, e.g. https://security-server.example.vn:8443")
    protocol: Literal["rest", "soap"] = Field(default="rest", description="protocol of the services that are called")
    client: Client = Field(description="who we are: INSTANCE/CLASS/MEMBER/SUBSYSTEM, or the same with colons")
    service: Annotated[str, _written(service_named)] | None = Field(
        default=None, description="the one service that is called: INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE"
    )
    provider: Client | None = Field(
        default=None,
        description="instead of service: whose services are called; which, says the first part of a request's path, "
        "or the call",
    )
    version: str | None = Field(default=None, min_length=1, description="version of a SOAP service; none if unset")
    user_id: str | None = Field(
        default=None, min_length=1, description="who asks (X-Road-UserId), where a request does not say it"
    )
    issue: str | None = Field(
        default=None, min_length=1, description="for which case (X-Road-Issue), where a request does not say it"
    )
    represented_party: Annotated[str, _written(party_named)] | None = Field(
        default=None, description="for whom we ask: [CLASS/]CODE, where a request does not say it"
    )
    security_server: Annotated[str, _written(server_named)] | None = Field(
        default=None,
        description="the provider's security server, where one has to be named: INSTANCE/CLASS/MEMBER/SERVER",
    )
    verify_hash: bool = Field(
        default=True, description="SOAP: an answer counts only if its requestHash is that of the bytes we sent"
    )
    soap: Called | None = Field(default=None, description="what is called with protocol soap")
    provide: Provided | None = Field(default=None, description="publish services of the bus; none if unset")

    @property
    def own(self) -> ClientId:
        """Who we are."""
        return client_named(self.client)

    def target(self, code: str | None = None) -> ServiceId:
        """The service that is called: `service`, or that of `code` of the provider. Raises `ValueError`."""
        if self.service is not None:
            found = service_named(self.service)
            if code is not None and code != found.service_code:
                raise ValueError(f"the service called is {found.service_code}; set provider to call others")
        elif self.provider is None or code is None:
            raise ValueError("neither service nor provider is set, so nothing can be called; set one of them")
        else:
            found = client_named(self.provider).service(code)
        return found if self.version is None else found.provider.service(found.service_code, self.version)

    def header(self, service: ServiceId, id: str, said: Any = None) -> Header:
        """What goes with a call; `said` are the `X-Road-...` headers of a request, in lower case."""
        said = said or {}
        party = said.get("x-road-represented-party", self.represented_party)
        return Header(
            self.own,
            service,
            said.get("x-road-id", id),
            said.get("x-road-userid", self.user_id),
            said.get("x-road-issue", self.issue),
            None if self.security_server is None else server_named(self.security_server),
            None if party is None else party_named(party),
        )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.service is not None and self.provider is not None:
            raise ValueError("service and provider are both set; keep one of them")
        if self.service is None and self.provider is None and self.provide is None:
            raise ValueError("nothing is called and nothing is provided; set service, provider or provide")
        request_headers(self.header(self.own.service("any"), "any"))
        if self.protocol == "soap":
            self._soap()
        else:
            self._rest()
        return self

    def _rest(self) -> None:
        if self.soap is not None or self.version is not None:
            raise ValueError("soap and version belong to SOAP services; set protocol: soap, or remove them")
        if self.service is not None:
            request_path(self.target())
        elif self.provider is not None and client_named(self.provider).subsystem_code is None:
            raise ValueError("provider is a member; REST calls services of subsystems only, so add the subsystem")

    def _soap(self) -> None:
        if self.soap is None:
            if self.service is not None or self.provider is not None:
                raise ValueError("protocol soap needs the WSDL of the services; name it under soap.wsdl")
            return
        codes = {service_code(each) for each in self.soap.opened().operations.values() if each.request.root}
        code = None if self.service is None else service_named(self.service).service_code
        if code is not None and code not in codes:
            raise ValueError(f"the WSDL has no request {code}, the service's code; it has {', '.join(sorted(codes))}")


def service_code(operation: Operation) -> str:
    """X-Road's name of an operation of a WSDL: its own, unless the element in the body is named otherwise, by which
    security servers go. Raises `ValueError` for a body without an element."""
    root = operation.request.root
    if root is None:
        raise ValueError(f"{operation.name} has no element in its body, which X-Road names services by")
    return operation.name if root.name.startswith(operation.name) else root.name


def _soap11(service: Service) -> Service:
    if service.version != "1.1":
        raise ValueError("the port speaks SOAP 1.2; X-Road carries SOAP 1.1, so choose another port")
    return service


__all__ = ["Called", "Provided", "XRoadSettings", "service_code"]
