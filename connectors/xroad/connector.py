"""`xroad`: services of other bodies through our own security server, and ours through it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar
from uuid import uuid4

from pydantic import BaseModel
from yarl import URL

from connectors.http import HttpConnector
from connectors.xroad.calls import Way
from connectors.xroad.provider import Provider, provider_of
from connectors.xroad.rest_calls import RestWay
from connectors.xroad.settings import XRoadSettings
from connectors.xroad.soap_calls import SoapWay
from lienthong.requests import Answer, Inbound, Misconfigured, NotSent, Reply, Request, Unsendable

# From here on reading takes long enough (10 ms) to be felt by the calls beside it.
_LARGE = 512 * 1024


def _uuid() -> str:
    return str(uuid4())


class XRoad(HttpConnector):
    """Carries requests (protocol `rest`) or calls (protocol `soap`) to services through a security server.

    `new_id` makes the id of each exchange. Serves `/in/{system}/{operation}` where `provide` is set.
    """

    Settings: ClassVar[type[BaseModel]] = XRoadSettings

    def __init__(self, settings: XRoadSettings, system: str, *, new_id: Callable[[], str] = _uuid) -> None:
        super().__init__(settings, system, settings.base_url)
        self.xroad = settings
        self._new_id = new_id
        url = URL(settings.base_url)
        self.host = f"{url.host}:{url.port}"
        try:
            self._way = _way(settings, self.host)
            self._provider: Provider | None = provider_of(settings)
        except ValueError as error:
            reason = str(error)
        else:
            return
        raise Misconfigured(reason)

    def unwrap(self, inbound: Inbound) -> Inbound | Answer:
        """See `lienthong.ports.Endpoint`. Without the section `provide` the request stays as it is."""
        return self._provider.unwrap(inbound) if self._provider is not None else inbound

    def wrap(self, inbound: Inbound, answer: Answer) -> Answer:
        """See `lienthong.ports.Endpoint`."""
        return self._provider.wrap(inbound, answer) if self._provider is not None else answer

    async def fetch(self, request: Request) -> Reply:
        """One request to the security server itself, as it is and without a log-in. Raises as `exchange` does."""
        if self._auth is None:
            raise NotSent("the connector is not open; nothing was sent")
        allowed = self._settings.timeouts.total if request.timeout is None else request.timeout
        return await super()._send(request, asyncio.get_running_loop().time() + allowed)

    def new_id(self) -> str:
        """The id of another exchange."""
        return self._new_id()

    async def _send(self, request: Request, deadline: float) -> Reply:
        """Here and not in `exchange`: what is sent again gets an id of its own."""
        try:
            prepared = self._way.prepare(request, self._new_id())
        except ValueError as error:
            reason = str(error)
        else:
            reply = await super()._send(prepared.request, deadline)
            if len(reply.content) > _LARGE:
                return await asyncio.to_thread(prepared.read, reply)
            return prepared.read(reply)
        raise Unsendable(reason)


def _way(settings: XRoadSettings, host: str) -> Way:
    if settings.protocol == "soap" and settings.soap is not None:
        return SoapWay(settings, settings.soap, host)
    return RestWay(settings, host)


__all__ = ["XRoad"]
