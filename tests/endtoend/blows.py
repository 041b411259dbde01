"""When what is killed: a plan from a seed, so that a failure can be looked at again. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

# the part of the flow in which blows fall: all of them have to meet work in progress
FIRST, LAST = 0.03, 0.85
# every so many blows one meets a bus that is just starting, which takes so many seconds
EARLY, START = 4, 2.0
# a database stays away for longer than callers of the ledger wait for it
AWAY = {"postgres": 7.0}


@dataclass(frozen=True, slots=True)
class Blow:
    """Kill `what` when the portal holds `at` effects, `after` seconds later; start it again `down` seconds later."""

    what: str
    at: int
    after: float
    down: float


def plan(seed: int, whats: Sequence[str], effects: int) -> list[Blow]:
    """One blow for each of `whats`, in this order, while `effects` arrive. The first meets a bus that works."""
    random = Random(seed)
    places = sorted(random.uniform(FIRST, LAST) for _ in whats)
    blows: list[Blow] = []
    for number, (what, place) in enumerate(zip(whats, places, strict=True)):
        early = what == "bus" and number % EARLY == EARLY - 1
        at = blows[-1].at if early else int(place * effects)
        after = random.uniform(0, START) if early else random.uniform(0, 0.3)
        blows.append(Blow(what, at, after, AWAY.get(what, random.uniform(0, 0.3))))
    return blows
