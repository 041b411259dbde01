"""Authentication, a part of its own: settings chosen by `type`, and what carries requests out with them."""

from __future__ import annotations

from connectors.auth.fixed import Fixed, api_key, basic, bearer
from connectors.auth.port import Authenticator, Clock, Send
from connectors.auth.session import SessionLogin
from connectors.auth.settings import ApiKey, Auth, Basic, Bearer, NoAuth, Session


def authenticator(settings: Auth, send: Send, clock: Clock, login_timeout: float) -> Authenticator:
    """The authentication that `settings` describe. `clock` is monotonic, `login_timeout` in its seconds."""
    match settings:
        case ApiKey():
            return api_key(settings, send)
        case Basic():
            return basic(settings, send)
        case Bearer():
            return bearer(settings, send)
        case Session():
            return SessionLogin(settings, send, clock, login_timeout)
        case NoAuth():
            return Fixed(send)


__all__ = ["ApiKey", "Auth", "Authenticator", "Basic", "Bearer", "Clock", "NoAuth", "Send", "Session", "authenticator"]
