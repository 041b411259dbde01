"""Carries a call on to the system behind the gateway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from .settings import LgspSettings

HOP = {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailers", "transfer-encoding"}
OWN = {"host", "content-length", "accept-encoding", "upgrade"}
UNASKED = ("Accept-Encoding", "Content-Type", "User-Agent")


@dataclass(frozen=True, slots=True)
class Carried:
    """What the system behind the gateway answered."""

    status: int
    body: bytes
    kind: str


class Forwarder:
    """Open between `open` and `close`. Redirects are not followed."""

    def __init__(self, settings: LgspSettings) -> None:
        self.settings = settings
        self._session: aiohttp.ClientSession | None = None

    def target(self, path: str) -> str | None:
        """The URL behind a path of the gateway: of the longest prefix that fits, or `None`."""
        fitting = [prefix for prefix in self.settings.upstreams if path == prefix or path.startswith(f"{prefix}/")]
        if not fitting:
            return None
        prefix = max(fitting, key=len)
        return self.settings.upstreams[prefix].rstrip("/") + path[len(prefix) :]

    async def open(self) -> None:
        """Get ready, in the loop that will forward."""
        timeout = aiohttp.ClientTimeout(total=self.settings.timeout)
        self._session = aiohttp.ClientSession(timeout=timeout, auto_decompress=False, skip_auto_headers=UNASKED)

    async def close(self) -> None:
        """Let go of every connection."""
        if self._session is not None:
            await self._session.close()

    async def forward(self, method: str, url: str, query: str, headers: Mapping[str, str], body: bytes) -> Carried:
        """The answer of the system behind, or a 502 or 504 of our own."""
        if self._session is None:
            raise RuntimeError("the forwarder is not open")
        kept = {name: value for name, value in headers.items() if name.lower() not in HOP | OWN}
        target = f"{url}?{query}" if query else url
        try:
            async with self._session.request(
                method, target, data=body or None, headers=kept, allow_redirects=False
            ) as answer:
                kind = answer.headers.get("content-type", "application/octet-stream")
                return Carried(answer.status, await answer.read(), kind)
        except TimeoutError:
            return Carried(504, b"Gateway Timeout", "text/plain")
        except aiohttp.ClientError:
            return Carried(502, b"Bad Gateway", "text/plain")


__all__ = ["Carried", "Forwarder"]
