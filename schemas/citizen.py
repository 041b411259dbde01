"""The citizen (công dân) as the national population database knows one, and what can be asked about one.

Source of the field list: answers of the population database and QCVN 109 (CongDan). Queries `citizen.lookup` and
`citizen.verify`. `None` says that the source did not tell, or said that it does not know; nothing is filled in.
Everything about a citizen is personal data. A fact that came in a code that no list of ours has is left out and named
in `unread`, so that one strange code does not cost the whole answer.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from .base import Canonical, Code, Instant, Name, Personal, Text
from .citizen_codes import (
    BloodGroup,
    CommuneCode,
    DistrictCode,
    EthnicGroup,
    HouseholdRelation,
    MaritalStatus,
    ProvinceCode,
    Sex,
)
from .validators import OldIdCardText, PersonalNumberText

# the 12-digit number knows births from 1900 on
EARLIEST, LATEST = 1900, 2199
LookupResult = Literal["found", "not-found"]
VerificationResult = Literal["matches", "differs", "not-found"]


def _written_as_day(value: object) -> date:
    """Pydantic would take a number for a count of days and a midnight for its day."""
    day = value if isinstance(value, date) and not isinstance(value, datetime) else _read_day(value)
    if not EARLIEST <= day.year <= LATEST:
        raise PydanticCustomError("date_range", "lies outside 1900 to 2199; check the year")
    return day


def _read_day(value: object) -> date:
    if not isinstance(value, str) or re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII) is None:
        raise PydanticCustomError("date_format", "is not a date; write it as 1999-05-17")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise PydanticCustomError("date", "is not a day of the calendar; check day and month") from error


Day = Annotated[date, BeforeValidator(_written_as_day, json_schema_input_type=date)]
Year = Annotated[StrictInt, Field(ge=EARLIEST, le=LATEST)]


class NameParts(Canonical):
    """A name taken apart by the source; we never take one apart ourselves."""

    family: Name | None = None
    middle: Name | None = None
    given: Name | None = None


class Address(Canonical):
    """A place. Codes as the source numbers them: with a district before July 2025, without one afterwards."""

    province: ProvinceCode | None = None
    district: DistrictCode | None = None
    commune: CommuneCode | None = None
    detail: Text | None = None
    country: Code | None = Field(default=None, description="code list countries")


class Relative(Canonical):
    """A person as the record of another names one. The numbers are as that record has them, not checked."""

    name: Annotated[Name | None, Personal()] = None
    name_parts: Annotated[NameParts | None, Personal()] = None
    nationality: Annotated[Code | None, Personal()] = Field(default=None, description="code list countries")
    personal_number: Annotated[Code | None, Personal()] = None
    old_id_number: Annotated[Code | None, Personal()] = None


class HouseholdHead(Relative):
    """The head of the household, and what the citizen is to the head."""

    relation: Annotated[HouseholdRelation | None, Personal()] = None


class Unread(Canonical):
    """A fact that the source told in a code that no list of ours has."""

    pointer: Code = Field(description="RFC 6901 pointer to the field that stays empty, e.g. /religion")
    code_list: Code = Field(description="the code list that lacks it, or knows it in two meanings")
    code: Annotated[Code, Personal()]


class _Identified(Canonical):
    """At least one number, and a date and a year of birth that agree."""

    personal_number: Annotated[PersonalNumberText | None, Personal()] = Field(default=None, description="12 digits")
    old_id_number: Annotated[OldIdCardText | None, Personal()] = Field(default=None, description="9 digits (CMND)")
    birth_date: Annotated[Day | None, Personal()] = None
    birth_year: Annotated[Year | None, Personal()] = Field(default=None, description="where the day is not known")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.personal_number is None and self.old_id_number is None:
            raise PydanticCustomError("no_identity", "names nobody; add personal_number or old_id_number")
        if self.birth_date is not None and self.birth_year not in (None, self.birth_date.year):
            raise PydanticCustomError(
                "birth_year", "has a birth_year that is not that of birth_date; send the date alone"
            )
        return self

    @property
    def born_in(self) -> int | None:
        """The year of birth, from whichever of the two there is."""
        return self.birth_year if self.birth_date is None else self.birth_date.year


class Citizen(_Identified):
    """A citizen. Required is only one of the two numbers."""

    name: Annotated[Name | None, Personal()] = Field(default=None, description="whole, in the letters of the source")
    name_parts: Annotated[NameParts | None, Personal()] = None
    sex: Annotated[Sex | None, Personal()] = None
    ethnic_group: Annotated[EthnicGroup | None, Personal()] = None
    religion: Annotated[Code | None, Personal()] = Field(default=None, description="code of list religions")
    marital_status: Annotated[MaritalStatus | None, Personal()] = None
    blood_group: Annotated[BloodGroup | None, Personal()] = None
    nationality: Annotated[Code | None, Personal()] = Field(default=None, description="code list countries")
    birth_registration: Annotated[Address | None, Personal()] = Field(default=None, description="where it was done")
    home_town: Annotated[Address | None, Personal()] = None
    permanent: Annotated[Address | None, Personal()] = Field(default=None, description="permanent residence")
    present: Annotated[Address | None, Personal()] = Field(default=None, description="present residence")
    father: Annotated[Relative | None, Personal()] = None
    mother: Annotated[Relative | None, Personal()] = None
    spouse: Annotated[Relative | None, Personal()] = None
    representative: Annotated[Relative | None, Personal()] = None
    household_head: Annotated[HouseholdHead | None, Personal()] = None
    household_book: Annotated[Code | None, Personal()] = Field(default=None, description="its number")
    account_kind: Annotated[Code | None, Personal()] = Field(default=None, description="its codes are not published")
    tax_code: Annotated[Code | None, Personal()] = Field(default=None, description="as the source has it, not checked")
    email: Annotated[Name | None, Personal()] = Field(default=None, description="as the source has it, not checked")
    unread: tuple[Unread, ...] = ()
    as_of: Instant | None = Field(default=None, description="the moment for which the source vouches, if it said one")


class _CitizenQuestion(_Identified):
    """Who is meant: a number, the name, and the date or at least the year of birth.

    The database asks for all three; a question without one of them is refused here and not sent.
    """

    name: Annotated[Name, Personal()] = Field(description="whole; case and diacritics do not matter")

    @model_validator(mode="after")
    def _born(self) -> Self:
        if self.born_in is None:
            raise PydanticCustomError(
                "no_birth", "has no birth; add birth_date, or birth_year where the day is not known"
            )
        return self


class CitizenLookup(_CitizenQuestion):
    """Query `citizen.lookup`: what is known of this citizen? Result `LookupResult`; `found` comes with a `Citizen`."""


class CitizenVerification(_CitizenQuestion):
    """Query `citizen.verify`: is there a citizen with these data? Result `VerificationResult`, and nothing else."""


__all__ = [
    "Address",
    "Citizen",
    "CitizenLookup",
    "CitizenVerification",
    "Day",
    "HouseholdHead",
    "LookupResult",
    "NameParts",
    "Relative",
    "Unread",
    "VerificationResult",
    "Year",
]
