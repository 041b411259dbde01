"""Authentication that is the same with every request."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import orjson

from connectors.auth.gateways import AuthHash, LgspAccessToken
from connectors.auth.port import Send
from connectors.auth.settings import ApiKey, Basic, Bearer
from lienthong.requests import Reply, Request

Pair = tuple[str, str]


class Fixed:
    """Adds the same header or query parameter to every request, or nothing."""

    def __init__(self, send: Send, *, header: Pair | None = None, param: Pair | None = None) -> None:
        self._send = send
        self._header = header
        self._param = param

    async def exchange(self, request: Request, deadline: float) -> Reply:
        """Send the request with what is added."""
        return await self._send(self._signed(request), deadline)

    async def close(self) -> None:
        """There is nothing to let go of."""

    def _signed(self, request: Request) -> Request:
        if self._header is not None:
            return with_header(request, *self._header)
        if self._param is not None:
            return replace(request, params={**request.params, self._param[0]: self._param[1]})
        return request


def with_header(request: Request, name: str, value: str) -> Request:
    """`request` with this header, instead of one of that name in any case."""
    others = {other: text for other, text in request.headers.items() if other.lower() != name.lower()}
    return replace(request, headers={**others, name: value})


def api_key(settings: ApiKey, send: Send) -> Fixed:
    """The key at its place."""
    kind, _, name = settings.place.partition(":")
    pair = (name, settings.key.get_secret_value())
    return Fixed(send, header=pair) if kind == "header" else Fixed(send, param=pair)


def basic(settings: Basic, send: Send) -> Fixed:
    """RFC 7617 with UTF-8."""
    return Fixed(send, header=("Authorization", basic_value(settings.username, settings.password.get_secret_value())))


def basic_value(username: str, password: str) -> str:
    """The value of `Authorization` or `Proxy-Authorization`."""
    return f"Basic {_coded(f'{username}:{password}'.encode())}"


def bearer(settings: Bearer, send: Send) -> Fixed:
    """RFC 6750."""
    return Fixed(send, header=("Authorization", f"Bearer {settings.token.get_secret_value()}"))


def auth_hash(settings: AuthHash, send: Send) -> Fixed:
    """base64 of `key_name:key_pass`."""
    value = _coded(f"{settings.key_name}:{settings.key_pass.get_secret_value()}".encode())
    return Fixed(send, header=(settings.header, value))


def lgsp_access_token(settings: LgspAccessToken, send: Send) -> Fixed:
    """base64 of compact JSON (UTF-8), in the order in which known clients write it."""
    issued = {
        "AccessKey": settings.access_key.get_secret_value(),
        "SecretKey": settings.secret_key.get_secret_value(),
        "AppName": settings.app_name,
        "PartnerCode": settings.partner_code,
        "PartnerCodeCus": settings.partner_code_cus,
    }
    said = orjson.dumps({name: text for name, text in issued.items() if text is not None})
    return Fixed(send, header=(settings.header, _coded(said)))


def _coded(value: bytes) -> str:
    return b64encode(value).decode("ascii")


__all__ = ["Fixed", "api_key", "auth_hash", "basic", "basic_value", "bearer", "lgsp_access_token", "with_header"]
