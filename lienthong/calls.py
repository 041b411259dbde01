"""SOAP, as an adapter sees it: names and values of a WSDL. Envelopes, MIME parts and signatures are the connector's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Attachment:
    """A MIME part beside the envelope. `id` is its Content-ID without brackets and without `cid:`."""

    id: str
    content: bytes
    media: str = "application/octet-stream"
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one operation of a WSDL.

    `operation` is the WSDL's name of it. `arguments` are the elements below the body's one child by local name: text
    (also for numbers and dates, in their XML form), `None` for an empty element, a mapping for a structure, a list for
    a repeated element, an `Attachment` for bytes sent beside the envelope; an attribute is `@name`. Their order does
    not matter: the connector writes them in the order of the schema.
    """

    operation: str
    arguments: Mapping[str, Any]
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """A SOAP fault. `code` without its namespace prefix, e.g. `Server` or `server.serverproxy.access_denied`.

    `text` is the partner's and may hold personal data. `detail` is the text of the detail element.
    """

    code: str
    text: str
    actor: str | None = None
    detail: str | None = None


__all__ = ["Attachment", "Call", "Fault"]
