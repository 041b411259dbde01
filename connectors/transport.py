"""The HTTP leg: httpx's types on aiohttp, called directly. No redirects, no cookies, no environment, no repetition."""

from __future__ import annotations

import io
from functools import lru_cache

import aiohttp
import httpx
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from connectors.answers import TooLarge, Unreadable, collector
from connectors.auth.fixed import basic_value
from connectors.failures import failure
from connectors.pool import Attempt, ConnectionPool, current
from connectors.settings import HttpSettings, Proxy
from connectors.tls import client_context
from lienthong.requests import Lost, Misconfigured, NotSent

# aiohttp wants larger bodies as a file, so that it can write them in pieces.
_LARGE = 1 << 20
_PACKING = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})


class Transport(httpx.AsyncBaseTransport):
    """One pool of connections to one partner.

    Takes requests with the extensions `write` (bool) and `timeout` (seconds, for all of it) and returns answers read
    to the end and unpacked. Raises `NotSent`, `Lost` or `Misconfigured`.
    """

    def __init__(self, settings: HttpSettings, base: str) -> None:
        self._settings = settings
        self._url = URL(base)
        self._host = f"{self._url.host}:{self._url.port}"
        self._proxy, self._tunnel_headers, self._proxy_headers = _proxy(settings.proxy, self._url.scheme)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Raises `Misconfigured` where a certificate's file cannot be used any more."""
        self._session = aiohttp.ClientSession(
            connector=self._pool(),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        )

    def _pool(self) -> ConnectionPool:
        size, idle = self._settings.pool.size, self._settings.pool.idle
        tls = self._tls() if self._url.scheme == "https" else True
        if idle == 0:
            return ConnectionPool(limit=size, ssl=tls, force_close=True)
        return ConnectionPool(limit=size, ssl=tls, keepalive_timeout=idle)

    def _tls(self) -> object:
        tls = self._settings.tls
        try:
            return client_context(tls.ca, tls.certificate, tls.key, tls.key_password)
        except ValueError as error:
            raise Misconfigured(f"tls.{error}") from None

    async def aclose(self) -> None:
        """Safe to call twice."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request, one answer."""
        attempt = Attempt(write=request.extensions["write"])
        current.set(attempt)
        try:
            return await self._exchange(request)
        except (aiohttp.ClientError, HttpProcessingError, OSError, Lost) as error:
            told = failure(error, attempt, self._host)
        # Raised here, not above: the library's error holds the URL and the headers, with their secrets.
        raise told

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        session = self._session
        if session is None or session.closed:
            raise NotSent("the connector is not open; nothing was sent")
        content = request.content
        response = await session.request(
            request.method,
            _wire(str(request.url)),
            headers=[*request.headers.multi_items(), *self._proxy_headers],
            data=io.BytesIO(content) if len(content) > _LARGE else content or None,
            allow_redirects=False,
            timeout=self._timeout(request.extensions["timeout"]),
            server_hostname=self._settings.tls.server_name,
            proxy=self._proxy,
            proxy_headers=self._tunnel_headers,
        )
        try:
            return await self._read(request, response)
        except BaseException:
            response.close()
            raise

    def _timeout(self, total: float) -> aiohttp.ClientTimeout:
        waits = self._settings.timeouts
        return aiohttp.ClientTimeout(
            total=total, connect=waits.pool + waits.connect, sock_connect=waits.connect, sock_read=waits.read
        )

    async def _read(self, request: httpx.Request, response: aiohttp.ClientResponse) -> httpx.Response:
        limit = self._settings.max_answer
        try:
            if request.method != "HEAD" and (response.content_length or 0) > limit:
                raise TooLarge
            content = await _collect(response, limit)
        except TooLarge:
            told = f"the answer of {self._host} is larger than max_answer ({limit} bytes)"
        except Unreadable as error:
            told = f"the answer of {self._host} cannot be read: {error}"
        else:
            headers = [pair for pair in response.raw_headers if pair[0].lower() not in _PACKING]
            return httpx.Response(response.status, headers=headers, content=content)
        raise Lost(told)


async def _collect(response: aiohttp.ClientResponse, limit: int) -> bytes:
    stream = response.content
    pieces = collector(response.headers.get("Content-Encoding", ""), limit)
    while not stream.at_eof():
        pieces.feed(await stream.readany())
    return pieces.finish()


@lru_cache(maxsize=1024)
def _wire(url: str) -> URL:
    return URL(url, encoded=True)


def _proxy(proxy: Proxy | None, scheme: str) -> tuple[str | None, dict[str, str] | None, list[tuple[str, str]]]:
    """The proxy's URL, the headers of a CONNECT, and those that a request in the clear carries for the proxy."""
    if proxy is None or proxy.username is None:
        return (proxy.url if proxy else None), None, []
    password = proxy.password.get_secret_value() if proxy.password is not None else ""
    value = basic_value(proxy.username, password)
    if scheme == "https":
        return proxy.url, {"Proxy-Authorization": value}, []
    return proxy.url, None, [("Proxy-Authorization", value)]


__all__ = ["Transport"]
