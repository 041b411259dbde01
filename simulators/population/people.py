"""Who is registered, and what is invented about each. Pure and seeded: the same number is always the same person."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Literal

from schemas.citizen_codes import BloodGroup, MaritalStatus
from schemas.codes import code_list

from ..provincial_portal.people import FAMILY, FEMALE, MALE, person_number

Divisions = Literal["2025", "before"]
HOME = "22"
TODAY = 2026  # a constant, not a clock: the same number stays the same person
GROUPS = (("kinh", 80), ("tay", 4), ("dao", 6), ("san_diu", 4), ("hoa", 3), ("san_chay", 2), ("nung", 1))
_ON = {"2025": date(2025, 7, 1), "before": date(2025, 6, 30)}


@dataclass(frozen=True, slots=True)
class Address:
    """A place; what is `None` is not said."""

    province: str | None = None
    district: str | None = None
    commune: str | None = None
    detail: str | None = None
    country: str | None = "VN"


@dataclass(frozen=True, slots=True)
class Relative:
    """A person as the record of another names one."""

    name: str
    number: str = ""
    old_number: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One record of the database; `None` where it says nothing. Coded facts are in the words of `schemas`.

    `born` is a day, or only a year for the oldest. `head` is the household's head, known only where it is the person.
    """

    number: str
    name: str
    born: date | int
    female: bool
    old_number: str = ""
    ethnic_group: str | None = None
    religion: str | None = None
    marital_status: str | None = None
    blood_group: str | None = None
    nationality: str | None = None
    birth_registration: Address | None = None
    home_town: Address | None = None
    permanent: Address | None = None
    present: Address | None = None
    father: Relative | None = None
    mother: Relative | None = None
    spouse: Relative | None = None
    representative: Relative | None = None
    head: Relative | None = None
    household_book: str | None = None

    @property
    def year(self) -> int:
        """Year of birth."""
        return self.born if isinstance(self.born, int) else self.born.year

    def is_named(self, name: str) -> bool:
        """Whether that is the name, whatever its case, diacritics and blanks."""
        return plain(name) == plain(self.name)

    def is_born(self, when: date | int) -> bool:
        """Whether that is the birth, as exactly as both say it."""
        if isinstance(when, int) or isinstance(self.born, int):
            return self.year == (when if isinstance(when, int) else when.year)
        return self.born == when


def plain(name: str) -> str:
    """`Hoàng Thị Ví Dụ` -> `HOANGTHIVIDU`, as some clients send it."""
    bare = unicodedata.normalize("NFD", name.upper().replace("Đ", "D"))
    return "".join(letter for letter in bare if letter.isalnum())


def is_female(number: str) -> bool:
    """Digit 4 is odd for women."""
    return int(number[3]) % 2 == 1


def birth_year(number: str) -> int:
    """Digits 4 to 6."""
    return 1900 + int(number[3]) // 2 * 100 + int(number[4:6])


def name_for(random: Random, female: bool) -> str:
    """An invented name."""
    middle, given = FEMALE if female else MALE
    return f"{random.choice(FAMILY)} {random.choice(middle)} Ví Dụ {random.choice(given)}"


def other_name(name: str, female: bool) -> str:
    """Another name of the same family: the given name changes."""
    rest, _, given = name.rpartition(" ")
    return f"{rest} {next(other for other in (FEMALE if female else MALE)[1] if other != given)}"


def person(number: str, name: str | None, old_number: str, seed: int, divisions: Divisions) -> Person:
    """The record of a number; a name is invented where none is given."""
    random = Random(f"{seed}:{number}:{name or ''}")
    female, year = is_female(number), birth_year(number)
    name = name or name_for(random, female)
    born: date | int = date(year, 1, 1) + timedelta(days=random.randrange(365))
    if year < 1960 and random.random() < 0.3:
        born = year
    married = TODAY - year >= 22 and random.random() < 0.7
    father, mother = (_parent(random, year, woman) for woman in (False, True))
    home = _address(random, HOME, divisions)
    status = MaritalStatus.MARRIED if married else random.choice((MaritalStatus.SINGLE, None))
    return Person(
        number=number,
        name=name,
        born=born,
        female=female,
        old_number=old_number,
        ethnic_group=random.choices([group for group, _ in GROUPS], [weight for _, weight in GROUPS])[0],
        religion="99" if random.random() < 0.1 else "00",
        marital_status=status,
        blood_group=random.choice((None, None, *BloodGroup)),
        nationality="VN",
        birth_registration=_address(random, number[1:3], divisions),
        home_town=_address(random, HOME, divisions),
        permanent=home,
        present=home if random.random() < 0.8 else _address(random, HOME, divisions),
        father=father,
        mother=mother,
        spouse=_spouse(random, year, not female) if married else None,
        representative=father if TODAY - year < 18 else None,
        head=Relative(name, number, old_number) if random.random() < 0.4 else None,
        household_book=f"{random.randrange(10**6):09d}",
    )


def _parent(random: Random, year: int, female: bool) -> Relative:
    born = year - random.randint(20, 35)
    number = person_number(female, born, random.randrange(1000)) if born >= 1900 else ""
    return Relative(name_for(random, female), number)


def _spouse(random: Random, year: int, female: bool) -> Relative:
    born = max(1900, year + random.randint(-5, 5))
    return Relative(name_for(random, female), person_number(female, born, random.randrange(1000)))


def _address(random: Random, province: str, divisions: Divisions) -> Address:
    places = _communes(province, divisions)
    if not places:
        return Address(province)
    district, commune = random.choice(places)
    return Address(province, district, commune, f"Tổ {random.randint(1, 30)}")


@cache
def _communes(province: str, divisions: Divisions) -> tuple[tuple[str | None, str], ...]:
    """District and commune codes of a province; a province that was merged away has none after June 2025."""
    on, communes = _ON[divisions], code_list("communes")
    if divisions == "2025":
        return tuple((None, entry.code) for entry in communes.entries(on, province))
    districts = {entry.code for entry in code_list("districts").entries(on, province)}
    return tuple((entry.parent, entry.code) for entry in communes.entries(on) if entry.parent in districts)


__all__ = ["Address", "Divisions", "Person", "Relative", "birth_year", "other_name", "person", "plain"]
