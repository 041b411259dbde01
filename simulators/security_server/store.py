"""What the simulator knows: the exchanges in the order of their arrival, and which faults are on."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from ..carrying import Later
from ..faults import Dice
from .faults import SecurityServerFaults
from .identifiers import Parts, from_path, to_path
from .settings import SecurityServerSettings, ServiceSettings, Version


@dataclass(slots=True)
class Record:
    """One call that reached a provider. `arrival` counts from 1."""

    arrival: int
    protocol: str
    service: str
    client: str
    id: str | None
    request_id: str
    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    status: int | None = None
    answered: bool = False

    def mark(self) -> dict[str, Any]:
        """As the log shows it."""
        shown = {"seq": self.arrival, "protocol": self.protocol, "service": self.service, "client": self.client}
        return {**shown, "id": self.id, "request_id": self.request_id, "answered": self.answered}

    def as_json(self) -> dict[str, Any]:
        """As `/_control/records` shows it."""
        sent = {"method": self.method, "path": self.path, "headers": dict(self.headers)}
        return {**self.mark(), **sent, "body": self.body.decode("utf-8", "replace"), "status": self.status}


class State:
    """Everything one simulated server knows. Not thread-safe: one event loop uses it."""

    def __init__(self, settings: SecurityServerSettings) -> None:
        self.settings = settings
        self.later = Later()
        self.running: set[asyncio.Task[Any]] = set()
        self.services = {self._name(service): service for service in settings.services}
        self.clients = {from_path(client) for client in settings.clients}
        self.providers = {from_path(service.provider) for service in settings.services}
        self.reset()

    @staticmethod
    def _name(service: ServiceSettings) -> str:
        provider = from_path(service.provider)
        return to_path((*provider, *[None] * (4 - len(provider)), service.code))

    def reset(self) -> None:
        """Back to the beginning: nothing recorded, no fault, nothing to come."""
        self.later.forget()
        self.records: list[Record] = []
        self.calls: Counter[str] = Counter()
        self._random = Random(self.settings.seed)
        self.turn(SecurityServerFaults(seed=self.settings.seed))

    def turn(self, faults: SecurityServerFaults) -> None:
        """Let these faults be on and no others."""
        self.faults = faults
        self.dice = Dice(faults)

    @property
    def version(self) -> Version:
        """Whose spelling of codes."""
        return self.faults.spelling or self.settings.version

    def uuid(self) -> str:
        """A new request id or log id; the same sequence for the same seed."""
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def record(self, protocol: str, service: Parts, client: Parts, id: str | None, call: Call) -> Record:
        """Note that a provider is being called."""
        found = Record(
            len(self.records) + 1,
            protocol,
            to_path(service),
            to_path(client),
            id,
            call.request_id,
            call.method,
            call.path,
            call.headers,
            call.body,
        )
        self.records.append(found)
        return found


@dataclass(frozen=True, slots=True)
class Call:
    """What a provider is sent."""

    request_id: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


__all__ = ["Call", "Record", "State"]
