"""`rest`: HTTP and JSON, or whatever else an adapter puts into requests."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, Field

from connectors.envelope import Envelope, opened
from connectors.http import HttpConnector
from connectors.settings import HttpSettings, Url
from lienthong.requests import Reply, Request


class RestSettings(HttpSettings):
    """`connect` of a system with `connector: rest`."""

    base_url: Url = Field(description="where the partner's interface begins; request paths are relative to it")
    envelope: Envelope | None = Field(
        default=None, description="the gateway's answer around the partner's, taken off; `{}` for the usual one"
    )


class Rest(HttpConnector):
    """Requests go to `{base_url}/{path}`."""

    Settings: ClassVar[type[BaseModel]] = RestSettings

    def __init__(self, settings: RestSettings, system: str) -> None:
        super().__init__(settings, system, settings.base_url)
        self._envelope = settings.envelope

    async def _send(self, request: Request, deadline: float) -> Reply:
        """Below the log-in, so that it sees the partner's own refusal of a session."""
        return opened(await super()._send(request, deadline), self._envelope)


__all__ = ["Rest", "RestSettings"]
