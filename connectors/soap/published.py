"""The WSDL as our callers get it: with our address, and its imports reachable through the same URL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from lxml import etree

from connectors.soap.folder import Folder
from connectors.soap.sheet import escaped_attribute
from lienthong.requests import Inbound

_MARK = "lienthong-address"
_REFERENCES = (
    ("import", "location"),
    ("import", "schemaLocation"),
    ("include", "schemaLocation"),
    ("redefine", "schemaLocation"),
)
_ADDRESS = re.compile(r"\{http://schemas\.xmlsoap\.org/wsdl/soap(12)?/\}address")
_HOST = re.compile(r"[A-Za-z0-9._-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


class Published:
    """Documents by name: that of the WSDL is empty, those of others are their paths in the folder."""

    def __init__(self, folder: Folder, url: str | None) -> None:
        self._url = url
        self._documents = {
            "" if path == folder.main else str(path.relative_to(folder.root)): _rewritten(folder, content, path)
            for path, content in folder.documents.items()
        }

    def document(self, inbound: Inbound) -> bytes | None:
        """What `?wsdl`, `?wsdl=NAME` or `?xsd=NAME` asks for; `None` for anything else."""
        asked = {name.lower(): value for name, value in inbound.query.items()}
        name = asked.get("wsdl", asked.get("xsd"))
        found = self._documents.get(name) if name is not None else None
        if found is None:
            return None
        return found.replace(_MARK.encode(), escaped_attribute(self._address(inbound)).encode())

    def _address(self, inbound: Inbound) -> str:
        path = quote(inbound.path, safe="/%:@!$&'()*+,;=~-._")
        return (self._url or _origin(inbound.headers)) + path


def _origin(headers: Mapping[str, str]) -> str:
    scheme = headers.get("x-forwarded-proto", "http")
    host = headers.get("host", "")
    return f"{'https' if scheme == 'https' else 'http'}://{host if _HOST.fullmatch(host) else 'localhost'}"


def _rewritten(folder: Folder, content: bytes, path: object) -> bytes:
    root = etree.fromstring(content)
    for node in root.iter(etree.Element):
        tag = str(node.tag)
        if _ADDRESS.fullmatch(tag):
            node.set("location", _MARK)
        local = tag.rpartition("}")[2]
        for kind, attribute in _REFERENCES:
            location = node.get(attribute)
            if local == kind and location:
                node.set(attribute, _reference(folder, location, path))
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _reference(folder: Folder, location: str, path: object) -> str:
    target = folder.path(location, path)  # type: ignore[arg-type]
    if target == folder.main:
        return f"{_MARK}?wsdl"
    return f"{_MARK}?xsd={quote(str(target.relative_to(folder.root)))}"


__all__ = ["Published"]
