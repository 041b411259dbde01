"""SOAP messages of protocol 4.0: reading one, and writing requests, answers and faults.

Source: PR-MESS 2.2 to 2.6; codes and order of checks are those of the security server's own parser.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from connectors.xroad import names
from connectors.xroad.hashes import RequestHash
from connectors.xroad.header import Header, Parsed, Reader, local, text, write_hash, write_header
from connectors.xroad.malformed import Malformed
from connectors.xroad.media import soap_media_type
from connectors.xroad.xml import LIMIT, parse_xml
from lienthong.calls import Fault

CONTENT_TYPE = "text/xml; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer. `body` is the one child of `soap:Body`, `content` the exact bytes."""

    parsed: Parsed
    body: etree._Element = field(repr=False)
    content: bytes = field(repr=False)
    rpc: bool = False

    @property
    def header(self) -> Header:
        """Who calls what."""
        return self.parsed.header

    @property
    def name(self) -> str:
        """The local name of the body's child."""
        return local(self.body)

    @property
    def is_answer(self) -> bool:
        """Told from the name alone, as the security server does."""
        return self.name.endswith("Response")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as it will be sent: keep it until the answer is there, to compare the header and check the hash."""

    content: bytes = field(repr=False)
    parsed: Parsed


def parse_message(content: bytes, content_type: str | None, limit: int = LIMIT) -> Message | Fault:
    """Read one SOAP message without attachments (`connectors.mime.split` parts those). Raises `Malformed`.

    A fault may come without X-Road header. Who made it: see `faults.made_by_provider`.
    """
    root = parse_xml(content, soap_media_type(content_type).charset, limit)
    if root.tag != names.ENVELOPE:
        raise Malformed("invalid_soap", "the document is no SOAP 1.1 envelope; send one")
    reader, body = Reader(), _Body()
    headers = 0
    for child in root:
        if child.tag == names.HEADER:
            headers += 1
            reader.read(child)
        elif child.tag == names.BODY:
            body.read(child)
    if body.fault is not None:
        return body.fault
    if headers != 1:
        code = "invalid_soap" if headers else "missing_header"
        raise Malformed(code, f"the envelope has {headers} headers, not one; correct it")
    parsed = reader.finish()
    return Message(parsed, body.checked(parsed.header), content, root.get(names.ENCODING_STYLE) == names.ENCODING)


class _Body:
    """The rules of `soap:Body`."""

    def __init__(self) -> None:
        self._seen = False
        self._child: etree._Element | None = None
        self.fault: Fault | None = None

    def read(self, body: etree._Element) -> None:
        if self._seen:
            raise Malformed("invalid_body", "the envelope has two bodies; keep one")
        self._seen = True
        for child in body:
            if child.tag == names.FAULT:
                self.fault = _read_fault(child)
            elif self._child is None:
                self._child = child
            else:
                raise Malformed("invalid_body", "the body has more than one child element; wrap them in one")

    def checked(self, header: Header) -> etree._Element:
        if not self._seen:
            raise Malformed("missing_body", "the envelope has no body; add it")
        if self._child is None:
            raise Malformed("invalid_body", "the body is empty; it needs exactly one child element")
        if not local(self._child).startswith(header.service.service_code):
            raise Malformed("inconsistent_headers", "the body's element is not named after the serviceCode; rename it")
        return self._child


def _read_fault(element: etree._Element) -> Fault:
    found = {local(child): child for child in element}
    texts = {name: text(child) for name, child in found.items()}
    return Fault(
        texts.get("faultcode", "").strip(),
        texts.get("faultstring", ""),
        texts.get("faultactor") or None,
        _detail(found.get("detail")),
    )


def _detail(element: etree._Element | None) -> str | None:
    if element is None:
        return None
    inner = next((child for child in element if local(child) == "faultDetail"), None)
    words = text(inner) if inner is not None else "".join(str(piece) for piece in element.itertext())
    return words.strip() or None


def build_request(header: Header, body: etree._Element) -> Outgoing:
    """A request. `body` must be named after the service's code. Raises `ValueError`."""
    if local(body) != header.service.service_code:
        raise ValueError("the body's element must have the name of the service's code")
    envelope = _envelope()
    element = write_header(envelope, header)
    _add_body(envelope, body)
    return Outgoing(_bytes(envelope), Parsed(header, names.VERSION, None, tuple(element)))


def build_answer(request: Message, body: etree._Element, request_hash: RequestHash | None = None) -> bytes:
    """A provider's answer: every header field of the request as it came, in its order.

    The provider's security server makes `requestHash` itself and replaces one that is there (PR-MESS 2.2), so it is
    left out unless given. `body` must be named by `answer_name`. Raises `ValueError`.
    """
    if local(body) != answer_name(request):
        raise ValueError("the answer's element must be named after the service's code, with Response behind it")
    envelope = _envelope()
    header = etree.SubElement(envelope, names.HEADER)
    header.extend(deepcopy(child) for child in request.parsed.fields if child.tag != names.REQUEST_HASH)
    if request_hash is not None:
        write_hash(header, request_hash)
    _add_body(envelope, body)
    return _bytes(envelope)


def answer_name(request: Message) -> str:
    """`foo` and `fooRequest` are answered by `fooResponse`, for the service `foo`."""
    return f"{request.header.service.service_code}Response"


def build_fault(fault: Fault, fields: Iterable[etree._Element] = ()) -> bytes:
    """A fault in the shape of PR-MESS annex D.1, with the given header fields, if any. Raises `ValueError`."""
    envelope = _envelope()
    copied = [deepcopy(child) for child in fields if child.tag != names.REQUEST_HASH]
    if copied:
        etree.SubElement(envelope, names.HEADER).extend(copied)
    body = etree.SubElement(envelope, names.BODY)
    element = etree.SubElement(body, names.FAULT)
    for name, words in (("faultcode", fault.code), ("faultstring", fault.text), ("faultactor", fault.actor or "")):
        etree.SubElement(element, name).text = words
    if fault.detail is not None:
        etree.SubElement(etree.SubElement(element, "detail"), "faultDetail").text = fault.detail
    return _bytes(envelope)


def _envelope() -> etree._Element:
    return etree.Element(names.ENVELOPE, nsmap=names.PREFIXES)


def _add_body(envelope: etree._Element, body: etree._Element) -> None:
    child = deepcopy(body)
    child.tail = None
    etree.SubElement(envelope, names.BODY).append(child)


def _bytes(envelope: etree._Element) -> bytes:
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")


__all__ = [
    "CONTENT_TYPE",
    "Message",
    "Outgoing",
    "answer_name",
    "build_answer",
    "build_fault",
    "build_request",
    "parse_message",
]
