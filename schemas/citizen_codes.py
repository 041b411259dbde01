"""The coded facts about a citizen: our words, and how each outside numbering says them.

A numbering is a code list of `schemas.codes`, named here by system; which one a system uses is configuration of its
adapter. Sources and certainty stand beside the lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from .codes import UnknownCode, code_list

UNSTATED = "unstated"


class Sex(StrEnum):
    """Code lists `sexes`, `sexes-social-insurance`, `sexes-judicial-record`."""

    MALE = "male"
    FEMALE = "female"
    OTHER = "other"


class MaritalStatus(StrEnum):
    """Code list `marital-statuses`."""

    SINGLE = "single"
    MARRIED = "married"
    DIVORCED_OR_WIDOWED = "divorced_or_widowed"


class BloodGroup(StrEnum):
    """Code list `blood-groups`."""

    A = "a"
    B = "b"
    AB = "ab"
    O = "o"  # noqa: E741  # the name of the group


class HouseholdRelation(StrEnum):
    """Code list `household-relations`, of which one code is known."""

    HEAD = "head"


EthnicNumbering = Literal["2008", "1979"]
ETHNIC_LISTS: Mapping[EthnicNumbering, str] = MappingProxyType(
    {"2008": "ethnic-groups-2008", "1979": "ethnic-groups-1979"}
)
SEX_LISTS: Mapping[str, str] = MappingProxyType(
    {
        "population": "sexes",
        "social-insurance": "sexes-social-insurance",
        "judicial-record": "sexes-judicial-record",
    }
)


class AmbiguousCode(UnknownCode):
    """The copies of a list disagree about what this code means, so it says nothing until the source is asked."""

    def __init__(self, list_name: str, code: str) -> None:
        super().__init__(list_name, code, hint=" with one meaning: copies of the list differ; ask the partner")


def read_code(list_name: str, code: str) -> str | None:
    """Our word for an outside code; `None` where the code says that nothing is known (00, chưa có thông tin).

    Raises `UnknownCode`, which names list and code, and its subclass `AmbiguousCode`.
    """
    entry = code_list(list_name).get(code)
    if entry.value is None:
        raise AmbiguousCode(list_name, code)
    return None if entry.value == UNSTATED else entry.value


def write_code(list_name: str, value: str) -> str:
    """The outside code for our word. Raises `UnknownCode`, which names list and word."""
    return code_list(list_name).of(str(value)).code


def known_code(list_name: str, code: str) -> str:
    """The code itself, where the list has it: for lists of which the names are not public. Raises `UnknownCode`."""
    return code_list(list_name).get(code).code


def ethnic_groups() -> tuple[str, ...]:
    """Our words for the ethnic groups, in the order of the list of 2008."""
    return tuple(e.value for e in code_list(ETHNIC_LISTS["2008"]) if e.value is not None and e.value != UNSTATED)


def _ethnic_group(value: str) -> str:
    if value not in ethnic_groups():
        raise PydanticCustomError("not_in_list", "is not an ethnic group; send a value of list ethnic-groups-2008")
    return value


EthnicGroup = Annotated[str, Field(json_schema_extra={"enum": list(ethnic_groups())}), AfterValidator(_ethnic_group)]
ProvinceCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
DistrictCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{3}$")]
CommuneCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")]

__all__ = [
    "ETHNIC_LISTS",
    "SEX_LISTS",
    "UNSTATED",
    "AmbiguousCode",
    "BloodGroup",
    "CommuneCode",
    "DistrictCode",
    "EthnicGroup",
    "EthnicNumbering",
    "HouseholdRelation",
    "MaritalStatus",
    "ProvinceCode",
    "Sex",
    "ethnic_groups",
    "known_code",
    "read_code",
    "write_code",
]
