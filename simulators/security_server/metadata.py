"""The metadata services: who can be called, what they offer, and its description. Source: PR-META 2.15, PR-MREST."""

from __future__ import annotations

from urllib.parse import parse_qs

import orjson
from lxml import etree

from .answers import XML, Refused, Served
from .envelope import XROAD, Letter, answer_with, stamped
from .identifiers import IDS, Parts, as_json, from_path, write
from .settings import ServiceSettings
from .store import State

SOAP_META = frozenset({"listMethods", "allowedMethods", "getWsdl"})
REST_META = frozenset({"listMethods", "allowedMethods", "getOpenAPI"})
PLACEHOLDER = "http://example.org/xroad-endpoint"
_WSDL = "http://schemas.xmlsoap.org/wsdl/"
_WSDL_SOAP = "http://schemas.xmlsoap.org/wsdl/soap/"
_XSD = "http://www.w3.org/2001/XMLSchema"
_BOUNDARY = "MIMEBoundary-security-server"


def list_clients(state: State, instance: str, accept: str) -> Served:
    """`GET /listClients`: JSON only where `Accept` is exactly that."""
    members = sorted(_members(state), key=lambda parts: tuple(part or "" for part in parts))
    listed = [parts for parts in members if parts[0] == instance]
    if accept.partition(";")[0].strip().lower() == "application/json":
        entries = [{"id": as_json(_kind(parts), parts), "name": f"Member {parts[2]}"} for parts in listed]
        return Served(orjson.dumps({"member": entries}))
    root = etree.Element(f"{{{XROAD}}}clientList", nsmap={"ns1": IDS, "ns2": XROAD})
    for parts in listed:
        member = etree.SubElement(root, f"{{{XROAD}}}member")
        write(member, f"{{{XROAD}}}id", _kind(parts), parts)
        etree.SubElement(member, f"{{{XROAD}}}name").text = f"Member {parts[2]}"
    return Served(etree.tostring(root, xml_declaration=True, encoding="UTF-8"), 200, XML)


def _members(state: State) -> set[Parts]:
    """Subsystems and the members that they belong to."""
    named = state.clients | state.providers
    return named | {parts[:3] for parts in named}


def _kind(parts: Parts) -> str:
    return "SUBSYSTEM" if len(parts) == 4 else "MEMBER"


def _offered(state: State, protocol: str, provider: Parts, client: Parts, method: str) -> list[ServiceSettings]:
    owner = tuple(part for part in provider if part is not None)
    if owner not in state.providers:
        raise Refused("server.clientproxy.unknown_member", "Could not find addresses for service provider")
    caller = "/".join(part for part in client if part is not None)
    return [
        service
        for service in state.settings.services
        if service.protocol == protocol
        and from_path(service.provider) == owner
        and (method != "allowedMethods" or service.allowed is None or caller in service.allowed)
    ]


def soap_meta(state: State, request: Letter) -> Served:
    """`listMethods`, `allowedMethods` and `getWsdl` over SOAP."""
    *provider, code, _ = request.service
    found = _offered(state, "soap", tuple(provider), request.client, code or "")
    if code == "getWsdl":
        return _get_wsdl(request, found)
    body = etree.Element(f"{{{XROAD}}}{code}Response")
    for service in found:
        owner = from_path(service.provider)
        parts = (*owner, *[None] * (4 - len(owner)), service.code, service.version)
        write(body, f"{{{XROAD}}}service", "SERVICE", parts)
    return Served(_answered(request, body), 200, XML)


def _answered(request: Letter, body: etree._Element) -> bytes:
    root = etree.fromstring(answer_with(request, body))
    return stamped(Letter(b"", root), request.soap)


def _get_wsdl(request: Letter, offered: list[ServiceSettings]) -> Served:
    wanted = request.body.findtext(f"{{{XROAD}}}serviceCode") or ""
    version = request.body.findtext(f"{{{XROAD}}}serviceVersion")
    service = next((one for one in offered if one.code == wanted and version in (None, one.version)), None)
    if service is None:
        raise Refused("server.serverproxy.unknown_service", f"Could not find wsdl URL for service {wanted}")
    body = etree.Element(f"{{{XROAD}}}getWsdlResponse")
    for name, text in (("serviceCode", wanted), ("serviceVersion", version)):
        if text is not None:
            etree.SubElement(body, f"{{{XROAD}}}{name}").text = text
    soap_part = b"Content-Type: text/xml; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    wsdl_part = b"Content-Type: text/xml\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    mark = b"--" + _BOUNDARY.encode()
    parts = [soap_part + _answered(request, body), wsdl_part + wsdl(service)]
    content = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"
    return Served(content, 200, f'multipart/related; type="text/xml"; charset=UTF-8; boundary="{_BOUNDARY}"')


def wsdl(service: ServiceSettings) -> bytes:
    """A WSDL of one operation in and out, document/literal wrapped, whose endpoint is the placeholder."""
    names = {"wsdl": _WSDL, "soap": _WSDL_SOAP, "xsd": _XSD, "tns": service.namespace, "xrd": XROAD}
    root = etree.Element(f"{{{_WSDL}}}definitions", {"targetNamespace": service.namespace}, nsmap=names)
    schema = etree.SubElement(etree.SubElement(root, f"{{{_WSDL}}}types"), f"{{{_XSD}}}schema")
    schema.attrib.update({"targetNamespace": service.namespace, "elementFormDefault": "qualified"})
    for name in (service.code, f"{service.code}Response"):
        element = etree.SubElement(schema, f"{{{_XSD}}}element", {"name": name})
        sequence = etree.SubElement(etree.SubElement(element, f"{{{_XSD}}}complexType"), f"{{{_XSD}}}sequence")
        anything = {"minOccurs": "0", "maxOccurs": "unbounded", "processContents": "skip"}
        etree.SubElement(sequence, f"{{{_XSD}}}any", anything)
        message = etree.SubElement(root, f"{{{_WSDL}}}message", {"name": name})
        etree.SubElement(message, f"{{{_WSDL}}}part", {"name": "body", "element": f"tns:{name}"})
    _ports(root, service)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _ports(root: etree._Element, service: ServiceSettings) -> None:
    port = etree.SubElement(root, f"{{{_WSDL}}}portType", {"name": "port"})
    operation = etree.SubElement(port, f"{{{_WSDL}}}operation", {"name": service.code})
    binding = etree.SubElement(root, f"{{{_WSDL}}}binding", {"name": "binding", "type": "tns:port"})
    transport = {"style": "document", "transport": "http://schemas.xmlsoap.org/soap/http"}
    etree.SubElement(binding, f"{{{_WSDL_SOAP}}}binding", transport)
    bound = etree.SubElement(binding, f"{{{_WSDL}}}operation", {"name": service.code})
    etree.SubElement(bound, f"{{{_WSDL_SOAP}}}operation", {"soapAction": "", "style": "document"})
    if service.version is not None:
        etree.SubElement(bound, f"{{{XROAD}}}version").text = service.version
    for way, name in (("input", service.code), ("output", f"{service.code}Response")):
        etree.SubElement(operation, f"{{{_WSDL}}}{way}", {"message": f"tns:{name}"})
        etree.SubElement(etree.SubElement(bound, f"{{{_WSDL}}}{way}"), f"{{{_WSDL_SOAP}}}body", {"use": "literal"})
    own = etree.SubElement(root, f"{{{_WSDL}}}service", {"name": "service"})
    address = etree.SubElement(own, f"{{{_WSDL}}}port", {"name": "port", "binding": "tns:binding"})
    etree.SubElement(address, f"{{{_WSDL_SOAP}}}address", {"location": PLACEHOLDER})


def rest_meta(state: State, code: str, client: Parts, service: Parts, query: str) -> Served:
    """`listMethods`, `allowedMethods` and `getOpenAPI` over REST."""
    found = _offered(state, "rest", service[:-1], client, code)
    if code == "getOpenAPI":
        wanted = parse_qs(query).get("serviceCode", [""])[0]
        described = next((one.openapi for one in found if one.code == wanted), None)
        if described is None:
            raise Refused("server.serverproxy.unknown_service", f"Service not found: {wanted}")
        return Served(described.encode(), 200, "text/yaml")
    return Served(orjson.dumps({"service": [_described(one) for one in found]}))


def _described(service: ServiceSettings) -> dict[str, object]:
    owner = from_path(service.provider)
    parts = (*owner, *[None] * (4 - len(owner)), service.code)
    endpoints = [{"method": endpoint.method, "path": endpoint.path} for endpoint in service.endpoints]
    kind = "REST" if service.openapi is None else "OPENAPI"
    return {**as_json("SERVICE", parts), "service_type": kind, "endpoint_list": endpoints}


__all__ = ["REST_META", "SOAP_META", "list_clients", "rest_meta", "soap_meta", "wsdl"]
