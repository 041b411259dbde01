"""Session log-in."""

from __future__ import annotations

from dataclasses import replace

from connectors.auth.fixed import with_header
from connectors.auth.keeper import Held
from connectors.auth.login import login_request, session
from connectors.auth.pointer import Missing, put
from connectors.auth.port import Clock, Send
from connectors.auth.renewing import Renewing
from connectors.auth.settings import Session
from lienthong.requests import Misconfigured, Request

# A session is renewed in the last tenth of its life, so that it does not end between our look and the partner's.
_FRESH = 0.9


class SessionLogin(Renewing):
    """Carries requests out with a session."""

    def __init__(self, settings: Session, send: Send, clock: Clock, login_timeout: float) -> None:
        super().__init__(self._obtain, self._placed, settings.expired, send, clock)
        self._settings = settings
        self._clock = clock
        self._login_timeout = login_timeout

    async def _obtain(self) -> Held:
        since = self._clock()
        reply = await self._send(login_request(self._settings), since + self._login_timeout)
        end = since + _FRESH * self._settings.lifetime
        return Held(session(self._settings, reply), end, end)

    def _placed(self, request: Request, token: str) -> Request:
        kind, _, place = self._settings.place.partition(":")
        if kind == "header":
            return with_header(request, place, self._settings.prefix + token)
        try:
            return replace(request, json=put(request.json, place, token))
        except Missing:
            pass
        raise Misconfigured(f"auth.place {self._settings.place} needs an object there in the request's JSON body")


__all__ = ["SessionLogin"]
