"""One SOAP exchange, from the consumer's request to the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .answers import Refused, Served, soap_fault
from .envelope import Letter, envelope_of, inconsistent, is_fault, open_letter, stamped
from .faults import InconsistentHeaders, WrongHash
from .identifiers import to_path
from .metadata import SOAP_META, soap_meta
from .provider import FAILED, Providers
from .settings import ServiceSettings
from .store import Call, Record, State

_TYPES = ("text/xml", "application/xop+xml", "multipart/related")


class SoapExchange:
    """A request at `/`. `perform` lets it take effect; `record` is set once a provider is called."""

    def __init__(self, state: State, providers: Providers, method: str, headers: Mapping[str, str], raw: bytes) -> None:
        self.state = state
        self._providers = providers
        self._method = method
        self._headers = headers
        self._raw = raw
        self.record: Record | None = None

    @property
    def name(self) -> str:
        """The service code, as faults know it; guessed, since the request may be broken."""
        found = re.search(rb"serviceCode[^>]*>([^<]*)<", self._raw)
        return found.group(1).decode("utf-8", "replace") if found else "soap"

    def refuse(self, code: str, message: str, version_code: str) -> Served:
        """X-Road's own error."""
        return soap_fault(version_code, message, self.state.uuid())

    def from_provider(self, served: Served) -> Served | None:
        """What becomes of an answer that is no SOAP message: nothing, its server makes a fault of it."""
        return None

    async def perform(self) -> Served:
        """Check, call, check, answer. Raises `Refused`."""
        kind = self._headers.get("content-type", "text/xml")
        self._check_http(kind)
        request = open_letter(envelope_of(self._raw, kind))
        if request.service[4] in SOAP_META:
            return soap_meta(self.state, request)
        service = self._admitted(request)
        call = Call(self.state.uuid(), "POST", "", self._headers, self._raw)
        self.record = self.state.record("soap", request.service, request.client, request.id, call)
        served = await self._providers.post(service, call)
        self.record.status = served.status
        return self._checked(request, served)

    def _check_http(self, kind: str) -> None:
        if self._method != "POST":
            raise Refused("client.invalid_http_method", f"Must use POST request method instead of {self._method}")
        if kind.partition(";")[0].strip().lower() not in _TYPES:
            raise Refused("client.invalid_content_type", f"Invalid content type: {kind}")
        action = self._headers.get("soapaction", "")
        if action and not re.fullmatch(r'"[^"\s]*"', action):
            raise Refused("client.invalid_soap_action", f"Malformed SoapAction header value: {action}")

    def _admitted(self, request: Letter) -> ServiceSettings:
        *provider, code, version = request.service
        return admitted(self.state, "soap", request.client, (*provider, code), version)

    def _checked(self, request: Letter, served: Served) -> Served:
        if served.kind.partition(";")[0].strip().lower() not in _TYPES:
            raise Refused(f"{FAILED}.invalid_content_type", f"Invalid content type: {served.kind}")
        soap = envelope_of(served.body, served.kind)
        answer = open_letter(soap, FAILED)
        if is_fault(answer):
            return Served(served.body, 500, served.kind)
        wrong = inconsistent(request, answer)
        if wrong is not None:
            raise Refused(f"{FAILED}.inconsistent_headers", f"Field '{wrong}' does not match in request and response")
        new = stamped(answer, self._hashed(request))
        return Served(served.body.replace(soap, self._meddled(request, new), 1), 200, served.kind)

    def _hashed(self, request: Letter) -> bytes:
        wrong = self.state.dice.roll("wrong_hash", self.name, WrongHash)
        return request.soap if wrong is None else b"another request"

    def _meddled(self, request: Letter, answer: bytes) -> bytes:
        fault = self.state.dice.roll("inconsistent_headers", self.name, InconsistentHeaders)
        if fault is None:
            return answer
        if not fault.pass_on:
            raise Refused(f"{FAILED}.inconsistent_headers", "Field 'id' does not match in request and response")
        return answer.replace(f">{request.id}<".encode(), b">another<", 1)


def admitted(
    state: State, protocol: str, client: tuple[str | None, ...], service: tuple[str | None, ...], version: str | None
) -> ServiceSettings:
    """The service, for a client that may call it. Raises `Refused`."""
    bare = tuple(part for part in client if part is not None)
    if bare not in state.clients:
        raise Refused("server.clientproxy.unknown_member", f"Client '{'/'.join(bare)}' not found")
    provider = tuple(part for part in service[:-1] if part is not None)
    if provider not in state.providers:
        raise Refused("server.clientproxy.unknown_member", f"Could not find addresses for '{'/'.join(provider)}'")
    found = state.services.get(to_path(service))
    if found is None or (found.version is not None and protocol == "soap" and found.version != version):
        raise Refused("server.serverproxy.unknown_service", f"Unknown service: {service[-1]}")
    if found.protocol != protocol:
        raise Refused("server.serverproxy.service_type", "Service is of another type")
    if found.allowed is not None and "/".join(bare) not in found.allowed:
        raise Refused("server.serverproxy.access_denied", f"Request is not allowed: {service[-1]}")
    return found


__all__ = ["SoapExchange", "admitted"]
