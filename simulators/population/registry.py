"""The invented population, made when it is asked for: applicants of the provincial portal, and other residents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.personal_number import personal_number

from ..provincial_portal import generate
from .people import TODAY, Divisions, Person, birth_year, is_female, other_name, person

Fate = Literal["known", "differs", "unknown"]
SERIALS = 1000


class PopulationSize(BaseModel):
    """Who there is. `extra` people come before all others of the same number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    filed: int = Field(default=20_000, ge=0, le=1_000_000, description="dossiers whose applicants are known")
    portal_seed: int = Field(default=1, description="`seed` of the provincial portal that files them")
    unknown: float = Field(default=0.01, ge=0, le=1, description="share of applicants of whom there is no record")
    differs: float = Field(default=0.02, ge=0, le=1, description="share of applicants recorded under another name")
    residents: bool = Field(default=True, description="whether every other number of the pattern is somebody too")
    extra: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Applicant:
    """A person as the provincial portal files one; `fate` is what the database has of that."""

    number: str
    old_number: str
    name: str
    fate: Fate

    @property
    def year(self) -> int:
        """Year of birth."""
        return birth_year(self.number)


class Population:
    """Finds records by number. What was made is kept."""

    def __init__(self, size: PopulationSize, seed: int = 0, divisions: Divisions = "2025") -> None:
        self.size = size
        self.seed = seed
        self.divisions: Divisions = divisions
        self._filed: dict[int, dict[str, list[Applicant]]] = {}
        self._records: dict[str, tuple[Person, ...]] = {}

    def of_number(self, number: str) -> tuple[Person, ...]:
        """The records under a personal number: one, none, or two where applicants share a number."""
        found = self._records.get(number)
        if found is None:
            found = self._records[number] = (*self._extra(number), *self._made(number))
        return found

    def of_old_number(self, number: str) -> tuple[Person, ...]:
        """The records under a number of an old card."""
        extra = tuple(known for known in self.size.extra if known.old_number == number)
        case = int(number[3:]) if number.startswith("000") else self.size.filed
        holders = [who for who in self._owners((case,)) if who.old_number == number]
        made = (known for who in holders for known in self.of_number(who.number) if known.old_number == number)
        return (*extra, *made)

    def applicants(self, first: int, count: int) -> list[Applicant]:
        """The people among the applicants of so many dossiers, in the order of filing."""
        return list(self._owners(range(first, first + count)))

    def _extra(self, number: str) -> tuple[Person, ...]:
        return tuple(known for known in self.size.extra if known.number == number)

    def _made(self, number: str) -> Iterator[Person]:
        if not _of_the_pattern(number):
            return
        serial = int(number[9:])
        if serial not in self._filed:
            self._filed[serial] = self._index(serial)
        filed = self._filed[serial].get(number, [])
        for who in filed:
            if who.fate != "unknown":
                yield self._record(who)
        if not filed and self.size.residents:
            yield person(number, None, "", self.seed, self.divisions)

    def _record(self, who: Applicant) -> Person:
        made = person(who.number, who.name, who.old_number, self.seed, self.divisions)
        return replace(made, name=other_name(who.name, is_female(who.number))) if who.fate == "differs" else made

    def _index(self, serial: int) -> dict[str, list[Applicant]]:
        index: dict[str, list[Applicant]] = {}
        for who in self._owners(range(serial, self.size.filed, SERIALS)):
            same = index.setdefault(who.number, [])
            if who not in same:
                same.append(who)
        return index

    def _owners(self, cases: range | tuple[int, ...]) -> Iterator[Applicant]:
        for case in cases:
            if case >= self.size.filed:
                return
            (told,) = generate(1, self.size.portal_seed, first=case)
            owner = told.notices[0]["HoSo"]["ChuHoSo"]
            if owner["LoaiDoiTuong"] == "CN":
                yield self._applicant(owner)

    def _applicant(self, owner: dict[str, Any]) -> Applicant:
        numbers = {identity["Loai"]: identity["So"] for identity in owner["DinhDanh"]}
        number, name = owner["SoGiayTo"], owner["HoTen"]
        return Applicant(number, numbers.get("CMND", ""), name, self._fate(number, name))

    def _fate(self, number: str, name: str) -> Fate:
        drawn = Random(f"{self.seed}:fate:{number}:{name}").random()
        if drawn < self.size.unknown:
            return "unknown"
        return "differs" if drawn < self.size.unknown + self.size.differs else "known"


def _of_the_pattern(number: str) -> bool:
    try:
        parts = personal_number(number)
    except ValueError:
        return False
    return parts.province is not None and parts.serial.startswith("000") and parts.birth_year < TODAY


__all__ = ["Applicant", "Fate", "Population", "PopulationSize"]
