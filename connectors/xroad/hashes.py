"""The hash by which an answer is tied to its request.

SOAP: over the exact bytes that were sent, so whoever wants to check must keep them. REST: over the security server's
own writing of the request, which holds the `X-Road-Request-Id` that the server adds, so a client can recompute it
only with that id and in the server's order of headers.
Source: PR-MESS 2.2, PR-REST 4.3; header list from the security server.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

SHA512 = "http://www.w3.org/2001/04/xmlenc#sha512"
_ALGORITHMS = {
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    SHA512: "sha512",
}
_DROPPED = frozenset(
    {"connection", "content-length", "expect", "host", "keep-alive", "proxy-authenticate", "proxy-authorization"}
    | {"server", "te", "trailer", "transfer-encoding", "upgrade", "user-agent"}
)
_OWN = frozenset({"x-road-request-id", "x-road-request-hash"})


@dataclass(frozen=True, slots=True)
class RequestHash:
    """The field `requestHash`: an XML-DSIG URI and base64, in which white space does not count."""

    algorithm: str | None
    value: str


class Check(StrEnum):
    """What a comparison found."""

    MATCHES = "matches"
    DIFFERS = "differs"
    ABSENT = "absent"
    UNKNOWN_ALGORITHM = "unknown algorithm"


def soap_hash(sent: bytes) -> RequestHash:
    """The hash of a SOAP request: of the HTTP body, or of the first MIME part where there are attachments."""
    return RequestHash(SHA512, b64encode(hashlib.sha512(sent).digest()).decode())


def check_soap_hash(sent: bytes, received: RequestHash | None) -> Check:
    """Compare an answer's hash with the bytes that were sent."""
    if received is None:
        return Check.ABSENT
    algorithm = _ALGORITHMS.get(received.algorithm or "")
    if algorithm is None:
        return Check.UNKNOWN_ALGORITHM
    return _same(hashlib.new(algorithm, sent).digest(), received.value)


def rest_head(method: str, target: str, headers: Iterable[tuple[str, str]], request_id: str) -> bytes:
    """A REST request as a security server writes it for hashing: `target` is path and query, `headers` in order."""
    kept = [(name, value) for name, value in headers if name.lower() not in _DROPPED | _OWN]
    lines = [method, target, *(f"{name}:{value}" for name, value in [*kept, ("x-road-request-id", request_id)])]
    return "".join(f"{line}\r\n" for line in lines).encode()


def rest_hash(head: bytes, body: bytes | None) -> str:
    """`X-Road-Request-Hash`: base64 of SHA512(SHA512(head) + SHA512(body)), or of SHA512(head) without a body."""
    digest = hashlib.sha512(head).digest()
    if body is not None:
        digest = hashlib.sha512(digest + hashlib.sha512(body).digest()).digest()
    return b64encode(digest).decode()


def check_rest_hash(head: bytes, body: bytes | None, received: str | None) -> Check:
    """Compare an answer's header with a request of which the server's writing is known."""
    return Check.ABSENT if received is None else _same(b64decode(rest_hash(head, body)), received)


def _same(digest: bytes, received: str) -> Check:
    try:
        given = b64decode("".join(received.split()), validate=True)
    except ValueError:
        return Check.DIFFERS
    return Check.MATCHES if hmac.compare_digest(digest, given) else Check.DIFFERS


__all__ = [
    "SHA512",
    "Check",
    "RequestHash",
    "check_rest_hash",
    "check_soap_hash",
    "rest_hash",
    "rest_head",
    "soap_hash",
]
