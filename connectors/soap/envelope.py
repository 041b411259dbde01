"""Envelopes of SOAP 1.1 and 1.2: around what is sent, and what is in those that come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lxml import etree

from connectors.flaws import Flaw
from connectors.soap.plan import XSI

Version = Literal["1.1", "1.2"]

NAMESPACES: dict[Version, str] = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}
MEDIA: dict[Version, str] = {"1.1": "text/xml", "1.2": "application/soap+xml"}
_VERSIONS = {namespace: version for version, namespace in NAMESPACES.items()}


@dataclass(frozen=True, slots=True)
class Opened:
    """An envelope. `child` is the body's one child, `None` for an empty body."""

    version: Version
    root: etree._Element
    header: etree._Element | None
    body: etree._Element
    child: etree._Element | None

    def is_fault(self) -> bool:
        """Whether the body's child is a fault, in whichever version's namespace."""
        return self.child is not None and self.child.tag == f"{{{NAMESPACES[self.version]}}}Fault"


def opened(root: etree._Element) -> Opened:
    """The parts of an envelope. Raises `Flaw`."""
    namespace, _, local = str(root.tag).rpartition("}")
    version = _VERSIONS.get(namespace.removeprefix("{"))
    if local != "Envelope" or not namespace:
        raise Flaw(f"it is not a SOAP envelope: its outermost element is {local[:60]}")
    if version is None:
        raise Flaw("its envelope is of another SOAP version than 1.1 and 1.2", code="VersionMismatch")
    header, bodies = None, []
    for child in root:
        if child.tag == f"{namespace}}}Header":
            header = child
        elif child.tag == f"{namespace}}}Body":
            bodies.append(child)
    if len(bodies) != 1:
        raise Flaw("its envelope has no body" if not bodies else "its envelope has more than one body")
    body = bodies[0]
    if len(body) > 1:
        raise Flaw("the body holds more than one element")
    return Opened(version, root, header, body, body[0] if len(body) else None)


def enveloped(version: Version, header: str, body: str) -> bytes:
    """An envelope as UTF-8. `header` and `body` are XML with the declarations that they need, except xsi."""
    head = f"<soap-env:Header>{header}</soap-env:Header>" if header else ""
    text = (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        f'<soap-env:Envelope xmlns:soap-env="{NAMESPACES[version]}" xmlns:xsi="{XSI}">'
        f"{head}<soap-env:Body>{body}</soap-env:Body></soap-env:Envelope>"
    )
    return text.encode("utf-8")


def media_type(version: Version, action: str) -> str:
    """The content type of an envelope. SOAP 1.2 carries the action here, 1.1 in a header of its own."""
    if version == "1.2" and action:
        return f'{MEDIA[version]}; charset=utf-8; action="{action}"'
    return f"{MEDIA[version]}; charset=utf-8"


__all__ = ["MEDIA", "NAMESPACES", "Opened", "Version", "enveloped", "media_type", "opened"]
