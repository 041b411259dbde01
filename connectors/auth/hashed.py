"""The population database's own scheme: a password made anew for every call."""

from __future__ import annotations

from hashlib import sha256

from connectors.auth.fixed import basic_value, with_header
from connectors.auth.gateways import HashedPassword
from connectors.auth.port import Clock, Send
from lienthong.requests import Reply, Request


def password(sv_url: str, username: str, timestamp: str, secret_key: str) -> str:
    """Lower-case hexadecimal SHA-256 of the four, in UTF-8, without anything between them."""
    return sha256(f"{sv_url}{username}{timestamp}{secret_key}".encode()).hexdigest()


class HashedPasswords:
    """Signs every request, also a repeated one, with the time at which it is sent. `wall`: seconds since 1970."""

    def __init__(self, settings: HashedPassword, send: Send, wall: Clock) -> None:
        self._settings = settings
        self._send = send
        self._wall = wall

    async def exchange(self, request: Request, deadline: float) -> Reply:
        """Send the request with a password of its own."""
        return await self._send(self._signed(request), deadline)

    async def close(self) -> None:
        """There is nothing to let go of."""

    def _signed(self, request: Request) -> Request:
        settings = self._settings
        timestamp = str(int(self._wall() * (1000 if settings.unit == "ms" else 1)))
        service = request.call.operation if request.call is not None else request.path
        sv_url = settings.sv_urls.get(service, settings.sv_url)
        secret = password(sv_url, settings.username, timestamp, settings.secret_key.get_secret_value())
        stamped = with_header(request, settings.header, timestamp)
        return with_header(stamped, "Authorization", basic_value(settings.username, secret))


__all__ = ["HashedPasswords", "password"]
