"""SOAP messages as the server reads and changes them. Written apart from the bus's own codec, on lxml alone."""

from __future__ import annotations

from base64 import b64encode
from copy import deepcopy
from dataclasses import dataclass
from email.message import Message as Mime
from hashlib import sha512

from lxml import etree

from .answers import SOAP, Refused
from .identifiers import OWNER, SERVICE, Parts, read

XROAD = "http://x-road.eu/xsd/xroad.xsd"
_HASH = f"{{{XROAD}}}requestHash"
_ALGORITHM = "http://www.w3.org/2001/04/xmlenc#sha512"
_MANDATORY = ("protocolVersion", "client", "id", "service")
_COPIED = ("client", "service", "userId", "issue", "id")


@dataclass(frozen=True, slots=True)
class Letter:
    """One SOAP message. `soap` are the bytes of its envelope, which the hash is over."""

    soap: bytes
    root: etree._Element

    @property
    def header(self) -> etree._Element:
        """Its header; an empty one where it has none, as a fault may."""
        found = self.root.find(f"{{{SOAP}}}Header")
        return etree.Element(f"{{{SOAP}}}Header") if found is None else found

    @property
    def body(self) -> etree._Element:
        """The body's one child."""
        return self.root.findall(f"{{{SOAP}}}Body/*")[0]

    def field(self, name: str) -> etree._Element | None:
        """A header field of X-Road."""
        return self.header.find(f"{{{XROAD}}}{name}")

    @property
    def service(self) -> Parts:
        return read(self._must("service"), SERVICE)

    @property
    def client(self) -> Parts:
        return read(self._must("client"), OWNER)

    @property
    def id(self) -> str:
        return self._must("id").text or ""

    def _must(self, name: str) -> etree._Element:
        found = self.field(name)
        if found is None:
            raise Refused("client.missing_header_field", f"Required field '{name}' is missing")
        return found


def envelope_of(raw: bytes, content_type: str) -> bytes:
    """The envelope: the whole body, or the first part of a multipart message."""
    mime = Mime()
    mime["content-type"] = content_type
    if mime.get_content_type() != "multipart/related":
        return raw
    boundary = b"--" + str(mime.get_param("boundary", "")).encode()
    pieces = raw.split(boundary)
    if len(pieces) < 3:
        raise Refused("client.mime_parsing_failed", "Parts are missing")
    _, _, content = pieces[1].partition(b"\r\n\r\n")
    return content.removesuffix(b"\r\n")


def open_letter(soap: bytes, prefix: str = "client") -> Letter:
    """Read an envelope; `prefix` stands before the codes of what is wrong with it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(soap, parser)
    except etree.XMLSyntaxError as error:
        raise Refused(f"{prefix}.invalid_soap", str(error)) from error
    if root.tag != f"{{{SOAP}}}Envelope" or root.getroottree().docinfo.doctype:
        raise Refused(f"{prefix}.invalid_soap", "Malformed SOAP message: envelope missing")
    letter = Letter(soap, root)
    fault = root.find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
    if fault is None:
        _check(letter, prefix)
    return letter


def is_fault(letter: Letter) -> bool:
    """Whether it carries a fault."""
    return letter.root.find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault") is not None


def _check(letter: Letter, prefix: str) -> None:
    header, body = letter.root.find(f"{{{SOAP}}}Header"), letter.root.find(f"{{{SOAP}}}Body")
    if header is None:
        raise Refused(f"{prefix}.missing_header", "Malformed SOAP message: header missing")
    for name in _MANDATORY:
        count = len(header.findall(f"{{{XROAD}}}{name}"))
        if count != 1:
            code = "missing_header_field" if count == 0 else "duplicate_header_field"
            raise Refused(f"{prefix}.{code}", f"Field '{name}' must be there once")
    if not (header.findtext(f"{{{XROAD}}}protocolVersion") or "").startswith("4."):
        raise Refused(f"{prefix}.invalid_protocol_version", "Invalid protocol version")
    if body is None:
        raise Refused(f"{prefix}.missing_body", "Malformed SOAP message: body missing")
    if len(body) != 1:
        raise Refused(f"{prefix}.invalid_body", "Malformed SOAP message: body must have exactly one child element")
    code = letter.service[4] or ""
    if not etree.QName(body[0]).localname.startswith(code):
        raise Refused(f"{prefix}.inconsistent_headers", "Service code does not match in header and body")


def echo(request: Letter) -> bytes:
    """An answer of a well-behaved provider: header copied, the body's children given back."""
    root = deepcopy(request.root)
    child = root.findall(f"{{{SOAP}}}Body/*")[0]
    child.tag = f"{{{etree.QName(child).namespace or ''}}}{request.service[4]}Response"
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def answer_with(request: Letter, body: etree._Element) -> bytes:
    """An answer of a metadata service."""
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"SOAP-ENV": SOAP, "xroad": XROAD})
    root.append(deepcopy(request.header))
    etree.SubElement(root, f"{{{SOAP}}}Body").append(body)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def inconsistent(request: Letter, answer: Letter) -> str | None:
    """The first header field whose value the provider has not copied."""
    for name in _COPIED:
        if _value(request.field(name)) != _value(answer.field(name)):
            return name
    return None


def copied_exactly(request: Letter, answer: Letter) -> bool:
    """Whether every field is there, in the same order, with the same value."""
    return _fields(request) == _fields(answer)


def stamped(answer: Letter, request: bytes) -> bytes:
    """The answer with the hash of `request`, in the place of one that is there."""
    for old in answer.header.findall(_HASH):
        answer.header.remove(old)
    element = etree.SubElement(answer.header, _HASH, {"algorithmId": _ALGORITHM})
    element.text = b64encode(sha512(request).digest()).decode()
    return etree.tostring(answer.root, xml_declaration=True, encoding="UTF-8")


def _fields(letter: Letter) -> list[object]:
    return [_value(child) for child in letter.header if child.tag != _HASH]


def _value(element: etree._Element | None) -> object:
    if element is None:
        return None
    text = (element.text or "") if len(element) == 0 else ""
    return element.tag, sorted(map(str, element.attrib.items())), text, [_value(child) for child in element]


__all__ = [
    "XROAD",
    "Letter",
    "answer_with",
    "copied_exactly",
    "echo",
    "envelope_of",
    "inconsistent",
    "is_fault",
    "open_letter",
    "stamped",
]
