"""Reading XML that strangers send, with X-Road's names for what is wrong with it."""

from __future__ import annotations

from lxml import etree

from connectors.flaws import Flaw
from connectors.xml import parse
from connectors.xroad.malformed import Malformed

LIMIT = 10_000_000
_TEXT = "invalid_soap"


def parse_xml(content: bytes, charset: str | None = None, limit: int = LIMIT) -> etree._Element:
    """The root element, read as `connectors.xml.parse` does; `charset` is that of the Content-Type.

    Raises `Malformed` with `missing_soap` for nothing, else `invalid_soap`.
    """
    if not content.strip():
        raise Malformed("missing_soap", "the body is empty; send an XML document")
    if len(content) > limit:
        raise Malformed(_TEXT, f"the document is larger than {limit} bytes; send less")
    try:
        return parse(content, charset)
    except Flaw as flaw:
        reason = str(flaw)
    raise Malformed(_TEXT, f"the document cannot be read: {reason}; correct it")


__all__ = ["LIMIT", "parse_xml"]
