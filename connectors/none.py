"""`none`: for what asks nobody: processes, and adapters that only compute or only receive."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel

from connectors.strict import Strict
from lienthong.requests import Misconfigured, Reply, Request


class NoneSettings(Strict):
    """Nothing can be set."""


class NoConnector:
    """Carries nothing."""

    Settings: ClassVar[type[BaseModel]] = NoneSettings

    def __init__(self, settings: NoneSettings, system: str) -> None:
        self._system = system

    async def open(self) -> None:
        """Nothing is needed."""

    async def exchange(self, request: Request) -> Reply:
        """Raises `Misconfigured`: its adapter wants to ask somebody."""
        raise Misconfigured(f"{self._system} has the connector none and cannot send anything; give it another")

    async def close(self) -> None:
        """Nothing is held."""


__all__ = ["NoConnector", "NoneSettings"]
