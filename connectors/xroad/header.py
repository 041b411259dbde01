"""The header fields that SOAP and REST share, and their SOAP form.

Source: PR-MESS 2.1, 2.2; parsing follows the order of checks and the codes of the security server's own parser.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lxml import etree

from connectors.xroad import names
from connectors.xroad.hashes import RequestHash
from connectors.xroad.identifiers import ClientId, Identifier, ObjectType, RepresentedParty, ServerId, ServiceId
from connectors.xroad.malformed import Malformed

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Header:
    """Who calls what, for whom and why. `id` is ours to choose and may be sent again: X-Road does not look at it."""

    client: ClientId
    service: ServiceId
    id: str | None = None
    user_id: str | None = None
    issue: str | None = None
    security_server: ServerId | None = None
    represented_party: RepresentedParty | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A SOAP header as it was read. `fields` are its elements as they came, those of other namespaces too."""

    header: Header
    protocol_version: str
    request_hash: RequestHash | None = None
    fields: tuple[etree._Element, ...] = field(default=(), repr=False, compare=False)


def write_header(parent: etree._Element, header: Header) -> etree._Element:
    """Append `soap:Header`. Raises `ValueError` without `id`, and for characters that XML cannot carry."""
    if header.id is None:
        raise ValueError("a SOAP message needs an id; give it a UUID")
    element = etree.SubElement(parent, names.HEADER)
    write_identifier(element, names.CLIENT, header.client)
    write_identifier(element, names.SERVICE, header.service)
    if header.security_server is not None:
        write_identifier(element, names.SECURITY_SERVER, header.security_server)
    for name, value in ((names.ID, header.id), (names.USER_ID, header.user_id), (names.ISSUE, header.issue)):
        if value is not None:
            _write(element, name, value)
    if header.represented_party is not None:
        _write_party(element, header.represented_party)
    _write(element, names.PROTOCOL_VERSION, names.VERSION)
    return element


def write_identifier(parent: etree._Element, name: str, identifier: Identifier) -> etree._Element:
    """Append an identifier with its `objectType`."""
    element = etree.SubElement(parent, name, {names.OBJECT_TYPE: str(identifier.object_type)})
    for part_name, part in identifier.named:
        _write(element, names.identifier_tag(part_name), part)
    return element


def write_hash(parent: etree._Element, request_hash: RequestHash) -> None:
    """Append `requestHash`."""
    element = etree.SubElement(parent, names.REQUEST_HASH)
    element.set("algorithmId", request_hash.algorithm or "")
    element.text = request_hash.value


def _write_party(parent: etree._Element, party: RepresentedParty) -> None:
    element = etree.SubElement(parent, names.REPRESENTED_PARTY, nsmap={"repr": names.REPRESENTATION})
    if party.party_class is not None:
        _write(element, names.PARTY_CLASS, party.party_class)
    _write(element, names.PARTY_CODE, party.party_code)


def _write(parent: etree._Element, name: str, words: str) -> None:
    element = etree.SubElement(parent, name)
    try:
        element.text = words
    except ValueError:
        pass
    else:
        return
    raise ValueError(f"{etree.QName(name).localname} holds a character that XML cannot carry; remove it")


class Reader:
    """Collects header fields in the order of the document."""

    def __init__(self) -> None:
        self._found: dict[str, Any] = {}
        self._fields: list[etree._Element] = []

    def read(self, element: etree._Element) -> None:
        """Take one `soap:Header`. Raises `Malformed`."""
        for child in element:
            self._fields.append(child)
            name = tag(child)
            read = _FIELDS.get(name)
            if read is None:
                continue
            if name in self._found:
                raise Malformed("duplicate_header_field", f"{local(child)} stands twice in the header; keep one")
            self._found[name] = read(child)

    def finish(self) -> Parsed:
        """Raises `Malformed` for what is missing."""
        for wanted in (names.PROTOCOL_VERSION, names.CLIENT, names.ID, names.SERVICE):
            if wanted not in self._found:
                name = etree.QName(wanted).localname
                raise Malformed("missing_header_field", f"the header has no {name}; add it")
        found = self._found
        header = Header(
            found[names.CLIENT],
            found[names.SERVICE],
            found[names.ID],
            found.get(names.USER_ID),
            found.get(names.ISSUE),
            found.get(names.SECURITY_SERVER),
            found.get(names.REPRESENTED_PARTY),
        )
        version, request_hash = found[names.PROTOCOL_VERSION], found.get(names.REQUEST_HASH)
        return Parsed(header, version, request_hash, tuple(self._fields))


def tag(element: etree._Element) -> str:
    """The qualified name."""
    return str(element.tag)


def local(element: etree._Element) -> str:
    """The local name."""
    return etree.QName(element).localname


def text(element: etree._Element) -> str:
    """The text, white space and all."""
    return element.text or ""


def read_client(element: etree._Element) -> ClientId:
    """A client identifier, of a member or a subsystem. Raises `Malformed`."""
    return _identified(element, ClientId, (ObjectType.MEMBER, ObjectType.SUBSYSTEM))


def read_service(element: etree._Element) -> ServiceId:
    """A service identifier. Raises `Malformed`."""
    return _identified(element, ServiceId, (ObjectType.SERVICE,))


def _read_server(element: etree._Element) -> ServerId:
    return _identified(element, ServerId, (ObjectType.SERVER,))


def _identified(element: etree._Element, kind: Callable[..., T], expected: Iterable[ObjectType]) -> T:
    """Elements of other names are passed over, as the security server does; the order does not matter to it either."""
    _check_type(element, tuple(expected))
    known = {names.identifier_tag(name): attribute for attribute, name in kind.elements}  # type: ignore[attr-defined]  # kind is one of Identifier's classes
    # Some toolkits write an absent part as an empty element.
    parts = {name: part for name, part in _texts(element, known).items() if part}
    try:
        return kind(**dict.fromkeys(known.values()) | parts)
    except ValueError as error:
        reason = str(error)
    raise Malformed("missing_header_field", f"{local(element)}: {reason}; complete the identifier")


def _check_type(element: etree._Element, expected: tuple[ObjectType, ...]) -> None:
    given = element.get(names.OBJECT_TYPE)
    if given is None:
        raise Malformed("invalid_xml", f"{local(element)} has no id:objectType; add it")
    if given not in expected:
        raise Malformed("invalid_xml", f"the id:objectType of {local(element)} is not {' or '.join(expected)}")


def _texts(element: etree._Element, known: Mapping[str, str]) -> dict[str, str]:
    parts: dict[str, str] = {}
    for child in element:
        attribute = known.get(tag(child))
        if attribute is None:
            continue
        if attribute in parts:
            raise Malformed("duplicate_header_field", f"{local(child)} stands twice in {local(element)}; keep one")
        parts[attribute] = text(child)
    return parts


def _read_version(element: etree._Element) -> str:
    """Versions of the same major number are compatible (PR-MESS 2.2)."""
    version = text(element)
    if not version.startswith("4."):
        raise Malformed("invalid_protocol_version", "protocolVersion is not 4.0; send 4.0")
    return version


def _read_hash(element: etree._Element) -> RequestHash:
    return RequestHash(element.get("algorithmId"), text(element))


def _read_party(element: etree._Element) -> RepresentedParty:
    parts = _texts(element, {names.PARTY_CLASS: "party_class", names.PARTY_CODE: "party_code"})
    try:
        return RepresentedParty(parts.get("party_class"), parts.get("party_code", ""))
    except ValueError as error:
        reason = str(error)
    raise Malformed("missing_header_field", f"representedParty: {reason}; complete it")


_FIELDS: Mapping[str, Callable[[etree._Element], Any]] = {
    names.CLIENT: read_client,
    names.SERVICE: read_service,
    names.SECURITY_SERVER: _read_server,
    names.ID: text,
    names.USER_ID: text,
    names.ISSUE: text,
    names.PROTOCOL_VERSION: _read_version,
    names.REQUEST_HASH: _read_hash,
    names.REPRESENTED_PARTY: _read_party,
}

__all__ = [
    "Header",
    "Parsed",
    "Reader",
    "local",
    "read_client",
    "read_service",
    "tag",
    "text",
    "write_hash",
    "write_header",
    "write_identifier",
]
