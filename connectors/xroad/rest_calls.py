"""Calls over REST: the service's path and X-Road's headers out, an answer that is surely ours in. Pure."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from connectors.xroad.calls import Prepared
from connectors.xroad.faults import diagnose
from connectors.xroad.header import Header
from connectors.xroad.identifiers import ServiceId
from connectors.xroad.refusals import demand_marks, refusal
from connectors.xroad.rest import answer_mismatches, request_headers, request_path
from connectors.xroad.rest_faults import read_fault
from connectors.xroad.saying import parted
from connectors.xroad.segments import decode_segment
from connectors.xroad.settings import XRoadSettings
from lienthong.requests import Lost, Reply, Request


class RestWay:
    """`host` is `name:port` of the security server, for messages."""

    def __init__(self, settings: XRoadSettings, host: str) -> None:
        self._settings = settings
        self._host = host

    def prepare(self, request: Request, id: str) -> Prepared:
        """See `Way`."""
        if request.call is not None:
            raise ValueError("the adapter makes SOAP calls; set protocol: soap, or use an adapter for REST")
        service, path = self._target(request.path)
        said, others = parted(request.headers)
        header = self._settings.header(service, id, said)
        headers = others | request_headers(header)
        outgoing = replace(request, path=request_path(service, path), headers=headers)
        return Prepared(outgoing, partial(read_answer, header, self._host))

    def _target(self, path: str) -> tuple[ServiceId, str]:
        """The service, and the path at it."""
        if self._settings.service is not None:
            return self._settings.target(), path
        code, slash, below = path.removeprefix("/").partition("/")
        if not code:
            raise ValueError("the path is empty; with provider set it begins with the service's code")
        return self._settings.target(decode_segment(code)), slash + below


def read_answer(sent: Header, host: str, reply: Reply) -> Reply:
    """The provider's own answer, whatever its status. Raises a `TransportError`."""
    fault = read_fault(reply.headers, reply.content)
    if fault is not None:
        raise refusal(diagnose(fault))
    demand_marks(reply, host)
    wrong = answer_mismatches(sent, reply.headers)
    if wrong:
        raise Lost(f"the answer of {host} is for another request: {', '.join(wrong)} differ")
    return reply


__all__ = ["RestWay", "read_answer"]
