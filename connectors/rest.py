"""`rest`: HTTP and JSON, or whatever else an adapter puts into requests."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, Field

from connectors.http import HttpConnector
from connectors.settings import HttpSettings, Url


class RestSettings(HttpSettings):
    """`connect` of a system with `connector: rest`."""

    base_url: Url = Field(description="where the partner's interface begins; request paths are relative to it")


class Rest(HttpConnector):
    """Requests go to `{base_url}/{path}`."""

    Settings: ClassVar[type[BaseModel]] = RestSettings

    def __init__(self, settings: RestSettings, system: str) -> None:
        super().__init__(settings, system, settings.base_url)


__all__ = ["Rest", "RestSettings"]
