"""Identifiers as tuples of their parts, in the forms that headers, XML and JSON have. Written apart from the bus's."""

from __future__ import annotations

from urllib.parse import quote, unquote

from lxml import etree

IDS = "http://x-road.eu/xsd/identifiers"
OWNER = ("xRoadInstance", "memberClass", "memberCode", "subsystemCode")
SERVICE = (*OWNER, "serviceCode", "serviceVersion")
_SNAKE = ("xroad_instance", "member_class", "member_code", "subsystem_code", "service_code", "service_version")

Parts = tuple[str | None, ...]


def from_path(text: str) -> Parts:
    """`A/B/C/d`; absent parts behind it are `None`."""
    return tuple(unquote(part, errors="strict") for part in text.split("/"))


def to_path(parts: Parts) -> str:
    """The same back."""
    return "/".join(quote(part, safe="!$&'()*+,;=:@-._~") for part in parts if part is not None)


def read(element: etree._Element, names: tuple[str, ...]) -> Parts:
    """The parts below `element`, `None` for absent and empty ones."""
    return tuple(element.findtext(f"{{{IDS}}}{name}") or None for name in names)


def write(parent: etree._Element, tag: str, kind: str, parts: Parts) -> None:
    """Append an identifier."""
    element = etree.SubElement(parent, tag, {f"{{{IDS}}}objectType": kind})
    for name, part in zip(SERVICE, parts, strict=False):
        if part is not None:
            etree.SubElement(element, f"{{{IDS}}}{name}").text = part


def as_json(kind: str, parts: Parts) -> dict[str, str]:
    """The names that the server writes in JSON."""
    named = {name: part for name, part in zip(_SNAKE, parts, strict=False) if part is not None}
    return {"object_type": kind, **named}


__all__ = ["IDS", "OWNER", "SERVICE", "Parts", "as_json", "from_path", "read", "to_path", "write"]
