"""Our own services, as the provider's security server calls them at `/in/{system}/{operation}`. Pure.

The security server has decided who may call what; `allow` is the second lock, for the day on which somebody opens the
first one too far. The caller is believed because the request came from our security server, which the client's key
proves: see docs/integrate/xroad.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

import orjson

from connectors.xroad.identifiers import ClientId, ServiceId
from connectors.xroad.malformed import Malformed
from connectors.xroad.named import fits
from connectors.xroad.provider_soap import SoapProvider
from connectors.xroad.rest import parse_headers
from connectors.xroad.settings import Provided, XRoadSettings
from lienthong.calls import Fault
from lienthong.requests import Answer, Inbound

_JSON = "application/json; charset=utf-8"
_PROBLEM = "application/problem+json"
_DENIED = "this client may not call services of this system; ask its operator to add it to connect.provide.allow"


class Provider(Protocol):
    """One protocol, from the provider's side: an `Endpoint`."""

    def unwrap(self, inbound: Inbound) -> Inbound | Answer: ...

    def wrap(self, inbound: Inbound, answer: Answer) -> Answer: ...


class RestProvider:
    """The answers are plain HTTP: X-Road's headers are the security server's to write, and never `X-Road-Error`."""

    def __init__(self, own: ClientId, provided: Provided) -> None:
        self._own = own
        self._patterns = provided.patterns

    def unwrap(self, inbound: Inbound) -> Inbound | Answer:
        """See `lienthong.ports.Endpoint`."""
        try:
            header = parse_headers(inbound.headers, self._service(inbound.path))
        except Malformed as error:
            return _problem(400, error.code, error.reason)
        if not any(fits(pattern, header.client) for pattern in self._patterns):
            return _problem(403, "access-denied", _DENIED)
        return replace(inbound, party=str(header.client))

    def wrap(self, inbound: Inbound, answer: Answer) -> Answer:
        """See `lienthong.ports.Endpoint`."""
        if answer.fault is not None:
            return _faulty(answer, answer.fault)
        if answer.value is not None and not answer.content:
            return replace(answer, content=orjson.dumps(answer.value), content_type=_JSON, value=None)
        return answer

    def _service(self, path: str) -> ServiceId:
        """`/in/{system}/{operation}[/...]`: REST does not tell a provider which service was called."""
        code = path.split("/")[3] if path.count("/") >= 3 else ""
        return self._own.service(code or "unnamed")


def provider_of(settings: XRoadSettings) -> Provider | None:
    """What the section `provide` describes, if it is there. Raises `ValueError`."""
    provided = settings.provide
    if provided is None:
        return None
    service = provided.opened()
    if service is None:
        return RestProvider(settings.own, provided)
    return SoapProvider(settings.own, provided, service, _DENIED)


def _faulty(answer: Answer, fault: Fault) -> Answer:
    """An adapter's fault, said over REST."""
    status = answer.status if answer.status >= 400 else 400 if fault.code.lower().startswith("client") else 500
    return _problem(status, fault.code, fault.text)


def _problem(status: int, code: str, detail: str) -> Answer:
    document: Mapping[str, Any] = {"status": status, "code": code, "detail": detail}
    return Answer(status, orjson.dumps(document), _PROBLEM)


__all__ = ["Provider", "RestProvider", "provider_of"]
