"""OAuth 2.0 client credentials."""

from __future__ import annotations

from connectors.auth.fixed import with_header
from connectors.auth.keeper import Held
from connectors.auth.port import Clock, Send
from connectors.auth.renewing import Renewing
from connectors.auth.token import fresh_for, granted, token_request
from connectors.auth.token_settings import OAuth2
from lienthong.requests import Request


class ClientCredentials(Renewing):
    """Carries requests out with a token. `ask` reaches the place where tokens are given."""

    def __init__(self, settings: OAuth2, send: Send, ask: Send, clock: Clock, login_timeout: float) -> None:
        super().__init__(self._obtain, self._placed, settings.expired, send, clock)
        self._settings = settings
        self._ask = ask
        self._clock = clock
        self._login_timeout = login_timeout

    async def _obtain(self) -> Held:
        since = self._clock()
        reply = await self._ask(token_request(self._settings), since + self._login_timeout)
        given = granted(self._settings, reply)
        return Held(given.token, since + fresh_for(self._settings, given.life), since + given.life)

    def _placed(self, request: Request, token: str) -> Request:
        return with_header(request, self._settings.place.partition(":")[2], self._settings.prefix + token)


__all__ = ["ClientCredentials"]
