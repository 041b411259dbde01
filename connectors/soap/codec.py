"""Calls -> bytes, and bytes -> values, for one operation. Pure: boundaries and security headers come in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from connectors import mime
from connectors.flaws import Flaw
from connectors.soap.envelope import Opened, enveloped, media_type, opened
from connectors.soap.plan import TEXT, Element, Message, Operation, Simple, Struct
from connectors.soap.read import Glass, read
from connectors.soap.service import Service
from connectors.soap.sheet import Sheet
from connectors.soap.write import write
from connectors.xml import parse
from lienthong.calls import Attachment

_LOOKS_RIGHT = re.compile(rb"<([\w.-]+:)?Envelope[\s>]")
_XML = frozenset({"text/xml", "application/soap+xml", "application/xml", "application/xop+xml", ""})


@dataclass(frozen=True, slots=True)
class Written:
    """A message ready to be sent, except that it is not signed and not joined with its attachments."""

    envelope: bytes
    attachments: tuple[Attachment, ...]
    included: bool


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it came: its envelope, the envelope's own bytes, and what came beside it."""

    envelope: Opened
    content: bytes
    attachments: tuple[Attachment, ...]


def written(
    service: Service,
    message: Message,
    arguments: Mapping[str, Any] | None,
    attachments: Iterable[Attachment] = (),
    *,
    header: str = "",
    xop: bool = True,
) -> Written:
    """The envelope of a message. Raises `Flaw` for arguments that the schema has no place for."""
    if message.problem is not None:
        raise Flaw(message.problem)
    sheet = Sheet(service.compiler.named, service.compiler.declarations, xop)
    for attachment in attachments:
        sheet.attach(attachment)
    if message.root is None:
        if arguments:
            raise Flaw("is not in the schema: this message has no arguments", str(next(iter(arguments))))
    else:
        write(message.root, _content(message.root, arguments), sheet, message.declarations)
    envelope = enveloped(service.version, header, "".join(sheet.out))
    return Written(envelope, tuple(sheet.attachments.values()), sheet.included)


def _content(root: Element, arguments: Mapping[str, Any] | None) -> Any:
    """Where the body's child is no structure, its text is the only argument."""
    if isinstance(root.kind, Struct):
        return {} if arguments is None else arguments
    if not isinstance(arguments, Mapping):
        return arguments
    unknown = next((name for name in arguments if name != TEXT), None)
    if unknown is not None and isinstance(root.kind, Simple):
        raise Flaw(f"is not in the schema; known are: {TEXT}", str(unknown))
    return arguments.get(TEXT) if unknown is None else arguments


def packed(service: Service, operation: Operation, message: Written, boundary: str) -> tuple[bytes, str]:
    """Body and content type: the envelope alone, or multipart with its attachments."""
    plain = media_type(service.version, operation.action)
    if not message.attachments:
        return message.envelope, plain
    content = mime.joined(message.envelope, plain, message.attachments, boundary, xop=message.included)
    action = operation.action if service.version == "1.2" else ""
    return content, mime.related(plain, boundary, action, xop=message.included)


def received(content: bytes, content_type: str, *, any_type: bool = False) -> Received:
    """An envelope and its attachments out of an HTTP body. Raises `Flaw`.

    `any_type`: what looks like an envelope is read whatever its content type; many a gateway says text/plain.
    """
    type_ = mime.media(content_type)
    attachments: tuple[Attachment, ...] = ()
    if type_.name == "multipart/related":
        root, attachments = mime.split(content, type_)
        content, type_ = root.content, root.media
    known = type_.name in _XML or type_.name.endswith("+xml")
    if not known and not (any_type and _LOOKS_RIGHT.search(content, 0, 1000)):
        raise Flaw(f"it is {type_.name[:60]}, not XML")
    return Received(opened(parse(content, type_.parameters.get("charset"))), content, attachments)


def value_of(
    service: Service, message: Message, found: Received, *, any_name: bool = False, any_namespace: bool = False
) -> tuple[Any, list[etree._Element]]:
    """What stands below the body's one child, and the XOP elements in it. Raises `Flaw`.

    `any_name`: the child may have any name (the answer to an RPC call).
    """
    root, child = message.root, found.envelope.child
    if root is None or child is None:
        if root is not None:
            raise Flaw(f"the body is empty, {root.name} should be in it")
        return None, []
    _demand_name(root.tag, str(child.tag), any_name=any_name, any_namespace=any_namespace)
    attachments = {attachment.id: attachment for attachment in found.attachments}
    glass = Glass(service.compiler.named, attachments, any_namespace)
    return read(root.kind, child, glass), glass.included


def _demand_name(expected: str, tag: str, *, any_name: bool, any_namespace: bool) -> None:
    if any_name or tag == expected:
        return
    if any_namespace and tag.rpartition("}")[2] == expected.rpartition("}")[2]:
        return
    raise Flaw(f"the body holds {tag[:200]}, {expected} should be in it")


__all__ = ["Received", "Written", "packed", "received", "value_of", "written"]
