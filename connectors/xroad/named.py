"""Identifiers as people write them in the configuration file and on the command line.

With slashes it is the form of URLs (`VN/GOV/000.00.00.G99/dancu`, a slash inside a part as `%2F`), otherwise the form
with colons (`VN:GOV:000.00.00.G99:dancu`).
"""

from __future__ import annotations

from typing import TypeVar

from connectors.xroad.characters import advice
from connectors.xroad.identifiers import (
    ClientId,
    Identifier,
    RepresentedParty,
    ServerId,
    ServiceId,
    decode_client,
    decode_party,
    decode_server,
    decode_service,
    encode_path,
)
from connectors.xroad.segments import decode_segment
from connectors.xroad.written import colon_client, colon_server, colon_service

T = TypeVar("T", bound=Identifier)
ANY = "*"


def client_named(text: str) -> ClientId:
    """A member or subsystem. Raises `ValueError`."""
    return _carried(decode_client(text) if "/" in text else colon_client(text))


def service_named(text: str) -> ServiceId:
    """A service of a subsystem; a version is a sixth part, with colons `code.version`. Raises `ValueError`."""
    if "/" not in text:
        return _carried(colon_service(text))
    *owner, code, version = text.split("/")
    if len(owner) != 4:
        return _carried(decode_service(text))
    found = decode_service("/".join([*owner, code]))
    return _carried(found.provider.service(found.service_code, decode_segment(version)))


def server_named(text: str) -> ServerId:
    """A security server. Raises `ValueError`."""
    return _carried(decode_server(text) if "/" in text else colon_server(text))


def party_named(text: str) -> RepresentedParty:
    """`[CLASS/]CODE`. Raises `ValueError`."""
    return decode_party(text)


def _carried(identifier: T) -> T:
    for found in advice(identifier.named):
        if found.severity == "error":
            raise ValueError(f"{found.part} {found.reason}")
    return identifier


def client_pattern(text: str) -> tuple[str, ...]:
    """Clients by a pattern: three parts for a member itself, four for subsystems; a part may be `*`, which is any one.

    Raises `ValueError`. `*` counts as a whole part only: a pattern on a piece of a code would let strangers register
    what fits it.
    """
    slashes = "/" in text
    parts = tuple(decode_segment(part) if slashes else part for part in text.split("/" if slashes else ":"))
    if len(parts) not in (3, 4) or not all(parts):
        raise ValueError("a client pattern has three or four parts; write INSTANCE/CLASS/MEMBER/SUBSYSTEM, * for any")
    if any(ANY in part and part != ANY for part in parts):
        raise ValueError("* stands for a whole part of a client pattern; write the part out, or * alone")
    return parts


def fits(pattern: tuple[str, ...], client: ClientId) -> bool:
    """Whether a client is one of a pattern."""
    parts = tuple(part for _, part in client.named)
    return len(parts) == len(pattern) and all(a in (ANY, b) for a, b in zip(pattern, parts, strict=True))


def shown(identifier: ClientId | ServiceId | ServerId) -> str:
    """As it is written in the configuration: with slashes, and read back by the functions above."""
    return encode_path(identifier)


__all__ = ["client_named", "client_pattern", "fits", "party_named", "server_named", "service_named", "shown"]
