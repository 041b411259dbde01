"""Our side of SOAP: the call out of an envelope of X-Road, and the answer under the very same header. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from hashlib import sha256

from lxml import etree

from connectors import mime
from connectors.flaws import Flaw
from connectors.soap.codec import Received, packed, value_of, written
from connectors.soap.envelope import enveloped
from connectors.soap.plan import Operation
from connectors.soap.published import Published
from connectors.soap.service import Service
from connectors.soap.validate import Validator
from connectors.xroad import names
from connectors.xroad.faults import made_by_provider
from connectors.xroad.header import Header, tag
from connectors.xroad.identifiers import ClientId, encode_path
from connectors.xroad.malformed import Malformed
from connectors.xroad.media import MULTIPART, check_soap_action
from connectors.xroad.message import CONTENT_TYPE, Message, parse_message
from connectors.xroad.named import fits
from connectors.xroad.saying import heard
from connectors.xroad.settings import Provided, service_code
from connectors.xroad.soap_calls import as_opened, fields_text
from lienthong.calls import Attachment, Call, Fault
from lienthong.requests import Answer, Inbound

_MUST = f"{{{names.SOAP}}}mustUnderstand"
_OURS = (f"{{{names.XROAD}}}", f"{{{names.IDENTIFIERS}}}", f"{{{names.REPRESENTATION}}}")
_STANDARD = {name.lower(): name for name in ("Client", "Server", "VersionMismatch", "MustUnderstand")}
_HOW = b"This is a SOAP service of X-Road: POST a message, or GET it with ?wsdl for its description.\n"


@dataclass(frozen=True, slots=True)
class Unwrapped(Inbound):
    """A request whose header has been read. `header` is what an answer has to repeat, as XML."""

    header: str = field(default="", repr=False)


class SoapProvider:
    """One WSDL that is served. `denied` is said to a client that is not allowed."""

    def __init__(self, own: ClientId, provided: Provided, service: Service, denied: str) -> None:
        self._own = own
        self._patterns = provided.patterns
        self._service = service
        self._denied = denied
        self._published = Published(service.folder, provided.url)
        self._validator = Validator(service)
        found = service.operations.values()
        usable = (each for each in found if each.request.problem is None)
        self._operations = {each.request.root.tag: each for each in usable if each.request.root is not None}

    def unwrap(self, inbound: Inbound) -> Inbound | Answer:
        """See `lienthong.ports.Endpoint`. An adapter finds X-Road's header as it would over REST, in `headers`."""
        if inbound.method in ("GET", "HEAD"):
            found = self._published.document(inbound)
            return _how(404) if found is None else Answer(200, found, "text/xml; charset=utf-8")
        if inbound.method != "POST":
            return _how(405)
        header = ""
        try:
            message, attachments = _opened(inbound)
            header = fields_text(each for each in message.parsed.fields if each.tag != names.REQUEST_HASH)
            self._admit(message)
            call = self._call(message, attachments)
            headers = heard(inbound.headers) | _said(message.header)
        except Malformed as error:
            return _fault(Fault("Client", str(error)), header)
        except Flaw as flaw:
            return _fault(Fault(flaw.code, f"the request cannot be taken: {flaw}"), header)
        said = replace(inbound, headers=headers, call=call, party=str(message.header.client))
        return Unwrapped(**{each.name: getattr(said, each.name) for each in fields(Inbound)}, header=header)

    def wrap(self, inbound: Inbound, answer: Answer) -> Answer:
        """See `lienthong.ports.Endpoint`. An answer with content of its own and neither value nor fault stays."""
        header = inbound.header if isinstance(inbound, Unwrapped) else ""
        if answer.fault is not None:
            return _fault(answer.fault, header)
        if inbound.call is None or (answer.content and answer.value is None):
            return answer
        if not 200 <= answer.status < 300:
            return _fault(Fault("Server", f"the request failed with status {answer.status}; repeat it later"), header)
        try:
            return self._answer(self._service.operation(inbound.call.operation), answer, header)
        except Flaw as flaw:
            return _fault(Fault("Server", f"our answer does not fit the WSDL: {flaw}"), header)

    def _admit(self, message: Message) -> None:
        if not any(fits(pattern, message.header.client) for pattern in self._patterns):
            raise Flaw(self._denied, code="Client.AccessDenied")
        if message.header.service.provider != self._own:
            raise Flaw("the service in the header is not one of this system; correct the security server's address")

    def _call(self, message: Message, attachments: tuple[Attachment, ...]) -> Call:
        for block in message.parsed.fields:
            if block.get(_MUST) in ("1", "true") and not tag(block).startswith(_OURS):
                raise Flaw(f"the header {tag(block)[:200]} is not understood here", code="MustUnderstand")
        operation = self._operations.get(tag(message.body))
        if operation is None or service_code(operation) != message.header.service.service_code:
            raise Flaw("the body's element is not that of a service in the WSDL, or the header names another")
        received = Received(as_opened(message.body), b"", attachments)
        value, included = value_of(self._service, operation.request, received)
        self._validator.demand(message.body, included)
        arguments = value if isinstance(value, dict) else {} if value is None else {"#text": value}
        return Call(operation.name, arguments, attachments)

    def _answer(self, operation: Operation, answer: Answer, header: str) -> Answer:
        if operation.response is None:
            raise Flaw("the WSDL has no answer for this operation, and X-Road needs one")
        message = written(self._service, operation.response, answer.value, header=header)
        # The same answer has the same boundary: nothing here may depend on chance.
        boundary = f"lienthong-{sha256(message.envelope).hexdigest()[:32]}"
        content, content_type = packed(self._service, operation, message, boundary)
        return Answer(answer.status, content, content_type)


def _opened(inbound: Inbound) -> tuple[Message, tuple[Attachment, ...]]:
    """Raises `Malformed` or `Flaw`."""
    check_soap_action(inbound.headers.get("soapaction"))
    kind, content = inbound.headers.get("content-type"), inbound.content
    attachments: tuple[Attachment, ...] = ()
    media = mime.media(kind or "")
    if media.name == MULTIPART:
        root, attachments = mime.split(content, media)
        kind, content = root.type, root.content
    found = parse_message(content, kind)
    if isinstance(found, Fault):
        raise Flaw("it is a fault, where a request should be")
    return found, attachments


def _said(header: Header) -> dict[str, str]:
    """The header as REST would have said it, though not bound to ASCII."""
    said = {
        "x-road-client": encode_path(header.client),
        "x-road-id": header.id,
        "x-road-userid": header.user_id,
        "x-road-issue": header.issue,
        "x-road-security-server": encode_path(header.security_server) if header.security_server else None,
        "x-road-represented-party": encode_path(header.represented_party) if header.represented_party else None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _fault(fault: Fault, header: str) -> Answer:
    """A provider's own fault: SOAP's codes, so that nobody takes it for one of X-Road's."""
    envelope = etree.Element(names.ENVELOPE, nsmap={"soap-env": names.SOAP})
    element = etree.SubElement(envelope, names.FAULT)
    for name, words in (
        ("faultcode", f"soap-env:{_code(fault)}"),
        ("faultstring", fault.text),
        ("faultactor", fault.actor),
    ):
        if words is not None:
            etree.SubElement(element, name).text = _clean(words)
    if fault.detail is not None:
        etree.SubElement(etree.SubElement(element, "detail"), "faultDetail").text = _clean(fault.detail)
    body = etree.tostring(element, encoding="unicode", with_tail=False)
    return Answer(500, enveloped("1.1", header, body), CONTENT_TYPE, fault=fault)


def _code(fault: Fault) -> str:
    """One of SOAP's four, with what is behind its dot unless that would make it one of X-Road's."""
    first, dot, rest = fault.code.rpartition(":")[2].partition(".")
    standard = _STANDARD.get(first.lower())
    if standard is None or not made_by_provider(f"soap-env:{fault.code}"):
        return standard or "Server"
    return standard + dot + rest


def _clean(text: str) -> str:
    """What XML cannot carry is shown as a question mark: a fault must always be sendable."""
    return "".join("?" if _uncarried(ord(letter)) else letter for letter in text)


def _uncarried(point: int) -> bool:
    return (point < 32 and point not in (9, 10, 13)) or 0xD800 <= point <= 0xDFFF or point in (0xFFFE, 0xFFFF)


def _how(code: int) -> Answer:
    return Answer(code, _HOW, "text/plain; charset=utf-8")


__all__ = ["SoapProvider", "Unwrapped"]
