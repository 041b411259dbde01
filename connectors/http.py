"""What `rest` and `vxp` share: requests in, HTTP out, under one identity."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import lru_cache

import httpx

from connectors.answers import ACCEPTED
from connectors.auth import Authenticator, Send, authenticator
from connectors.bodies import encoded
from connectors.headers import checked
from connectors.settings import HttpSettings, elsewhere
from connectors.targets import target
from connectors.transport import Transport
from lienthong.requests import NotSent, Reply, Request, Unsendable

_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_DEFAULTS = {
    "user-agent": "lienthong",
    "accept": "application/json, */*;q=0.8",
    "accept-encoding": ACCEPTED,
}


class HttpConnector:
    """Carries requests to URLs below `base`.

    `headers` are put below those of the settings, `fixed_headers` and `fixed_params` above those of every request.
    """

    def __init__(
        self,
        settings: HttpSettings,
        system: str,
        base: str,
        *,
        headers: Mapping[str, str] | None = None,
        fixed_headers: Mapping[str, str] | None = None,
        fixed_params: Mapping[str, str] | None = None,
    ) -> None:
        self.system = system
        self._settings = settings
        self._base = base
        self._headers = _DEFAULTS | _lowered(headers or {}) | _lowered(settings.headers)
        self._fixed_headers = _lowered(fixed_headers or {})
        self._fixed_params = dict(fixed_params or {})
        self._params = self._fixed_params | settings.params
        self._transport = Transport(settings, base)
        self._beside: list[HttpConnector] = []
        self._auth: Authenticator | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.system!r})"

    async def open(self) -> None:
        """Make the pool ready; nothing is sent. Raises `Misconfigured` for an unusable certificate."""
        await self._transport.open()
        settings, clock = self._settings, asyncio.get_running_loop().time
        self._auth = authenticator(
            settings.auth, self._send, clock, settings.timeouts.total, gateway=settings.gateway, reach=self._reach
        )
        for connector in self._beside:
            await connector.open()

    async def exchange(self, request: Request) -> Reply:
        """See `lienthong.ports.Connector`. `request.timeout` bounds all of it, a log-in included."""
        if self._auth is None:
            raise NotSent("the connector is not open; nothing was sent")
        allowed = self._settings.timeouts.total if request.timeout is None else request.timeout
        return await self._auth.exchange(request, asyncio.get_running_loop().time() + allowed)

    async def close(self) -> None:
        """Safe to call twice. What is under way ends as `NotSent` or `Lost`."""
        auth, self._auth = self._auth, None
        if auth is not None:
            await auth.close()
        while self._beside:
            await self._beside.pop().close()
        await self._transport.aclose()

    def _reach(self, base: str) -> Send:
        """Another host, for its tokens alone: what our partner gets in headers and parameters is not for it."""
        other = HttpConnector(elsewhere(self._settings, self._base, base), self.system, base)
        self._beside.append(other)
        return other._send

    async def _send(self, request: Request, deadline: float) -> Reply:
        remaining = deadline - asyncio.get_running_loop().time()
        if remaining <= 0:
            raise NotSent("no time was left; nothing was sent")
        response = await self._transport.handle_async_request(self._prepared(request, remaining))
        return Reply(response.status_code, dict(response.headers), response.content)

    def _prepared(self, request: Request, remaining: float) -> httpx.Request:
        try:
            return self._outgoing(request, remaining)
        except ValueError as error:
            reason = str(error)
        raise Unsendable(reason)

    def _outgoing(self, request: Request, remaining: float) -> httpx.Request:
        if request.method not in _METHODS:
            raise ValueError(f"the method must be one of {', '.join(sorted(_METHODS))}")
        content, content_type = encoded(request)
        headers = self._headers | _lowered(checked(request.headers)) | self._fixed_headers
        if content_type is not None:
            headers.setdefault("content-type", content_type)
        params = self._params | dict(request.params) | self._fixed_params
        return httpx.Request(
            request.method,
            _parsed(target(self._base, request.path, params)),
            headers=headers,
            content=content,
            extensions={"write": request.write, "timeout": remaining},
        )


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@lru_cache(maxsize=1024)
def _parsed(url: str) -> httpx.URL:
    return httpx.URL(url)


__all__ = ["HttpConnector"]
