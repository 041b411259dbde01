"""Reading a `Content-Type` and a `SOAPAction`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from connectors.xml import text_codec
from connectors.xroad.malformed import Malformed

SOAP_TYPES = frozenset({"text/xml", "application/xop+xml"})
MULTIPART = "multipart/related"
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;"]*)')
_QUOTED = re.compile(r"\\(.)")
# RFC 3986: a URI or a relative reference; the security server wants it in quotation marks.
_ACTION = re.compile(r"\"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*\"")


@dataclass(frozen=True, slots=True)
class MediaType:
    """`kind` in lower case; `charset` a codec name of Python, `None` where none is given."""

    kind: str
    charset: str | None = None
    boundary: str | None = None
    start: str | None = None


def media_type(header: str | None) -> MediaType:
    """Raises `Malformed` (`invalid_content_type`) for an encoding that nobody knows. Absent counts as text/xml."""
    kind, _, _ = (header or "text/xml").partition(";")
    given = {name.lower(): _plain(value) for name, value in reversed(_PARAMETER.findall(header or ""))}
    return MediaType(kind.strip().lower(), _codec(given.get("charset")), given.get("boundary"), given.get("start"))


def soap_media_type(header: str | None) -> MediaType:
    """The same, for one SOAP message. Raises `Malformed` where the kind is not one of SOAP's."""
    found = media_type(header)
    if found.kind not in SOAP_TYPES:
        raise Malformed("invalid_content_type", "a SOAP message is text/xml; send that Content-Type")
    return found


def check_soap_action(header: str | None) -> None:
    """Absent, empty and `""` are fine; otherwise a URI in quotation marks. Raises `Malformed`."""
    action = (header or "").strip()
    if action and not _ACTION.fullmatch(action):
        raise Malformed("invalid_soap_action", "SOAPAction is not a URI in quotation marks; correct it or leave it out")


def _plain(value: str) -> str:
    return _QUOTED.sub(r"\1", value[1:-1]) if value.startswith('"') else value


def _codec(charset: str | None) -> str | None:
    if not (charset or "").strip():
        return None
    found = text_codec(charset or "")
    if found is None:
        raise Malformed("invalid_content_type", "the charset is not known; use utf-8")
    return found


__all__ = ["MULTIPART", "SOAP_TYPES", "MediaType", "check_soap_action", "media_type", "soap_media_type"]
