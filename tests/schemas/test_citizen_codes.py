"""The code lists of the population database against the sheets that they come from."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import pytest

from schemas.citizen import Citizen
from schemas.citizen_codes import (
    ETHNIC_LISTS,
    SEX_LISTS,
    AmbiguousCode,
    BloodGroup,
    HouseholdRelation,
    MaritalStatus,
    Sex,
    ethnic_groups,
    known_code,
    read_code,
    write_code,
)
from schemas.codes import UnknownCode, code_list


@pytest.mark.parametrize(
    ("name", "code", "value"),
    [
        ("sexes", "0", None),
        ("sexes", "1", "male"),
        ("sexes", "2", "female"),
        ("sexes-social-insurance", "3", "other"),
        ("sexes-judicial-record", "0", "female"),
        ("sexes-judicial-record", "1", "male"),
        ("marital-statuses", "0", None),
        ("marital-statuses", "1", "single"),
        ("marital-statuses", "2", "married"),
        ("marital-statuses", "3", "divorced_or_widowed"),
        ("blood-groups", "00", None),
        ("blood-groups", "01", "a"),
        ("blood-groups", "02", "b"),
        ("blood-groups", "03", "ab"),
        ("blood-groups", "04", "o"),
        ("household-relations", "CH01", "head"),
        ("citizen-services", "037", "citizen.lookup"),
        ("citizen-services", "003", "citizen.verify"),
    ],
)
def test_codes(name: str, code: str, value: str | None) -> None:
    assert read_code(name, code) == value
    if value is not None:
        assert write_code(name, value) == code


@pytest.mark.parametrize(
    ("group", "in_2008", "in_1979"),
    [
        ("kinh", "01", "01"),
        ("thai", "03", "03"),
        ("muong", "04", "06"),
        ("khmer", "05", "05"),
        ("hoa", "06", "04"),
        ("e_de", "11", "12"),
        ("ba_na", "12", "13"),
        ("san_chay", "13", "15"),
        ("cham", "14", "17"),
        ("san_diu", "17", "18"),
        ("ngai", "43", "11"),
        ("ta_oi", "27", "31"),
        ("kho_mu", "23", "29"),
        ("khang", "37", "33"),
        ("o_du", "54", "54"),
        ("foreigner", "55", "55"),
    ],
)
def test_ethnic_groups_in_both_numberings(group: str, in_2008: str, in_1979: str) -> None:
    assert read_code(ETHNIC_LISTS["2008"], in_2008) == read_code(ETHNIC_LISTS["1979"], in_1979) == group
    assert write_code(ETHNIC_LISTS["2008"], group) == in_2008
    assert write_code(ETHNIC_LISTS["1979"], group) == in_1979


def test_ethnic_groups_are_complete() -> None:
    assert len(set(ethnic_groups())) == len(ethnic_groups()) == 55
    assert [entry.code for entry in code_list("ethnic-groups-2008")] == [f"{n:02d}" for n in range(1, 57)]
    assert [entry.code for entry in code_list("ethnic-groups-1979")] == [f"{n:02d}" for n in range(1, 56)]
    said = {entry.value for entry in code_list("ethnic-groups-1979")} - {None}
    assert set(ethnic_groups()) - said == {"mnong", "ra_glai", "brau", "ro_mam"}
    assert read_code("ethnic-groups-2008", "56") is None


@pytest.mark.parametrize("code", ["20", "21", "52", "53"])
def test_a_code_of_which_the_order_varies_means_nothing(code: str) -> None:
    with pytest.raises(AmbiguousCode, match=f"ethnic-groups-1979 has no '{code}' with one meaning: copies of the list"):
        read_code("ethnic-groups-1979", code)
    assert " hoặc " in code_list("ethnic-groups-1979").label(code)


def test_certainty_and_validity_stand_beside_every_group() -> None:
    new, old = code_list("ethnic-groups-2008"), code_list("ethnic-groups-1979")
    assert [new.get(code).certainty for code in ("01", "13", "20", "21", "56")] == ["V", "V", "V", "I", "I"]
    assert [old.get(code).certainty for code in ("01", "09", "10", "55")] == ["V", "V", "I", "I"]
    assert new.get("01").valid_from == date(2008, 11, 12)
    assert old.get("01").valid_from == date(1979, 3, 2)
    assert "not proven" in new.source
    assert "varies" in old.source


def test_an_unknown_code_names_list_and_code() -> None:
    with pytest.raises(UnknownCode, match="code list marital-statuses has no '7'"):
        read_code("marital-statuses", "7")
    with pytest.raises(UnknownCode, match="code list religions has no '03'"):
        known_code("religions", "03")
    with pytest.raises(UnknownCode, match="code list sexes has no 'other'"):
        write_code("sexes", Sex.OTHER)
    assert known_code("religions", "99") == "99"
    assert known_code("countries", "VN") == "VN"


@pytest.mark.parametrize(
    ("lists", "words"),
    [
        (tuple(SEX_LISTS.values()), Sex),
        (("marital-statuses",), MaritalStatus),
        (("blood-groups",), BloodGroup),
        (("household-relations",), HouseholdRelation),
    ],
)
def test_every_word_has_a_code_and_every_code_a_word(lists: tuple[str, ...], words: type[StrEnum]) -> None:
    said = {entry.value for name in lists for entry in code_list(name)} - {"unstated"}
    assert said == {str(word) for word in words}


def test_a_citizen_takes_every_group_and_no_other() -> None:
    for group in ethnic_groups():
        assert Citizen(personal_number="022199000123", ethnic_group=group).ethnic_group == group
    with pytest.raises(ValueError, match="is not an ethnic group"):
        Citizen(personal_number="022199000123", ethnic_group="unstated")
