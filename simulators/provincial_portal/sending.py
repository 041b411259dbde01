"""Sends one notice as a real portal does: again until there is an answer."""

from __future__ import annotations

import asyncio

import aiohttp
import orjson

from .portal import Filing
from .settings import ProvincialPortalSettings


class Sender:
    """Sends to one address of the bus."""

    def __init__(self, settings: ProvincialPortalSettings, session: aiohttp.ClientSession, url: str, key: str) -> None:
        self.settings, self.session, self.url, self.key = settings, session, url, key

    async def send(self, filing: Filing) -> bool:
        """Send until it is answered for good. Whether it was accepted."""
        body = orjson.dumps(filing.notice)
        wait = self.settings.first_wait
        while True:
            asked = await self._try(filing, body)
            if filing.stand != "sending":
                return filing.stand == "accepted"
            await asyncio.sleep(wait if asked is None else asked)
            wait = min(max(wait, 0.001) * 2, self.settings.longest_wait)

    async def _try(self, filing: Filing, body: bytes) -> float | None:
        """One attempt; the seconds to wait for that the bus asked for, if it did."""
        filing.tries += 1
        try:
            async with self.session.post(self.url, data=body, headers=self._headers()) as response:
                raw = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError):
            filing.status = filing.answer = None
            return None
        filing.status, filing.answer = response.status, _read(raw)
        if 200 <= response.status < 300:
            filing.stand = "accepted"
            filing.answered_at = asyncio.get_running_loop().time()
        elif response.status < 500 and response.status not in (408, 429):
            filing.stand = "refused"
        after = response.headers.get("retry-after", "")
        return float(after) if after.isascii() and after.isdigit() else None

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}", "content-type": "application/json; charset=utf-8"}


def _read(raw: bytes) -> object:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None


__all__ = ["Sender"]
