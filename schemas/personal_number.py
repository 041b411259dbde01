"""Identity numbers: the 12-digit personal number (số định danh cá nhân) and the 9-digit card number (CMND).

Source: NĐ 137/2015/NĐ-CP art. 13, TT 07/2016/TT-BCA, TT 59/2021/TT-BCA, Luật Căn cước 2023 art. 12.
There is no check digit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from .codes import UnknownCode, code_list

Sex = Literal["male", "female"]


@dataclass(frozen=True, slots=True)
class PersonalNumber:
    """The parts of a personal number: where the birth was registered, sex and year of birth, and the random rest.

    `place` is the three-digit code of a province, or of a country (not beginning with 0) for a birth registered abroad;
    `province` is the province's name, `None` for a country.
    """

    number: str
    place: str
    province: str | None
    sex: Sex
    birth_year: int
    serial: str


def personal_number(value: str, *, birth_year: int | None = None, sex: Sex | None = None) -> PersonalNumber:
    """Take a personal number apart, and compare it with the year of birth and sex where they are given.

    The number belongs to a person for life: province codes from before July 2025 stay valid.
    """
    if not re.fullmatch(r"\d{12}", value, re.ASCII):
        raise ValueError("is not a personal number; write its 12 digits without blanks")
    place, century = value[:3], int(value[3])
    parsed = PersonalNumber(
        number=value,
        place=place,
        province=_province(place),
        sex="female" if century % 2 else "male",
        birth_year=1900 + 100 * (century // 2) + int(value[4:6]),
        serial=value[6:],
    )
    if birth_year is not None and birth_year != parsed.birth_year:
        raise ValueError("does not fit the year of birth (digits 4 to 6); check number and date of birth")
    if sex is not None and sex != parsed.sex:
        raise ValueError("does not fit the sex (digit 4); check number and sex")
    return parsed


def _province(place: str) -> str | None:
    """Codes of countries do not begin with 0; their list is not published, so they are taken as they are."""
    if not place.startswith("0"):
        return None
    try:
        return code_list("personal-number-provinces").label(place)
    except UnknownCode as error:
        raise ValueError("does not begin with the code of a province (digits 1 to 3); check the number") from error


def old_id_card(value: str) -> str:
    """The number of an old identity card (CMND): 9 digits."""
    if not re.fullmatch(r"\d{9}", value, re.ASCII):
        raise ValueError("is not the number of an old identity card; write its 9 digits without blanks")
    return value


__all__ = ["PersonalNumber", "Sex", "old_id_card", "personal_number"]
