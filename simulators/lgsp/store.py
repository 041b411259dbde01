"""What the platform knows, in memory: tokens, calls in the order of arrival, categories."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from ..carrying import Later
from ..faults import Dice
from .categories import Category, initial
from .settings import LgspFaults, LgspSettings


@dataclass(slots=True)
class Token:
    """A token that was given; `number` counts from 1."""

    number: int
    value: str
    expires: float
    revoked: bool = False
    calls: int = 0


@dataclass(slots=True)
class Arrival:
    """One call; `token` is the number of the token that it carried, 0 for none that counts."""

    arrival: int
    service: str
    method: str
    path: str
    token: int = 0
    status: int | None = None

    def as_json(self) -> dict[str, Any]:
        """As the log shows it."""
        return {
            "seq": self.arrival,
            "service": self.service,
            "method": self.method,
            "path": self.path,
            "token": self.token,
            "status": self.status,
        }


class State:
    """Everything one simulated platform knows. Not thread-safe: one event loop uses it."""

    def __init__(self, settings: LgspSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self.settings = settings
        self.clock = clock
        self.later = Later()
        self.reset()

    def reset(self) -> None:
        """Back to the beginning: no token, no call, no fault, the first records of every category."""
        self.later.forget()
        self.tokens: dict[str, Token] = {}
        self.log: list[Arrival] = []
        self.refused: Counter[str] = Counter()
        self.categories: dict[str, Category] = initial()
        self.random = Random(self.settings.seed)
        self.turn(LgspFaults(seed=self.settings.seed))

    def turn(self, faults: LgspFaults) -> None:
        """Let these faults be on and no others."""
        self.faults = faults
        self.dice = Dice(faults)

    def uuid(self) -> str:
        """A random UUID, the same one in every run with the same seed."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def issue(self, lifetime: float) -> Token:
        """A new token."""
        token = Token(len(self.tokens) + 1, self.uuid(), self.clock() + lifetime)
        self.tokens[token.value] = token
        return token

    def valid(self, value: str) -> Token | None:
        """The token, if it counts now."""
        token = self.tokens.get(value)
        return None if token is None or token.revoked or self.clock() >= token.expires else token

    def revoke(self) -> int:
        """Let no token count that was given until now, and say how many did."""
        counting = [token for token in self.tokens.values() if self.valid(token.value)]
        for token in counting:
            token.revoked = True
        return len(counting)

    def arrive(self, service: str, method: str, path: str) -> Arrival:
        """A call came."""
        call = Arrival(len(self.log) + 1, service, method, path)
        self.log.append(call)
        return call

    def totals(self) -> dict[str, Any]:
        """Counters."""
        return {
            "tokens_issued": len(self.tokens),
            "tokens_valid": sum(self.valid(value) is not None for value in self.tokens),
            "calls": dict(Counter(call.service for call in self.log)),
            "statuses": dict(Counter(str(call.status) for call in self.log)),
            "refused": dict(self.refused),
            "faults": dict(self.dice.hits),
        }


__all__ = ["Arrival", "State", "Token"]
