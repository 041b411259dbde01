"""Calls over SOAP: the WSDL's body under X-Road's header out, an answer that is surely ours in. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from typing import Any

from lxml import etree

from connectors import mime
from connectors.flaws import Flaw
from connectors.soap.codec import Received, packed, value_of, written
from connectors.soap.envelope import Opened
from connectors.soap.plan import Operation
from connectors.soap.service import Service
from connectors.xroad import names
from connectors.xroad.calls import Prepared
from connectors.xroad.consistency import mismatches
from connectors.xroad.faults import diagnose, made_by_provider
from connectors.xroad.hashes import Check, check_soap_hash
from connectors.xroad.header import Header, write_header
from connectors.xroad.malformed import Malformed
from connectors.xroad.media import MULTIPART, check_soap_action
from connectors.xroad.message import Message, parse_message
from connectors.xroad.refusals import demand_server, refusal
from connectors.xroad.saying import parted
from connectors.xroad.settings import Called, XRoadSettings, service_code
from lienthong.calls import Attachment, Fault
from lienthong.requests import Lost, Reply, Request


@dataclass(frozen=True, slots=True)
class Sent:
    """What has to be known of a request to read its answer. `envelope` are the exact bytes, which the hash is over."""

    header: Header
    operation: Operation | None
    envelope: bytes = field(repr=False)


class SoapWay:
    """`host` is `name:port` of the security server, for messages."""

    def __init__(self, settings: XRoadSettings, called: Called, host: str) -> None:
        self._settings = settings
        self._called = called
        self._service = called.opened()
        self._host = host

    def prepare(self, request: Request, id: str) -> Prepared:
        """See `Way`."""
        call = request.call
        if call is None:
            raise ValueError("the adapter makes no SOAP call; set protocol: rest, or use an adapter for SOAP")
        operation = self._service.operation(call.operation)
        if operation.response is not None and operation.response.problem is not None:
            raise ValueError(f"the answer of {operation.name} {operation.response.problem}")
        said, others = parted(request.headers)
        header = self._settings.header(self._settings.target(service_code(operation)), id, said)
        message = written(
            self._service,
            operation.request,
            call.arguments,
            call.attachments,
            header=header_text(header),
            xop=self._called.mtom,
        )
        # Over an envelope with an id of its own nobody can know this beforehand, so no attachment holds it.
        boundary = f"lienthong-{sha256(message.envelope).hexdigest()[:32]}"
        content, content_type = packed(self._service, operation, message, boundary)
        headers = {**others, "content-type": content_type, "soapaction": soap_action(operation)}
        outgoing = replace(request, method="POST", path="", headers=headers, content=content, call=None)
        sent = Sent(header, operation, message.envelope)
        return Prepared(outgoing, partial(self._read, sent))

    def _read(self, sent: Sent, reply: Reply) -> Reply:
        found, reply, attachments = opened_answer(sent, self._host, reply, verify=self._settings.verify_hash)
        if found is None or sent.operation is None or sent.operation.response is None:
            return reply
        try:
            value = body_value(self._service, sent.operation, found, attachments, self._called.any_namespace)
        except Flaw as flaw:
            reason = str(flaw)
        else:
            return replace(reply, value=value)
        raise Lost(f"the answer of {self._host} cannot be read: {reason}")


def header_text(header: Header) -> str:
    """X-Road's header blocks as XML. Raises `ValueError`."""
    holder = etree.Element(names.ENVELOPE, nsmap=names.PREFIXES)
    return fields_text(write_header(holder, header))


def fields_text(fields: Iterable[etree._Element]) -> str:
    """Header blocks as XML, each with the namespaces that it needs."""
    return "".join(etree.tostring(each, encoding="unicode", with_tail=False) for each in fields)


def soap_action(operation: Operation) -> str:
    """A security server refuses one that is no URI; an empty one always passes."""
    action = f'"{operation.action}"'
    try:
        check_soap_action(action)
    except Malformed:
        return '""'
    return action


def opened_answer(
    sent: Sent, host: str, reply: Reply, *, verify: bool
) -> tuple[Message | None, Reply, tuple[Attachment, ...]]:
    """The message in an answer, the reply with what is known so far, and the attachments.

    No message where the reply says it all: a provider's fault, or a status of what stands in between. Raises a
    `TransportError`.
    """
    done = 200 <= reply.status < 300
    try:
        found, content, attachments = parted_answer(reply)
    except (Malformed, Flaw) as error:
        reason = str(error)
        if not done:
            demand_server(reply, host)
            return None, reply, ()
    else:
        reply = replace(reply, content=content, attachments=attachments)
        if isinstance(found, Fault):
            return None, replace(reply, fault=_provided(found)), attachments
        if not done:
            return None, reply, attachments
        reason = _not_ours(sent, found, verify=verify)
        if not reason:
            return found, reply, attachments
    raise Lost(f"the answer of {host} cannot be taken: {reason}")


def parted_answer(reply: Reply) -> tuple[Message | Fault, bytes, tuple[Attachment, ...]]:
    """Message or fault, its own bytes, and what came beside it. Raises `Malformed` or `Flaw`."""
    kind, content = reply.headers.get("content-type"), reply.content
    attachments: tuple[Attachment, ...] = ()
    media = mime.media(kind or "")
    if media.name == MULTIPART:
        root, attachments = mime.split(content, media)
        kind, content = root.type, root.content
    return parse_message(content, kind), content, attachments


def _provided(fault: Fault) -> Fault:
    """A provider's own fault, as the contract has it. Raises what a fault that X-Road made is."""
    if not made_by_provider(fault.code):
        raise refusal(diagnose(fault))
    return replace(fault, code=fault.code.strip().rpartition(":")[2] or "Server")


def _not_ours(sent: Sent, found: Message, *, verify: bool) -> str:
    """Why the message is no answer to what was sent, or nothing."""
    wrong = mismatches(sent.header, found.header)
    if wrong:
        return f"it is for another request: {', '.join(wrong)} differ"
    check = check_soap_hash(sent.envelope, found.parsed.request_hash) if verify else Check.MATCHES
    if check is Check.MATCHES:
        return ""
    return f"its requestHash does not vouch for what we sent ({check}); see verify_hash"


def body_value(
    service: Service, operation: Operation, found: Message, attachments: tuple[Attachment, ...], any_namespace: bool
) -> Any:
    """What stands below the body's child of an answer. Raises `Flaw`."""
    assert operation.response is not None
    received = Received(as_opened(found.body), b"", attachments)
    value, _ = value_of(service, operation.response, received, any_name=operation.rpc, any_namespace=any_namespace)
    return value


def as_opened(child: etree._Element) -> Opened:
    """The envelope around a body's child, as the SOAP codec knows it."""
    body = child.getparent()
    root = body.getparent() if body is not None else None
    assert body is not None and root is not None
    return Opened("1.1", root, root.find(names.HEADER), body, child)


__all__ = [
    "Sent",
    "SoapWay",
    "as_opened",
    "body_value",
    "fields_text",
    "header_text",
    "opened_answer",
    "parted_answer",
    "soap_action",
]
