"""The polls of a configuration: what every system is asked for regularly, as standing deliveries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from bus.config.model import Config
from bus.intake.intake import of_our_own
from bus.ledger import Ledger, NewMessage, Target, standing
from bus.policy import Stamps
from lienthong.ports import Adapter

TYPE = "lienthong.poll"
_SOURCE = "/bus/polls"


async def establish(
    config: Config, adapters: Mapping[str, Adapter], stamps: Stamps, ledger: Ledger, now: float
) -> None:
    """Have exactly the configured polls in the ledger. Safe to repeat, by several processes too."""
    wanted = [
        (_standing(system, poll, stamps.id(system, standing.OPERATION + poll), now), section.every or declared.every)
        for system, settings in config.systems.items()
        for poll, section in settings.polls.items()
        if (declared := adapters[system].polls.get(poll)) is not None
    ]
    await ledger.call(lambda session, _: standing.establish(session, wanted, 0.0))


def cursor_of(ledger: Ledger) -> Callable[[int], Any]:
    """Reads how far a poll read, by its delivery."""

    async def read(delivery: int) -> Any:
        value = await ledger.read(lambda connection: standing.read(connection, delivery))
        return None if value is None else orjson.loads(value)

    return read


def _standing(system: str, poll: str, policy: str, now: float) -> NewMessage:
    subject = f"{system}/{poll}"
    target = Target(system, standing.OPERATION + poll, None, policy)
    return of_our_own(_SOURCE, subject, TYPE, subject, "{}", target, now)
