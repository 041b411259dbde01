"""What an answer that is no answer says about the request's effect."""

from __future__ import annotations

from connectors.xroad.faults import Diagnosis, Next
from lienthong.requests import Lost, Misconfigured, NotSent, Reply, TransportError, Unsendable

# What a web server says to a request that is not meant for it, whatever the request.
_ELSEWHERE = frozenset({301, 302, 303, 307, 308, 401, 403, 404, 405, 407})
_MARKS = frozenset({"x-road-client", "x-road-id", "x-road-request-id", "x-road-service"})


def refusal(diagnosis: Diagnosis) -> TransportError:
    """The error for a fault that X-Road made. On a write it says what is known of the effect.

    For a read that is enough: the bus takes `Lost` for a retry there.
    """
    reason = diagnosis.reason
    match diagnosis.write:
        case Next.RETRY:
            return NotSent(reason)
        case Next.UNKNOWN:
            return Lost(reason)
        case Next.REJECT:
            return Unsendable(reason)
    return Misconfigured(reason)


def demand_marks(reply: Reply, host: str) -> None:
    """A security server puts `X-Road-...` headers on every answer that it carries over REST; without them it is some
    other server's. Raises `Lost` or `Misconfigured`; a status that any server in between may have sent stays."""
    if not _MARKS & reply.headers.keys():
        demand_server(reply, host)
        if 200 <= reply.status < 300:
            raise Lost(f"the answer of {host} has no X-Road header; check that base_url is a security server's")


def demand_server(reply: Reply, host: str) -> None:
    """The same for an answer that is not of the protocol, by its status alone."""
    if reply.status in _ELSEWHERE:
        raise Misconfigured(f"{host} answers {reply.status} and is not a security server; check base_url")


__all__ = ["demand_marks", "demand_server", "refusal"]
