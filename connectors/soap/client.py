"""`soap`: calls of a pinned WSDL over the pooled HTTP client."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

from pydantic import BaseModel
from yarl import URL

from connectors.flaws import Flaw
from connectors.http import HttpConnector
from connectors.soap.codec import packed, received, value_of, written
from connectors.soap.endpoint import SoapEndpoint
from connectors.soap.faults import read_fault
from connectors.soap.plan import Operation
from connectors.soap.security import binary_token, security, timestamp, username_token
from connectors.soap.service import Service, open_service
from connectors.soap.settings import SoapSettings
from connectors.soap.signing import Signer, Verifier
from lienthong.calls import Call
from lienthong.requests import Answer, Inbound, Lost, Misconfigured, Reply, Request, Unsendable

_ACCEPT = {"Accept": "text/xml, application/soap+xml, multipart/related, application/xop+xml, */*;q=0.1"}
# From here on reading takes long enough (10 ms) to be felt by the calls beside it.
_LARGE = 512 * 1024

Now = Callable[[], datetime]
Random = Callable[[int], bytes]


def _utc() -> datetime:
    return datetime.now(UTC)


class Soap(HttpConnector):
    """Carries calls; a request without a call goes out as it does with `rest` (a log-in, for one).

    `now` (aware, UTC) and `random` (so many bytes) are for the header of WS-Security and MIME boundaries.
    """

    Settings: ClassVar[type[BaseModel]] = SoapSettings

    def __init__(
        self, settings: SoapSettings, system: str, *, now: Now = _utc, random: Random = secrets.token_bytes
    ) -> None:
        super().__init__(settings, system, settings.base_url, headers=_ACCEPT)
        self._soap = settings
        self._now = now
        self._random = random
        url = URL(settings.base_url)
        self._host = f"{url.host}:{url.port}"
        self._kept_headers = frozenset(name.lower() for name in settings.headers)
        try:
            self._service: Service = open_service(settings.wsdl, settings.service, settings.port)
            self._endpoint = SoapEndpoint.of(settings, self._service)
            sign, verify = settings.security.signature, settings.security.verify
            self._signer: Signer | None = sign.signer() if sign is not None else None
            self._verifier: Verifier | None = verify.verifier() if verify is not None else None
        except ValueError as error:
            reason = str(error)
        else:
            return
        raise Misconfigured(reason)

    def unwrap(self, inbound: Inbound) -> Inbound | Answer:
        """See `lienthong.ports.Endpoint`. Without the section `endpoint` the request stays as it is."""
        return self._endpoint.unwrap(inbound) if self._endpoint is not None else inbound

    def wrap(self, inbound: Inbound, answer: Answer) -> Answer:
        """See `lienthong.ports.Endpoint`."""
        return self._endpoint.wrap(inbound, answer) if self._endpoint is not None else answer

    async def _send(self, request: Request, deadline: float) -> Reply:
        """Here and not in `exchange`: what is sent again gets a time and a nonce of its own."""
        call = request.call
        if call is None:
            return await super()._send(request, deadline)
        try:
            operation = self._service.operation(call.operation)
            _demand_readable(operation)
            outgoing = self._outgoing_call(request, call, operation)
        except Flaw as flaw:
            reason = str(flaw)
        else:
            return await self._answered(operation, await super()._send(outgoing, deadline))
        raise Unsendable(reason)

    def _outgoing_call(self, request: Request, call: Call, operation: Operation) -> Request:
        message = written(
            self._service,
            operation.request,
            call.arguments,
            call.attachments,
            header=self._header(),
            # A signature covers what it sees: with one, bytes stay within the envelope.
            xop=self._soap.mtom and self._signer is None,
        )
        if self._signer is not None:
            message = replace(message, envelope=self._signer.sign(message.envelope))
        content, content_type = packed(self._service, operation, message, f"lienthong-{self._random(16).hex()}")
        own = {"SOAPAction": f'"{operation.action}"'} if self._service.version == "1.1" else {}
        own = {name: value for name, value in own.items() if name.lower() not in self._kept_headers}
        if message.attachments or "content-type" not in self._kept_headers:
            own["Content-Type"] = content_type
        headers = _merged(own, request.headers, several=bool(message.attachments))
        return replace(request, path=request.path or self._soap.path, headers=headers, content=content, call=None)

    def _header(self) -> str:
        settings = self._soap.security
        parts: list[str] = []
        if self._signer is not None:
            parts.append(binary_token(self._signer.certificate))
        if settings.life is not None:
            parts.append(timestamp(self._now(), settings.life))
        if (user := settings.username) is not None:
            password = user.password.get_secret_value()
            digest = user.type == "digest"
            parts.append(username_token(user.name, password, self._now(), self._random(16), digest=digest))
        if self._signer is not None:
            parts.append(self._signer.template())
        return security(*parts)

    async def _answered(self, operation: Operation, reply: Reply) -> Reply:
        try:
            if len(reply.content) > _LARGE:
                return await asyncio.to_thread(self._read, operation, reply)
            return self._read(operation, reply)
        except Flaw as flaw:
            reason = str(flaw)
        if not 200 <= reply.status < 300 or operation.response is None:
            return reply  # the status says what is to be done
        raise Lost(f"the answer of {self._host} cannot be read: {reason}")

    def _read(self, operation: Operation, reply: Reply) -> Reply:
        done = 200 <= reply.status < 300
        if done and not reply.content and (operation.response is None or operation.response.root is None):
            return reply
        if not reply.content:
            raise Flaw("it is empty")
        found = received(reply.content, reply.headers.get("content-type", ""), any_type=True)
        if self._verifier is not None:
            self._verifier.verify(found.envelope, self._now())
        reply = replace(reply, content=found.content, attachments=found.attachments)
        if found.envelope.is_fault():
            return replace(reply, fault=read_fault(found.envelope))
        if not done or operation.response is None:
            return reply
        value, _ = value_of(
            self._service, operation.response, found, any_name=operation.rpc, any_namespace=self._soap.any_namespace
        )
        return replace(reply, value=value)


def _demand_readable(operation: Operation) -> None:
    """Before it is sent: an answer that nobody can read would leave a write in doubt."""
    if operation.response is not None and operation.response.problem is not None:
        raise Flaw(f"the answer of {operation.name} {operation.response.problem}")


def _merged(own: Mapping[str, str], given: Mapping[str, str], *, several: bool) -> dict[str, str]:
    """The adapter's headers win over ours, but only we know the boundary of a multipart body."""
    headers = {name.lower(): value for name, value in given.items()}
    if several:
        headers.pop("content-type", None)
    return {name.lower(): value for name, value in own.items()} | headers


__all__ = ["Soap"]
