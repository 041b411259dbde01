"""Several identities at once: each request passes through all of them, from the partner's own to the outermost gateway.

A log-in passes through those that stand after the one which logs in: a token is asked for with the gateway's header,
and a session is opened with the gateway's token.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from connectors.auth.fixed import Fixed, api_key, auth_hash, basic, bearer, lgsp_access_token
from connectors.auth.hashed import HashedPasswords
from connectors.auth.oauth2 import ClientCredentials
from connectors.auth.port import Authenticator, Clock, Send
from connectors.auth.session import SessionLogin
from connectors.auth.settings import (
    ApiKey,
    Auth,
    AuthHash,
    Basic,
    Bearer,
    HashedPassword,
    LgspAccessToken,
    NoAuth,
    OAuth2,
    Session,
)
from connectors.urls import absolute
from lienthong.requests import Misconfigured, Reply, Request

# How requests are sent to another base URL than the connector's.
Reach = Callable[[str], Send]


def _nowhere(base: str) -> Send:
    raise Misconfigured(f"this connector cannot ask for tokens at another host; make token_url a path ({base})")


class Layers:
    """The whole of it: `exchange` begins with the partner's own identity."""

    def __init__(
        self,
        parts: Sequence[Auth],
        send: Send,
        clock: Clock,
        login_timeout: float,
        wall: Clock,
        reach: Reach,
    ) -> None:
        self._clock = clock
        self._login_timeout = login_timeout
        self._wall = wall
        self._reach = reach
        self._made: list[Authenticator] = []
        self._first = self._chain(parts, send)

    async def exchange(self, request: Request, deadline: float) -> Reply:
        """See `Authenticator`."""
        return await self._first(request, deadline)

    async def close(self) -> None:
        """Safe to call twice."""
        for part in self._made:
            await part.close()

    def _chain(self, parts: Sequence[Auth], send: Send) -> Send:
        if not parts:
            return send
        made = self._part(parts[0], parts[1:], send)
        self._made.append(made)
        return made.exchange

    def _part(self, settings: Auth, after: Sequence[Auth], end: Send) -> Authenticator:
        send = self._chain(after, end)
        match settings:
            case Session():
                return SessionLogin(settings, send, self._clock, self._login_timeout)
            case OAuth2():
                away = absolute(settings.token_url)
                ask = self._chain(after, self._reach(settings.token_url)) if away else send
                return ClientCredentials(settings, send, ask, self._clock, self._login_timeout)
            case HashedPassword():
                return HashedPasswords(settings, send, self._wall)
        return _fixed(settings, send)


def _fixed(settings: NoAuth | ApiKey | Basic | Bearer | LgspAccessToken | AuthHash, send: Send) -> Fixed:
    match settings:
        case ApiKey():
            return api_key(settings, send)
        case Basic():
            return basic(settings, send)
        case Bearer():
            return bearer(settings, send)
        case LgspAccessToken():
            return lgsp_access_token(settings, send)
        case AuthHash():
            return auth_hash(settings, send)
        case NoAuth():
            return Fixed(send)


def authenticator(
    settings: Auth,
    send: Send,
    clock: Clock,
    login_timeout: float,
    *,
    gateway: Sequence[Auth] = (),
    wall: Clock = time.time,
    reach: Reach = _nowhere,
) -> Authenticator:
    """The identity that `settings` describe, behind those of `gateway`.

    `clock` is monotonic, `login_timeout` in its seconds; `wall` gives seconds since 1970. `reach` is called at once for
    a token_url with a host of its own.
    """
    return Layers((settings, *gateway), send, clock, login_timeout, wall, reach)


__all__ = ["Layers", "Reach", "authenticator"]
