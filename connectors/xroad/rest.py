"""REST protocol v1: the request line and headers we send, and reading those of others.

Source: PR-REST 4.1 to 4.5; the server demands a subsystem in the service and has no versions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from connectors.headers import checked
from connectors.xroad.header import Header
from connectors.xroad.identifiers import (
    RepresentedParty,
    ServerId,
    ServiceId,
    decode_client,
    decode_party,
    decode_server,
    decode_service,
    encode_path,
)
from connectors.xroad.malformed import Malformed
from connectors.xroad.segments import decode_segment

T = TypeVar("T")

METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
_PREFIX = "r1"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as a consumer sends it to its security server. `path` is the service path, still encoded, or empty."""

    method: str
    header: Header
    path: str
    query: str | None = None


def request_path(service: ServiceId, path: str = "") -> str:
    """`r1/{service}[/{path}]`, relative to the security server. `path` goes through as it is.

    Raises `ValueError` for a service that REST cannot name.
    """
    if service.subsystem_code is None:
        raise ValueError("a service without a subsystem cannot be called over REST; name the subsystem")
    if service.service_version is not None:
        raise ValueError("REST has no service versions; leave the version out or put it into the path")
    if any(part in (".", "..") for _, part in service.named):
        raise ValueError("a part of the service is . or .., which no URL can carry; rename it or call it over SOAP")
    tail = path.removeprefix("/")
    return f"{_PREFIX}/{encode_path(service)}" + (f"/{tail}" if path else "")


def request_headers(header: Header) -> dict[str, str]:
    """The headers of a request. Raises `ValueError` for an id, user or issue outside printable ASCII."""
    given = {
        "X-Road-Client": encode_path(header.client),
        "X-Road-Id": header.id,
        "X-Road-UserId": header.user_id,
        "X-Road-Issue": header.issue,
        "X-Road-Security-Server": encode_path(header.security_server) if header.security_server else None,
        "X-Road-Represented-Party": encode_path(header.represented_party) if header.represented_party else None,
    }
    found = {name: value for name, value in given.items() if value is not None}
    return dict(checked(found))


def parse_request(
    method: str, path: str, query: str | None, headers: Iterable[tuple[str, str]] | Mapping[str, str]
) -> Incoming:
    """Read a request at `/r1/...`; of a header that is repeated the last counts. Raises `Malformed`."""
    if method not in METHODS:
        raise _bad(f"the method must be one of {', '.join(sorted(METHODS))}")
    parts = path.split("/", 7)
    if len(parts) < 7 or parts[:2] != ["", _PREFIX]:
        raise _bad(f"the path must be /{_PREFIX}/INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE[/PATH]")
    try:
        service = ServiceId(*(decode_segment(part) for part in parts[2:7]))
    except ValueError as error:
        reason = str(error)
    else:
        rest = f"/{parts[7]}" if len(parts) == 8 else ""
        return Incoming(method, parse_headers(headers, service), rest, query)
    raise _bad(f"the service in the path: {reason}")


def parse_headers(headers: Iterable[tuple[str, str]] | Mapping[str, str], service: ServiceId) -> Header:
    """The header fields of a request for `service`: at `/r1/...`, or as they reach a provider. Raises `Malformed`."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    given = {name.lower(): value for name, value in pairs}
    if "x-road-client" not in given:
        raise _bad("the header X-Road-Client is missing; send it")
    return Header(
        _decoded(decode_client, given["x-road-client"], "X-Road-Client"),
        service,
        given.get("x-road-id"),
        given.get("x-road-userid"),
        given.get("x-road-issue"),
        _server(given.get("x-road-security-server")),
        _party(given.get("x-road-represented-party")),
    )


def answer_mismatches(sent: Header, answered: Mapping[str, str]) -> tuple[str, ...]:
    """Which of the headers that tie an answer to its request do not fit; absent ones fit. Names in lower case."""
    client, service = answered.get("x-road-client"), answered.get("x-road-service")
    found = {
        "x-road-client": client is None or _reads(decode_client, client, sent.client),
        "x-road-service": service is None or _reads(decode_service, service, sent.service),
        "x-road-id": sent.id is None or answered.get("x-road-id", sent.id) == sent.id,
    }
    return tuple(name for name, fits in found.items() if not fits)


def _reads(decode: Callable[[str], T], value: str, wanted: T) -> bool:
    try:
        return decode(value) == wanted
    except ValueError:
        return False


def _server(value: str | None) -> ServerId | None:
    return None if value is None else _decoded(decode_server, value, "X-Road-Security-Server")


def _party(value: str | None) -> RepresentedParty | None:
    return None if value is None else _decoded(decode_party, value, "X-Road-Represented-Party")


def _decoded(decode: Callable[[str], T], value: str, name: str) -> T:
    try:
        return decode(value)
    except ValueError as error:
        reason = str(error)
    raise _bad(f"the header {name}: {reason}")


def _bad(reason: str) -> Malformed:
    return Malformed("bad_request", reason)


__all__ = [
    "METHODS",
    "Incoming",
    "answer_mismatches",
    "parse_headers",
    "parse_request",
    "request_headers",
    "request_path",
]
