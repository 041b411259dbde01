"""What there is: `listClients`, `listMethods`, `allowedMethods`, `getOpenAPI`, `getWsdl`.

Source: PR-META 2 to 4, PR-MREST 4 and 5. The OpenAPI annex of PR-MREST writes names in camelCase, its examples and the
server in snake_case: both are read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from lxml import etree

from connectors.xroad import names
from connectors.xroad.header import local, read_client, read_service, text
from connectors.xroad.identifiers import ClientId, ServiceId
from connectors.xroad.malformed import Malformed
from connectors.xroad.message import Message
from connectors.xroad.xml import LIMIT, parse_xml
from lienthong.calls import Attachment

LIST_METHODS, ALLOWED_METHODS = "listMethods", "allowedMethods"
GET_WSDL, GET_OPENAPI = "getWsdl", "getOpenAPI"
RESERVED = frozenset({LIST_METHODS, ALLOWED_METHODS, GET_WSDL, GET_OPENAPI})
# What every WSDL out of getWsdl says: not an address, but a sign that the caller has to put his server's in.
PLACEHOLDER = "http://example.org/xroad-endpoint"
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SPECIAL = {"x_road_instance": "xroad_instance"}
K = TypeVar("K", ClientId, ServiceId)


@dataclass(frozen=True, slots=True)
class Listed:
    """A member or subsystem that may be called."""

    id: ClientId
    name: str | None = None
    subsystem_name: str | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A method and a path, which may be a pattern (see `globs`)."""

    method: str
    path: str


@dataclass(frozen=True, slots=True)
class Method:
    """A service. `kind` is `REST` or `OPENAPI...` in REST's list, `None` in SOAP's."""

    id: ServiceId
    kind: str | None = None
    endpoints: tuple[Endpoint, ...] = ()


def read_clients(content: bytes, content_type: str | None, limit: int = LIMIT) -> tuple[Listed, ...]:
    """The answer of `listClients`, in XML or JSON. Raises `Malformed`."""
    if (content_type or "").partition(";")[0].strip().lower() == "application/json":
        return tuple(_listed(entry) for entry in _entries(content, "member", limit))
    root = parse_xml(content, limit=limit)
    if root.tag != f"{{{names.XROAD}}}clientList":
        raise _wrong("the answer is no clientList")
    return tuple(_listed_xml(member) for member in root if local(member) == "member")


def read_rest_methods(content: bytes, limit: int = LIMIT) -> tuple[Method, ...]:
    """The JSON answer of REST's `listMethods` and `allowedMethods`. Raises `Malformed`."""
    return tuple(_method(entry) for entry in _entries(content, "service", limit))


def read_soap_methods(message: Message) -> tuple[Method, ...]:
    """The answer of SOAP's `listMethods` and `allowedMethods`. Raises `Malformed`."""
    return tuple(Method(read_service(child)) for child in message.body if local(child) == "service")


def methods_body(service_code: str) -> etree._Element:
    """The body of SOAP's `listMethods` and `allowedMethods`: an empty element."""
    return etree.Element(f"{{{names.XROAD}}}{service_code}", nsmap={"xroad": names.XROAD})


def wsdl_body(service_code: str, service_version: str | None = None) -> etree._Element:
    """The body of `getWsdl`."""
    body = methods_body(GET_WSDL)
    etree.SubElement(body, f"{{{names.XROAD}}}serviceCode").text = service_code
    if service_version is not None:
        etree.SubElement(body, f"{{{names.XROAD}}}serviceVersion").text = service_version
    return body


def read_wsdl(attachments: tuple[Attachment, ...], limit: int = LIMIT) -> bytes:
    """The WSDL out of what came beside an answer of `getWsdl`: the first of them. Raises `Malformed`."""
    if not attachments:
        raise _wrong("the answer has no attachment with the WSDL")
    root = parse_xml(attachments[0].content, limit=limit)
    if local(root) != "definitions":
        raise _wrong("the attachment is no WSDL")
    return attachments[0].content


def _listed_xml(member: etree._Element) -> Listed:
    found = {local(child): child for child in member}
    if "id" not in found:
        raise _wrong("a member has no id")
    names_of = {name: text(child) or None for name, child in found.items() if name != "id"}
    return Listed(read_client(found["id"]), names_of.get("name"), names_of.get("subsystemName"))


def _listed(entry: Mapping[str, Any]) -> Listed:
    given = entry.get("id")
    if not isinstance(given, dict):
        raise _wrong("a member has no id")
    return Listed(_identifier(ClientId, _snake(given)), entry.get("name"), entry.get("subsystem_name"))


def _method(entry: Mapping[str, Any]) -> Method:
    listed = entry.get("endpoint_list") or []
    # The annex of PR-MREST puts the list into an object with the one name `member`.
    listed = listed.get("member") or [] if isinstance(listed, dict) else listed
    endpoints = [Endpoint(str(_snake(one).get("method")), str(_snake(one).get("path"))) for one in _objects(listed)]
    return Method(_identifier(ServiceId, entry), entry.get("service_type"), tuple(endpoints))


def _identifier(kind: type[K], given: Mapping[str, Any]) -> K:
    elements: tuple[tuple[str, str], ...] = kind.elements
    parts: list[Any] = [given.get("xroad_instance"), *(given.get(field) for field, _ in elements[1:])]
    if any(not isinstance(part, str | None) for part in parts):
        raise _wrong("a part of an identifier is no text")
    try:
        return kind(*parts)
    except ValueError as error:
        reason = str(error)
    raise _wrong(f"an identifier is incomplete: {reason}")


def _entries(content: bytes, name: str, limit: int) -> list[dict[str, Any]]:
    if len(content) > limit:
        raise _wrong(f"the answer is larger than {limit} bytes")
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError:
        answer = None
    if not isinstance(answer, dict):
        raise _wrong("the answer is no JSON object")
    # PR-MREST names the list `service` in its examples and `member` in its annex.
    listed = answer.get(name, answer.get("member", []))
    return [_snake(entry) for entry in _objects(listed)]


def _objects(listed: Any) -> list[dict[str, Any]]:
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise _wrong("the answer holds no list of objects where one is expected")
    return listed


def _snake(entry: Mapping[str, Any]) -> dict[str, Any]:
    found = {_HUMP.sub("_", name).lower(): value for name, value in entry.items()}
    return {_SPECIAL.get(name, name): value for name, value in found.items()}


def _wrong(reason: str) -> Malformed:
    return Malformed("invalid_message", f"metadata: {reason}; ask the operator of the security server")


__all__ = [
    "ALLOWED_METHODS",
    "GET_OPENAPI",
    "GET_WSDL",
    "LIST_METHODS",
    "PLACEHOLDER",
    "RESERVED",
    "Endpoint",
    "Listed",
    "Method",
    "methods_body",
    "read_clients",
    "read_rest_methods",
    "read_soap_methods",
    "read_wsdl",
    "wsdl_body",
]
