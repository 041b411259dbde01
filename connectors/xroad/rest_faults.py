"""Errors of REST: whose they are, reading them, and writing them as a security server does.

Only `X-Road-Error` tells that X-Road failed; the status tells nothing (PR-REST 4.6 and the server disagree on it).
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from lxml import etree

from connectors.xroad.faults import Origin, origin_of
from connectors.xroad.malformed import Malformed
from connectors.xroad.xml import parse_xml
from lienthong.calls import Fault

_JSON = "application/json"
_XML = {"text/xml": "text/xml", "application/xml": "application/xml", "text/*": "text/xml"}
# An error body has three short texts; more than this is not one.
_LIMIT = 100_000


def blame(status: int, error: str | None) -> Origin | None:
    """Whose fault an answer shows, given its status and `X-Road-Error`; `None` where there is none."""
    if error is not None:
        return origin_of(error)
    return Origin.PROVIDER if status >= 400 else None


def read_fault(headers: Mapping[str, str], content: bytes) -> Fault | None:
    """The fault that X-Road made, `None` without `X-Road-Error`. `headers` in lower case.

    The header's code counts, the body's is not looked at; a body that cannot be read only leaves the text empty.
    """
    code = headers.get("x-road-error")
    if code is None:
        return None
    kind = headers.get("content-type", _JSON).partition(";")[0].strip().lower()
    said = _from_xml(content) if kind.endswith("xml") else _from_json(content)
    return Fault(code.strip(), said.get("message", ""), None, said.get("detail"))


def error_type(accept: str | None) -> str:
    """The Content-Type of an error: the first kind of XML in `Accept`, whatever its q, else JSON."""
    for entry in (accept or "").split(","):
        kind = entry.partition(";")[0].strip().lower()
        if kind in _XML:
            return f"{_XML[kind]};charset=utf-8"
    return _JSON


def write_fault(fault: Fault, accept: str | None) -> tuple[str, bytes]:
    """Content-Type and body of an error."""
    kind = error_type(accept)
    said = {"type": fault.code, "message": fault.text, "detail": fault.detail or ""}
    if kind == _JSON:
        return kind, orjson.dumps(said)
    root = etree.Element("error")
    for name, words in said.items():
        etree.SubElement(root, name).text = words
    return kind, etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _from_json(content: bytes) -> dict[str, str]:
    try:
        body = orjson.loads(content) if len(content) <= _LIMIT else None
    except orjson.JSONDecodeError:
        return {}
    return {name: text for name, text in body.items() if isinstance(text, str)} if isinstance(body, dict) else {}


def _from_xml(content: bytes) -> dict[str, str]:
    try:
        root = parse_xml(content, limit=_LIMIT)
    except Malformed:
        return {}
    return {etree.QName(child).localname: child.text or "" for child in root}


__all__ = ["blame", "error_type", "read_fault", "write_fault"]
