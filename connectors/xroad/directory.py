"""Asking what there is: members, their services, and the description of a service, over an open connector.

Everything raises a `TransportError` that says whose fault it is. Source: see `metadata`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from connectors.flaws import Flaw
from connectors.xroad.connector import XRoad
from connectors.xroad.faults import diagnose
from connectors.xroad.identifiers import ClientId, ServiceId
from connectors.xroad.malformed import Malformed
from connectors.xroad.message import CONTENT_TYPE, Message, build_request
from connectors.xroad.metadata import (
    ALLOWED_METHODS,
    GET_OPENAPI,
    GET_WSDL,
    LIST_METHODS,
    Listed,
    Method,
    methods_body,
    read_clients,
    read_rest_methods,
    read_soap_methods,
    read_wsdl,
    wsdl_body,
)
from connectors.xroad.refusals import demand_server, refusal
from connectors.xroad.rest import request_headers, request_path
from connectors.xroad.rest_faults import read_fault
from connectors.xroad.soap_calls import Sent, opened_answer, parted_answer
from lienthong.calls import Attachment, Fault
from lienthong.requests import Lost, Reply, Request, TransportError, Unsendable

Protocol = Literal["rest", "soap"]
_JSON = {"accept": "application/json"}


@dataclass(frozen=True, slots=True)
class Description:
    """An OpenAPI document or a WSDL, byte for byte."""

    content: bytes = field(repr=False)
    media: str


async def list_clients(connector: XRoad, instance: str | None = None) -> tuple[Listed, ...]:
    """Members and subsystems that the security server knows, of our own instance unless another is named."""
    params = {} if instance is None else {"xRoadInstance": instance}
    reply = await connector.fetch(Request("GET", "listClients", params=params, headers=_JSON, write=False))
    if reply.status != 200:
        raise _refused(connector, reply)
    try:
        return read_clients(reply.content, reply.headers.get("content-type"))
    except Malformed as error:
        reason = str(error)
    raise _unreadable(connector, reason)


async def list_methods(
    connector: XRoad, provider: ClientId, *, protocol: Protocol, allowed: bool = False
) -> tuple[Method, ...]:
    """The services of one protocol that a subsystem offers; `allowed`: that we may call."""
    code = ALLOWED_METHODS if allowed else LIST_METHODS
    service = provider.service(code)
    try:
        if protocol == "soap":
            found, _ = await _soap(connector, service, methods_body(code))
            return read_soap_methods(found)
        return read_rest_methods((await _rest(connector, service)).content)
    except Malformed as error:
        reason = str(error)
    raise _unreadable(connector, reason)


async def get_openapi(connector: XRoad, service: ServiceId) -> Description:
    """The OpenAPI document of a REST service."""
    reply = await _rest(connector, service.provider.service(GET_OPENAPI), {"serviceCode": service.service_code})
    return Description(reply.content, reply.headers.get("content-type", ""))


async def get_wsdl(connector: XRoad, service: ServiceId) -> Description:
    """The WSDL of a SOAP service. The address in it is a sign, no address: calls go to the security server."""
    body = wsdl_body(service.service_code, service.service_version)
    _, attachments = await _soap(connector, service.provider.service(GET_WSDL), body)
    try:
        return Description(read_wsdl(attachments), "text/xml")
    except Malformed as error:
        reason = str(error)
    raise _unreadable(connector, reason)


async def _rest(connector: XRoad, service: ServiceId, params: Mapping[str, str] | None = None) -> Reply:
    header = connector.xroad.header(service, connector.new_id())
    try:
        path = request_path(service)
    except ValueError as error:
        reason = str(error)
    else:
        headers = request_headers(header) | _JSON
        reply = await connector.fetch(Request("GET", path, params=params or {}, headers=headers, write=False))
        if reply.status != 200:
            raise _refused(connector, reply)
        return reply
    raise Unsendable(reason)


async def _soap(connector: XRoad, service: ServiceId, body: etree._Element) -> tuple[Message, tuple[Attachment, ...]]:
    header = connector.xroad.header(service, connector.new_id())
    outgoing = build_request(header, body)
    headers = {"content-type": CONTENT_TYPE, "soapaction": '""', "accept": "text/xml, multipart/related"}
    reply = await connector.fetch(Request("POST", "", headers=headers, content=outgoing.content, write=False))
    sent = Sent(header, None, outgoing.content)
    found, reply, attachments = opened_answer(sent, connector.host, reply, verify=connector.xroad.verify_hash)
    if found is None:
        raise _unreadable(connector, f"status {reply.status}")
    return found, attachments


def _refused(connector: XRoad, reply: Reply) -> TransportError:
    """The error for a status that is none of success."""
    fault = read_fault(reply.headers, reply.content)
    if fault is not None:
        return refusal(diagnose(fault))
    demand_server(reply, connector.host)
    try:
        found, _, _ = parted_answer(reply)
    except (Malformed, Flaw):
        return _unreadable(connector, f"status {reply.status}")
    if isinstance(found, Fault):
        return refusal(diagnose(found))
    return _unreadable(connector, f"status {reply.status}")


def _unreadable(connector: XRoad, reason: str) -> Lost:
    return Lost(f"the answer of {connector.host} cannot be taken: {reason}")


__all__ = ["Description", "get_openapi", "get_wsdl", "list_clients", "list_methods"]
