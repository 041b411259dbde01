"""Calls the information system of a provider, or answers in its place."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha512

import aiohttp
import orjson
from yarl import URL

from .answers import XML, Refused, Served
from .envelope import echo, open_letter
from .settings import ServiceSettings
from .store import Call

DROPPED = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding"}
    | {"upgrade", "host", "user-agent", "server", "content-length", "expect"}
)
FAILED = "server.serverproxy.service_failed"


class Providers:
    """Open connections to the systems behind the services. `session` is there while the app is being served."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self.session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Make the connections possible."""
        self.session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=self._timeout),
            connector=aiohttp.TCPConnector(limit=0),
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        """Close them."""
        if self.session is not None:
            await self.session.close()

    async def post(self, service: ServiceSettings, call: Call) -> Served:
        """A SOAP call: nothing but `Content-Type` and `SOAPAction` goes with the body."""
        if service.upstream is None:
            return Served(echo(open_letter(call.body)), 200, XML)
        kept = {name: value for name, value in call.headers.items() if name in ("content-type", "soapaction")}
        return await self.send("POST", service.upstream, kept, call.body)

    async def request(self, service: ServiceSettings, call: Call) -> Served:
        """A REST call; `call.path` is the service path with its query."""
        if service.upstream is not None:
            return await self.send(call.method, service.upstream.rstrip("/") + call.path, call.headers, call.body)
        if call.body:
            return Served(call.body, 200, call.headers.get("content-type", "application/octet-stream"))
        return Served(orjson.dumps({"method": call.method, "path": call.path}))

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Served:
        """One request. Raises `Refused` where no answer comes."""
        if self.session is None:
            raise RuntimeError("the simulator is not being served")
        try:
            async with self.session.request(
                method,
                URL(url, encoded=True),
                headers=headers,
                data=body or None,
                allow_redirects=False,
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            ) as response:
                content = await response.read()
                kept = {name.lower(): value for name, value in response.headers.items()}
                return Served(content, response.status, kept.pop("content-type", ""), kept)
        except TimeoutError as error:
            raise Refused(f"{FAILED}.io_error", "Read timed out") from error
        except (aiohttp.ClientError, OSError) as error:
            raise Refused(f"{FAILED}.network_error", type(error).__name__) from error


def passed(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that a security server lets through."""
    return {name: value for name, value in headers.items() if name not in DROPPED}


def rest_hash(method: str, target: str, headers: dict[str, str], body: bytes) -> str:
    """`X-Road-Request-Hash` of a request as the server writes it."""
    lines = [method, target, *(f"{name}:{value}" for name, value in headers.items())]
    digest = sha512("".join(f"{line}\r\n" for line in lines).encode()).digest()
    if body:
        digest = sha512(digest + sha512(body).digest()).digest()
    return b64encode(digest).decode()


__all__ = ["DROPPED", "FAILED", "Providers", "passed", "rest_hash"]
