"""Who there is: the applicants of the provincial portal, and how many of them differ or are unknown."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from schemas.personal_number import personal_number
from simulators.population import Person, Population
from simulators.population.registry import Applicant, PopulationSize
from simulators.provincial_portal import generate

EXACT = PopulationSize(unknown=0, differs=0)


def filed(cases: int, seed: int = 1) -> list[dict[str, str]]:
    """Applicants as the notices of the portal name them."""
    owners = [case.notices[0]["HoSo"]["ChuHoSo"] for case in generate(cases, seed)]
    return [owner for owner in owners if owner["LoaiDoiTuong"] == "CN"]


def knows(population: Population, who: Applicant) -> bool:
    return any(known.is_named(who.name) and known.is_born(who.year) for known in population.of_number(who.number))


def test_every_person_who_files_is_known_under_the_name_filed() -> None:
    population = Population(EXACT)
    owners = filed(300)
    assert len(owners) > 200
    for owner in owners:
        known = population.of_number(owner["SoGiayTo"])
        assert any(person.name == owner["HoTen"] for person in known)
        assert all(person.year == personal_number(owner["SoGiayTo"]).birth_year for person in known)
    other = Population(PopulationSize(portal_seed=7, unknown=0, differs=0))
    assert all(knows(other, who) for who in other.applicants(0, 50))
    assert [who.name for who in other.applicants(0, 50)] == [owner["HoTen"] for owner in filed(50, seed=7)]


def test_old_numbers_lead_to_the_same_person() -> None:
    population = Population(EXACT)
    holders = [who for who in population.applicants(0, 600) if who.old_number]
    assert len(holders) > 10
    for who in holders:
        (found,) = population.of_old_number(who.old_number)
        assert (found.number, found.name) == (who.number, who.name)
    assert population.of_old_number("123456789") == ()
    assert population.of_old_number("000999999") == ()


def test_shares_of_those_who_differ_or_are_unknown() -> None:
    population = Population(PopulationSize(unknown=0.1, differs=0.2, residents=False))
    people = population.applicants(0, 1200)
    fates = Counter(who.fate for who in people)
    assert 0.07 < fates["unknown"] / len(people) < 0.13
    assert 0.16 < fates["differs"] / len(people) < 0.24
    for who in people:
        assert knows(population, who) == (who.fate == "known")
        if who.fate == "differs":
            assert any(not known.is_named(who.name) for known in population.of_number(who.number))
    everybody = Population(PopulationSize(unknown=1, residents=False))
    assert not any(everybody.of_number(who.number) for who in everybody.applicants(0, 50))


def test_the_same_number_is_the_same_person() -> None:
    first, second = Population(EXACT, seed=3), Population(EXACT, seed=3)
    numbers = [who.number for who in first.applicants(0, 40)]
    assert [first.of_number(number) for number in numbers] == [second.of_number(n) for n in reversed(numbers)][::-1]
    assert Population(EXACT, seed=4).of_number(numbers[0]) != first.of_number(numbers[0])


@given(
    st.sampled_from(("001", "022", "079", "096")),
    st.sampled_from((("0", 1900), ("1", 1900))),
    st.integers(0, 99),
    st.integers(0, 999),
)
def test_every_number_of_the_pattern_is_somebody(province: str, sex: tuple[str, int], year: int, serial: int) -> None:
    digit, century = sex
    (person, *_) = Population(PopulationSize(filed=0)).of_number(f"{province}{digit}{year:02d}{serial:06d}")
    assert person.year == century + year
    assert person.female == (digit == "1")
    assert "Ví Dụ" in person.name
    for relative in (person.father, person.mother, person.spouse):
        assert relative is None or "Ví Dụ" in relative.name
        assert relative is None or relative.number == "" or personal_number(relative.number).serial.startswith("000")


def test_numbers_that_are_nobody() -> None:
    population = Population(PopulationSize(filed=0))
    for number in ("022199001000", "022199999999", "003199000001", "022299000001", "100199000001"):
        assert population.of_number(number) == ()
    assert Population(PopulationSize(filed=0, residents=False)).of_number("022199000001") == ()


def test_people_of_ones_own_come_first() -> None:
    mine = Person("022199000123", "Hoàng Thị Ví Dụ", 1999, True, old_number="000000123")
    population = Population(PopulationSize(filed=0, extra=(mine,)))
    assert population.of_number("022199000123")[0] == mine
    assert population.of_old_number("000000123") == (mine,)
