"""Authentication, a part of its own: settings chosen by `type`, and what carries requests out with them."""

from __future__ import annotations

from connectors.auth.chain import Layers, Reach, authenticator
from connectors.auth.port import Authenticator, Clock, Send
from connectors.auth.settings import (
    ApiKey,
    Auth,
    AuthHash,
    Basic,
    Bearer,
    Gateway,
    HashedPassword,
    LgspAccessToken,
    NoAuth,
    OAuth2,
    Session,
)

__all__ = [
    "ApiKey",
    "Auth",
    "AuthHash",
    "Authenticator",
    "Basic",
    "Bearer",
    "Clock",
    "Gateway",
    "HashedPassword",
    "Layers",
    "LgspAccessToken",
    "NoAuth",
    "OAuth2",
    "Reach",
    "Send",
    "Session",
    "authenticator",
]
