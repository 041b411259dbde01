"""What the service remembers: every call in the order of arrival, without anything about the person asked for."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.base import ZONE

from ..carrying import Later
from ..faults import Dice, Fault
from .asked import Pull, Question
from .faults import OWN, PopulationFaults
from .people import Person
from .registry import Population
from .settings import Answers, PopulationSettings


@dataclass(slots=True)
class Arrival:
    """One call. `result` is `None` until it took effect; `arrival` counts from 1."""

    arrival: int
    service: str
    request_id: str = ""
    officer: str = ""
    unit: str = ""
    purpose: str = ""
    result: str | None = None
    answered: bool = False

    def as_json(self) -> dict[str, Any]:
        """As the log shows it."""
        return {
            "seq": self.arrival,
            "service": self.service,
            "MaYeuCau": self.request_id,
            "MaCanBo": self.officer,
            "MaDonVi": self.unit,
            "MaDVC": self.purpose,
            "result": self.result,
            "answered": self.answered,
        }


class State:
    """Everything one simulated service knows. Not thread-safe: one event loop uses it."""

    def __init__(self, settings: PopulationSettings, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self.clock = clock
        self.later = Later()
        self.population = Population(settings.people, settings.seed, settings.divisions)
        self.reset()

    def reset(self) -> None:
        """Back to the beginning: no call, no fault, nothing to come. The people stay who they are."""
        self.later.forget()
        self.log: list[Arrival] = []
        self.ids: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.in_flight = self.most_in_flight = 0
        self.turn(PopulationFaults(seed=self.settings.seed))

    def turn(self, faults: PopulationFaults) -> None:
        """Let these faults be on and no others."""
        self.faults = faults
        self.dice = Dice(faults)

    @property
    def style(self) -> Answers:
        """How answers are written now."""
        return self.faults.answers or self.settings.answers

    @property
    def moment(self) -> datetime:
        """Now, in Asia/Ho_Chi_Minh."""
        return datetime.fromtimestamp(self.clock(), ZONE)

    def own_fault(self, service: str) -> Fault | None:
        """The fault of this service alone that spoils the answer to this call, if any."""
        for name in OWN:
            fault = self.dice.roll(name, service, Fault)
            if fault is not None:
                return fault
        return None

    def arrive(self, service: str) -> Arrival:
        """A call came."""
        call = Arrival(len(self.log) + 1, service)
        self.log.append(call)
        return call

    def refuse(self, call: Arrival, why: str) -> None:
        """A call is not taken; `why` is a word, not a sentence."""
        call.result = "refused"
        self.refused[why] += 1

    def identify(self, call: Arrival, asked: Question | Pull) -> bool:
        """Note who asks; false if the request id came before."""
        call.request_id = asked.request_id
        if isinstance(asked, Question):
            call.officer, call.unit, call.purpose = asked.officer, asked.unit, asked.purpose
        self.ids[asked.request_id] += 1
        return self.ids[asked.request_id] == 1

    def find(self, asked: Question) -> Person | None:
        """The person with that number, that name and that birth."""
        number = asked.number
        known = self.population.of_number(number) if number else self.population.of_old_number(asked.old_number)
        return next((who for who in known if who.is_named(asked.name) and who.is_born(asked.born)), None)

    def changed(self, asked: Pull) -> list[Person]:
        """A page of the people whose record changed in the period, the oldest change first."""
        changes = self.settings.changes
        start, every = changes.start.timestamp() * 1000, changes.every * 1000
        first, last = (max(0, -int(-(when - start) // every)) for when in (asked.since, asked.until))
        begin = first + (asked.page - changes.first_page) * asked.size
        page = (self._changed(k) for k in range(begin, min(begin + asked.size, last, changes.count)))
        return [record for record in page if record is not None]

    def _changed(self, number: int) -> Person | None:
        """The record of the applicant of dossier `number`, or of the next that has one."""
        filed, population = self.settings.people.filed, self.population
        owners = (who for n in range(filed) for who in population.applicants((number + n) % filed, 1))
        return next((record for who in owners for record in population.of_number(who.number)), None)

    def totals(self) -> dict[str, Any]:
        """Counters."""
        return {
            "calls": dict(Counter(call.service for call in self.log)),
            "results": dict(Counter(call.result or "none" for call in self.log)),
            "refused": dict(self.refused),
            "request_ids": len(self.ids),
            "repeats": sum(count - 1 for count in self.ids.values()),
            "faults": dict(self.dice.hits),
            "most_in_flight": self.most_in_flight,
        }


__all__ = ["Arrival", "State"]
