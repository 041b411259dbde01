"""Our side of `/in/{system}/{operation}`: calls in, answers and faults out. Pure: the bus does the rest."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Self

from connectors.flaws import Flaw
from connectors.soap.codec import Received, packed, received, value_of, written
from connectors.soap.envelope import MEDIA, NAMESPACES
from connectors.soap.faults import status, write_fault
from connectors.soap.plan import Operation
from connectors.soap.published import Published
from connectors.soap.service import Service, open_service
from connectors.soap.settings import SoapSettings
from connectors.soap.validate import Validator
from lienthong.calls import Call, Fault
from lienthong.requests import Answer, Inbound

_HOW = b"This is a SOAP endpoint: POST a call, or GET it with ?wsdl for its description.\n"


class SoapEndpoint:
    """One WSDL that is served."""

    def __init__(self, service: Service, *, url: str | None, any_namespace: bool) -> None:
        self._service = service
        self._published = Published(service.folder, url)
        self._any_namespace = any_namespace
        self._validator = None if any_namespace else Validator(service)
        self._operations = _by_element(service)

    @classmethod
    def of(cls, settings: SoapSettings, service: Service) -> Self | None:
        """The endpoint that the settings describe, if they do; `service` is the partner's."""
        serve = settings.endpoint
        if serve is None:
            return None
        if serve.wsdl is not None:
            service = open_service(serve.wsdl, serve.service, serve.port)
        elif serve.service is not None or serve.port is not None:
            service = open_service(settings.wsdl, serve.service or settings.service, serve.port or settings.port)
        return cls(service, url=serve.url, any_namespace=serve.any_namespace)

    def unwrap(self, inbound: Inbound) -> Inbound | Answer:
        """See `lienthong.ports.Endpoint`."""
        if inbound.method in ("GET", "HEAD"):
            found = self._published.document(inbound)
            return Answer(200, found, "text/xml; charset=utf-8") if found is not None else _how(404)
        if inbound.method != "POST":
            return _how(405)
        try:
            return replace(inbound, call=self._call(inbound))
        except Flaw as flaw:
            return self._fault(Fault(flaw.code, f"the request cannot be taken: {flaw}"))

    def wrap(self, inbound: Inbound, answer: Answer) -> Answer:
        """See `lienthong.ports.Endpoint`. An answer with content of its own and neither value nor fault stays."""
        if answer.fault is not None:
            return self._fault(answer.fault)
        if inbound.call is None or (answer.content and answer.value is None):
            return answer
        if not 200 <= answer.status < 300:
            return self._fault(Fault("Server", f"the request failed with status {answer.status}; repeat it later"))
        operation = self._service.operation(inbound.call.operation)
        if operation.response is None:
            return Answer(202)
        try:
            message = written(self._service, operation.response, answer.value)
        except Flaw as flaw:
            return self._fault(Fault("Server", f"our answer does not fit the WSDL: {flaw}"))
        # The same answer has the same boundary: nothing here may depend on chance.
        boundary = f"lienthong-{sha256(message.envelope).hexdigest()[:32]}"
        content, content_type = packed(self._service, replace(operation, action=""), message, boundary)
        return replace(answer, content=content, content_type=content_type)

    def _call(self, inbound: Inbound) -> Call:
        found = received(inbound.content, inbound.headers.get("content-type", ""))
        if found.envelope.version != self._service.version:
            raise Flaw(f"this endpoint speaks SOAP {self._service.version}", code="VersionMismatch")
        _demand_understood(found)
        operation = self._operation(found, inbound.headers.get("soapaction", ""))
        value, included = value_of(self._service, operation.request, found, any_namespace=self._any_namespace)
        if self._validator is not None and found.envelope.child is not None:
            self._validator.demand(found.envelope.child, included)
        arguments = value if isinstance(value, dict) else {} if value is None else {"#text": value}
        return Call(operation.name, arguments, found.attachments)

    def _operation(self, found: Received, action: str) -> Operation:
        child = found.envelope.child
        tag = str(child.tag) if child is not None else ""
        fitting = self._operations.get(tag, [])
        if not fitting and self._any_namespace:
            local = tag.rpartition("}")[2]
            fitting = [
                each for key, some in self._operations.items() if key.rpartition("}")[2] == local for each in some
            ]
        if not fitting:
            known = ", ".join(sorted(key for key in self._operations if key)) or "none"
            raise Flaw(f"the body holds {tag[:200] or 'nothing'}; known are: {known}")
        named = [each for each in fitting if each.action and each.action == action.strip('"')]
        return (named or fitting)[0]

    def _fault(self, fault: Fault) -> Answer:
        version = self._service.version
        media = f"{MEDIA[version]}; charset=utf-8"
        return Answer(status(version, fault), write_fault(version, fault), media, fault=fault)


def _by_element(service: Service) -> dict[str, list[Operation]]:
    """Operations by the element that their calls hold, `""` for none."""
    found: dict[str, list[Operation]] = {}
    for operation in service.operations.values():
        root = operation.request.root
        if operation.request.problem is None:
            found.setdefault(root.tag if root is not None else "", []).append(operation)
    return found


def _demand_understood(found: Received) -> None:
    """We act on no header block, so one that has to be understood cannot be passed over."""
    header = found.envelope.header
    key = f"{{{NAMESPACES[found.envelope.version]}}}mustUnderstand"
    for block in header if header is not None else ():
        if block.get(key) in ("1", "true"):
            raise Flaw(f"the header {str(block.tag)[:200]} is not understood here", code="MustUnderstand")


def _how(code: int) -> Answer:
    return Answer(code, _HOW, "text/plain; charset=utf-8")


__all__ = ["SoapEndpoint"]
